import assert from "node:assert/strict";
import {
  ConfigError,
  DeviceError,
  HardwareUnavailableError,
} from "#lib/base/errors.ts";
import { type Libc, libc } from "#lib/hardware/linux/libc.ts";
import { LinuxSerialPorts } from "#lib/hardware/linux/serial.ts";
import type { SerialPort } from "#lib/hardware/serial.ts";
import { Pty } from "../../../support/pty.ts";
import { within } from "../../../support/within.ts";
import { openPort } from "./serial_setup.ts";
import { needing } from "../../../support/requires.ts";

const test = needing("socat");

const EACCES = 13;
const EMFILE = 24;

/** The next piece of what comes in, as text. */
async function next(port: SerialPort): Promise<string> {
  for await (const bytes of port.bytes) return new TextDecoder().decode(bytes);
  return "";
}

function lost({ lost }: SerialPort): Promise<unknown> {
  return within(
    "the end of the port",
    new Promise((resolve) => {
      if (lost.aborted) return resolve(lost.reason);
      lost.addEventListener("abort", () => resolve(lost.reason), {
        once: true,
      });
    }),
  );
}

/** The C library, and when it has closed what it has opened at a path. */
function watchedClose(path: string) {
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  let port: number | undefined;
  const library: Libc = {
    ...libc,
    open(name, flags) {
      const fd = libc.open(name, flags);
      if (name === path) port = fd;
      return fd;
    },
    async close(fd) {
      const outcome = await libc.close(fd);
      if (fd === port) resolve();
      return outcome;
    },
  };
  return { library, closed };
}

test("a port is opened as soon as it is there, also in a folder that comes with it", async () => {
  const folder = await Deno.makeTempDir();
  await using pty = await Pty.make({ path: `${folder}/serial/by-id/bike` });
  const plug = async () => {
    await Deno.mkdir(`${folder}/serial`);
    await Deno.mkdir(`${folder}/serial/by-id`);
    await pty.plug();
  };
  const [opened] = await Promise.all([openPort(pty.path), plug()]);
  await using port = opened;
  assert.equal(port.path, pty.path);
  await pty.send("hello");
  assert.equal(await next(port), "hello");
  await Deno.remove(folder, { recursive: true });
});

Deno.test("waiting for a port ends with the signal's reason", async () => {
  const end = new AbortController();
  const opening = openPort("/dev/no-such-port", { signal: end.signal });
  const reason = new TypeError("enough");
  end.abort(reason);
  await assert.rejects(opening, reason);
  await assert.rejects(openPort("/dev/x", { signal: end.signal }), reason);
});

test("a port that is unplugged ends its reader and writers, is let go, and is opened again when it is back", async () => {
  await using pty = await Pty.start();
  const { library, closed } = watchedClose(pty.path);
  const ports = new LinuxSerialPorts({ libc: library });
  await using port = await openPort(pty.path, {}, ports);
  const reading = assert.rejects(Array.fromAsync(port.bytes), DeviceError);
  const reason = lost(port);
  await pty.unplug();
  const error = await reason;
  assert(error instanceof DeviceError);
  assert.equal(error.reason, "disconnected");
  await within("the reader", reading);
  await assert.rejects(port.write(Uint8Array.of(1)), error);
  await within("the descriptor's end", closed);
  const [reopened] = await Promise.all([openPort(pty.path), pty.plug()]);
  await using again = reopened;
  await pty.send("back");
  assert.equal(await next(again), "back");
});

test("what came before a port was unplugged is still read", async () => {
  await using pty = await Pty.start();
  const { promise: cameIn, resolve } = Promise.withResolvers<void>();
  const watched: Libc = {
    ...libc,
    read(fd, buffer) {
      const length = libc.read(fd, buffer);
      if (length > 0) resolve();
      return length;
    },
  };
  const ports = new LinuxSerialPorts({ libc: watched });
  await using port = await openPort(pty.path, {}, ports);
  const reason = lost(port);
  await pty.send("last words");
  await within("the bytes", cameIn);
  await pty.unplug();
  await reason;
  assert.equal(await next(port), "last words");
  await assert.rejects(next(port), DeviceError);
});

test("a port whose bytes nobody takes is still seen to go", async () => {
  await using pty = await Pty.start();
  await using port = await openPort(pty.path);
  const sending = pty.send(new Uint8Array(200_000)).catch(() => {});
  await next(port);
  await pty.unplug();
  assert(await lost(port) instanceof DeviceError);
  await sending;
});

test("closing a port ends whoever reads from it at once, without an error", async () => {
  await using pty = await Pty.start();
  const port = await openPort(pty.path);
  const reading = Array.fromAsync(port.bytes);
  const reason = lost(port);
  await port[Symbol.asyncDispose]();
  assert.deepEqual(await within("the reader", reading), []);
  assert(await reason instanceof DeviceError);
  assert.deepEqual(await Array.fromAsync(port.bytes), []);
  await assert.rejects(port.write(Uint8Array.of(1)), DeviceError);
  assert.deepEqual(port.modemLines(), {});
  await port[Symbol.asyncDispose]();
});

test("a port that another user of this program has is refused, and free again when that closes it", async () => {
  await using pty = await Pty.start();
  const port = await openPort(pty.path);
  const denied = { name: "HardwareUnavailableError", reason: "denied" };
  await assert.rejects(openPort(pty.path), denied);
  await port[Symbol.asyncDispose]();
  await using again = await openPort(pty.path);
  assert.equal(again.path, pty.path);
});

test("a pty has no modem lines, and takes no harm from setting them", async () => {
  await using pty = await Pty.start();
  await using port = await openPort(pty.path);
  port.setModemLines({ dtr: false, rts: true });
  assert.deepEqual(port.modemLines(), {});
});

Deno.test("what is no port is refused: a file, a folder, part of a path, half a USB id", async () => {
  const file = await Deno.makeTempFile();
  const ports = new LinuxSerialPorts();
  const { signal } = new AbortController();
  await assert.rejects(openPort(file), ConfigError);
  await assert.rejects(openPort("/dev"), ConfigError);
  await assert.rejects(openPort("ttyACM0"), ConfigError);
  await assert.rejects(ports.open({ usbId: "2341" }, { signal }), ConfigError);
  await Deno.remove(file);
});

test("a port gets a moment for its permissions, and is refused without them", async () => {
  await using pty = await Pty.start();
  let refusals = 1;
  const strict: Libc = {
    ...libc,
    open: (path, flags) =>
      path === pty.path && refusals-- > 0 ? -EACCES : libc.open(path, flags),
  };
  const ports = new LinuxSerialPorts({ libc: strict });
  {
    await using port = await openPort(pty.path, {}, ports);
    assert.equal(port.path, pty.path);
  }
  refusals = Infinity;
  await assert.rejects(openPort(pty.path, {}, ports), HardwareUnavailableError);
});

test("a port that cannot be waited for is lost, and reports why", async () => {
  await using pty = await Pty.start();
  const full: Libc = { ...libc, eventfd: () => -EMFILE };
  const ports = new LinuxSerialPorts({ libc: full });
  await using port = await openPort(pty.path, {}, ports);
  const error = await lost(port);
  assert(error instanceof DeviceError);
  assert.match(error.message, /Too many open files, close other files$/);
  await assert.rejects(next(port), error);
});
