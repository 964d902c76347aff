import assert from "node:assert/strict";
import { ConfigError } from "#lib/base/errors.ts";
import { libc } from "#lib/hardware/linux/libc.ts";
import { LinuxSerialPorts } from "#lib/hardware/linux/serial.ts";
import { Pty } from "../../../support/pty.ts";
import { openPort } from "./serial_setup.ts";
import { needing } from "../../../support/requires.ts";

const test = needing("socat");

/** Ports whose descriptors stay open, as those do that a program which is being started has copies of. */
function portsWithCopies(keep: AsyncDisposableStack): LinuxSerialPorts {
  return new LinuxSerialPorts({
    libc: {
      ...libc,
      close(fd) {
        keep.defer(async () => void await libc.close(fd));
        return Promise.resolve(0);
      },
    },
  });
}

test("a port is free for others as soon as it is closed, whoever has a copy of its descriptor", async () => {
  await using keep = new AsyncDisposableStack();
  const pty = keep.use(await Pty.start());
  const port = await openPort(pty.path, {}, portsWithCopies(keep));
  await port[Symbol.asyncDispose]();
  await using again = await openPort(pty.path);
  assert.equal(again.path, pty.path);
});

test("a port that refuses its settings is free for others at once", async () => {
  await using keep = new AsyncDisposableStack();
  const pty = keep.use(await Pty.start());
  const ports = portsWithCopies(keep);
  await assert.rejects(openPort(pty.path, { dataBits: 7 }, ports), ConfigError);
  await using again = await openPort(pty.path);
  assert.equal(again.path, pty.path);
});
