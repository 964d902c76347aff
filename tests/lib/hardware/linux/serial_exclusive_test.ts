/**
 * Not emulated: the emulator cannot be asked whether a port is barred.
 *
 * @module
 */
import assert from "node:assert/strict";
import { libc } from "#lib/hardware/linux/libc.ts";
import { Pty } from "../../../support/pty.ts";
import { askKernel, openPort } from "./serial_setup.ts";
import { needing } from "../../../support/requires.ts";

const test = needing("socat");

const TIOCGEXCL = 0x80045440;

/** The superuser, and who opened it before, pass the bar; so it is asked for. */
function isBarred(fd: number): boolean {
  const bar = new Int32Array(1);
  assert.equal(libc.ioctl(fd, TIOCGEXCL, new Uint8Array(bar.buffer)), 0);
  return bar[0] === 1;
}

test("a port is barred for programs that lock nothing, for as long as it is open", async () => {
  await using pty = await Pty.start();
  await askKernel(pty.path, async (fd) => {
    const port = await openPort(pty.path);
    assert(isBarred(fd));
    await port[Symbol.asyncDispose]();
    assert(!isBarred(fd));
  });
});
