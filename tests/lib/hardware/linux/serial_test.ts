import assert from "node:assert/strict";
import {
  ConfigError,
  DeviceError,
  HardwareUnavailableError,
} from "#lib/errors.ts";
import { type Libc, libc } from "#lib/hardware/linux/libc.ts";
import { LinuxSerialPorts } from "#lib/hardware/linux/serial.ts";
import type { SerialOptions, SerialPort } from "#lib/hardware/serial.ts";
import { Pty } from "../../../support/pty.ts";
import { within } from "../../../support/within.ts";

const EACCES = 13;
const TCGETS2 = 0x802c542a;
const TIOCGEXCL = 0x80045440;

function open(
  path: string,
  options: SerialOptions & { readonly signal?: AbortSignal } = {},
  ports = new LinuxSerialPorts(),
): Promise<SerialPort> {
  const { signal = new AbortController().signal } = options;
  return within(`port ${path}`, ports.open({ path }, { ...options, signal }));
}

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

/** What the kernel keeps of a port's settings. */
async function settingsOf(path: string) {
  const fd = libc.open(path, 0o4402);
  const structure = new Uint8Array(44);
  assert.equal(libc.ioctl(fd, TCGETS2, structure), 0);
  await libc.close(fd);
  const view = new DataView(structure.buffer);
  return {
    input: view.getUint32(0, true),
    control: view.getUint32(8, true),
    speed: view.getUint32(40, true),
  };
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

Deno.test("a port is opened as soon as it is there, also in a folder that comes with it", async () => {
  const folder = await Deno.makeTempDir();
  await using pty = await Pty.make({ path: `${folder}/serial/by-id/bike` });
  const opening = open(pty.path);
  await Deno.mkdir(`${folder}/serial`);
  await Deno.mkdir(`${folder}/serial/by-id`);
  await pty.plug();
  await using port = await opening;
  assert.equal(port.path, pty.path);
  await pty.send("hello");
  assert.equal(await next(port), "hello");
  await Deno.remove(folder, { recursive: true });
});

Deno.test("waiting for a port ends with the signal's reason", async () => {
  const end = new AbortController();
  const opening = open("/dev/no-such-port", { signal: end.signal });
  const reason = new TypeError("enough");
  end.abort(reason);
  await assert.rejects(opening, reason);
  await assert.rejects(open("/dev/x", { signal: end.signal }), reason);
});

Deno.test("a port that is unplugged ends its reader and writers, is let go, and is opened again when it is back", async () => {
  await using pty = await Pty.start();
  const { library, closed } = watchedClose(pty.path);
  const ports = new LinuxSerialPorts({ libc: library });
  await using port = await open(pty.path, {}, ports);
  const reading = assert.rejects(Array.fromAsync(port.bytes), DeviceError);
  const reason = lost(port);
  await pty.unplug();
  const error = await reason;
  assert(error instanceof DeviceError);
  assert.equal(error.reason, "disconnected");
  await within("the reader", reading);
  await assert.rejects(port.write(Uint8Array.of(1)), error);
  await within("the descriptor's end", closed);
  const reopening = open(pty.path);
  await pty.plug();
  await using again = await reopening;
  await pty.send("back");
  assert.equal(await next(again), "back");
});

Deno.test("what came before a port was unplugged is still read", async () => {
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
  await using port = await open(pty.path, {}, ports);
  const reason = lost(port);
  await pty.send("last words");
  await within("the bytes", cameIn);
  await pty.unplug();
  await reason;
  assert.equal(await next(port), "last words");
  await assert.rejects(next(port), DeviceError);
});

Deno.test("a port whose bytes nobody takes is still seen to go", async () => {
  await using pty = await Pty.start();
  await using port = await open(pty.path);
  const sending = pty.send(new Uint8Array(200_000)).catch(() => {});
  await next(port);
  await pty.unplug();
  assert(await lost(port) instanceof DeviceError);
  await sending;
});

Deno.test("closing a port ends whoever reads from it at once, without an error", async () => {
  await using pty = await Pty.start();
  const port = await open(pty.path);
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

Deno.test("a port that another user of this program has is refused, and free again when that closes it", async () => {
  await using pty = await Pty.start();
  const port = await open(pty.path);
  const denied = { name: "HardwareUnavailableError", reason: "denied" };
  await assert.rejects(open(pty.path), denied);
  await port[Symbol.asyncDispose]();
  await using again = await open(pty.path);
  assert.equal(again.path, pty.path);
});

Deno.test("a port is barred for programs that lock nothing, for as long as it is open", async () => {
  await using pty = await Pty.start();
  const isExclusive = async () => {
    // The superuser, and who opened it before, pass the bar; so it is asked for.
    const bar = new Int32Array(1);
    const outcome = libc.ioctl(fd, TIOCGEXCL, new Uint8Array(bar.buffer));
    assert.equal(outcome, 0);
    return await Promise.resolve(bar[0] === 1);
  };
  const fd = libc.open(pty.path, 0o4402);
  const port = await open(pty.path);
  assert(await isExclusive());
  await port[Symbol.asyncDispose]();
  assert(!await isExclusive());
  await libc.close(fd);
});

Deno.test("a pty has no modem lines, and takes no harm from setting them", async () => {
  await using pty = await Pty.start();
  await using port = await open(pty.path);
  port.setModemLines({ dtr: false, rts: true });
  assert.deepEqual(port.modemLines(), {});
});

for (const baudRate of [50, 9600, 115_200, 4_000_000, 31_250, 250_000]) {
  Deno.test(`a port is set to ${baudRate} bits a second`, async () => {
    await using pty = await Pty.start();
    await using port = await open(pty.path, { baudRate });
    const { speed } = await settingsOf(port.path);
    assert.equal(speed, baudRate);
  });
}

Deno.test("flow control is set as asked for", async () => {
  await using pty = await Pty.start();
  const seen: Record<string, unknown> = {};
  for (const flowControl of ["none", "hardware", "software"] as const) {
    await using port = await open(pty.path, { flowControl });
    const { input, control } = await settingsOf(port.path);
    seen[flowControl] = {
      xonXoff: (input & 0o12000) === 0o12000,
      rtsCts: control >= 0o20000000000,
    };
  }
  assert.deepEqual(seen, {
    none: { xonXoff: false, rtsCts: false },
    hardware: { xonXoff: false, rtsCts: true },
    software: { xonXoff: true, rtsCts: false },
  });
});

const REFUSED: Readonly<Record<string, SerialOptions>> = {
  parity: { parity: "even" },
  "data-bits": { dataBits: 7 },
  "baud-rate": { baudRate: 0.5 },
};

for (const [option, options] of Object.entries(REFUSED)) {
  Deno.test(`${option} that a pty cannot do is refused by name, and leaves the port free`, async () => {
    await using pty = await Pty.start();
    await assert.rejects(open(pty.path, options), (error) => {
      assert(error instanceof ConfigError);
      assert.equal(error.details.option, option);
      return true;
    });
    await using port = await open(pty.path);
    assert.equal(port.path, pty.path);
  });
}

Deno.test("what is no port is refused: a file, a folder, part of a path, half a USB id", async () => {
  const file = await Deno.makeTempFile();
  const ports = new LinuxSerialPorts();
  const { signal } = new AbortController();
  await assert.rejects(open(file), ConfigError);
  await assert.rejects(open("/dev"), ConfigError);
  await assert.rejects(open("ttyACM0"), ConfigError);
  await assert.rejects(ports.open({ usbId: "2341" }, { signal }), ConfigError);
  await Deno.remove(file);
});

Deno.test("a port gets a moment for its permissions, and is refused without them", async () => {
  await using pty = await Pty.start();
  let refusals = 1;
  const strict: Libc = {
    ...libc,
    open: (path, flags) =>
      path === pty.path && refusals-- > 0 ? -EACCES : libc.open(path, flags),
  };
  const ports = new LinuxSerialPorts({ libc: strict });
  {
    await using port = await open(pty.path, {}, ports);
    assert.equal(port.path, pty.path);
  }
  refusals = Infinity;
  await assert.rejects(open(pty.path, {}, ports), HardwareUnavailableError);
});
