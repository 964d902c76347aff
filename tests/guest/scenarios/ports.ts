/**
 * A serial device on USB, through the kernel, to our backend and the program.
 *
 * @module
 */
import assert from "node:assert/strict";
import { untilAborted } from "#lib/base/deadline.ts";
import { LinuxSerialPorts } from "#lib/hardware/linux/serial.ts";
import type { SerialPort } from "#lib/hardware/serial.ts";
import { readTermios } from "../../lib/hardware/linux/serial_setup.ts";
import { within } from "../../support/within.ts";
import { RunningProgram } from "../inside/program.ts";
import { DEVICE_END, UsbSerial } from "../inside/usb_serial.ts";

const ARDUINO = {
  usbId: "2341:0043",
  usbSerial: "85430353331351E0D0A2",
  product: "Arduino Uno",
};

const TCGETS2 = 0x802c542a;

/** More than any buffer on the way holds. */
const BURST_BYTES = 64 * 1024;

const ports = new LinuxSerialPorts();
const { signal } = new AbortController();
const device = await UsbSerial.make(ARDUINO);

Deno.test.afterAll(() => device[Symbol.asyncDispose]());

const openHost = () =>
  within("the port", ports.open({ usbId: ARDUINO.usbId }, { signal }));
const openDevice = () =>
  within("the device", ports.open({ path: DEVICE_END }, { signal }));

/** Takes a number of bytes from a port. */
async function take({ bytes }: SerialPort, count: number): Promise<Uint8Array> {
  const parts: number[] = [];
  for await (const part of bytes) {
    parts.push(...part);
    if (parts.length >= count) break;
  }
  return Uint8Array.from(parts);
}

/** What the program reports first of what the device sends. */
async function reportOf(
  program: RunningProgram,
  lines: string,
): Promise<unknown> {
  await using end = await openDevice();
  const report = program.next("oxygen/report");
  await end.write(new TextEncoder().encode(lines));
  return JSON.parse(await within("a report", report)).value;
}

Deno.test("a device is listed with its identity, and opened by it", async () => {
  await device.plug();
  await using _host = await openHost();
  const [port] = await ports.list();
  assert.equal(port?.path, "/dev/ttyACM0");
  assert.equal(port.usbId, ARDUINO.usbId);
  assert.equal(port.usbSerial, ARDUINO.usbSerial);
  assert.equal(port.product, ARDUINO.product);
});

Deno.test("a port is set to what a pty cannot do: seven bits, parity, any speed", async () => {
  const seen: Record<string, unknown> = {};
  for (const parity of ["even", "odd"] as const) {
    const opening = ports.open({ usbId: ARDUINO.usbId }, {
      ...{ dataBits: 7, parity, stopBits: 2, baudRate: 31_250, signal },
    });
    await using host = await within("the port", opening);
    const termios = await readTermios(host.path, TCGETS2);
    const control = termios.getUint32(8, true);
    seen[parity] = {
      isSevenBits: (control & 0o60) === 0o40,
      hasParity: (control & 0o400) !== 0,
      isOdd: (control & 0o1000) !== 0,
      hasTwoStopBits: (control & 0o100) !== 0,
      speed: termios.getUint32(40, true),
    };
  }
  const both = { isSevenBits: true, hasParity: true, hasTwoStopBits: true };
  assert.deepEqual(seen, {
    even: { ...both, isOdd: false, speed: 31_250 },
    odd: { ...both, isOdd: true, speed: 31_250 },
  });
});

Deno.test("each byte passes, both ways", async () => {
  await using host = await openHost();
  await using end = await openDevice();
  const all = Uint8Array.from({ length: BURST_BYTES }, (_, at) => at % 251);
  const [there] = await Promise.all([take(end, all.length), host.write(all)]);
  assert.deepEqual(there, all);
  const [back] = await Promise.all([take(host, all.length), end.write(all)]);
  assert.deepEqual(back, all);
});

Deno.test("a device that is pulled out is lost, and opened when it is back", async () => {
  const host = await openHost();
  await device.unplug();
  await within("the loss", untilAborted(host.lost));
  await host[Symbol.asyncDispose]();
  const waiting = openHost();
  await device.plug();
  await using again = await waiting;
  await using end = await openDevice();
  const value = Uint8Array.of(7, 8);
  const [there] = await Promise.all([take(end, 2), again.write(value)]);
  assert.deepEqual(there, value);
});

Deno.test("lines of a device become reports, and do so again after it was pulled out", async () => {
  await using program = await RunningProgram.start([
    ...["oxygen", "--option", `oxygen.usb-id=${ARDUINO.usbId}`],
  ]);
  const status = "devices/oxygen/status";
  await within("the port", program.current(status, /"online"/));
  // A driver drops what comes before the first line feed: it may be half a line.
  assert.equal(await reportOf(program, "23\n512\n"), 10.24);
  const loss = program.next(status, /"offline"/);
  await device.unplug();
  await within("the loss", loss);
  const back = program.next(status, /"online"/);
  await device.plug();
  await within("the port again", back);
  assert.equal(await reportOf(program, "5\n1000\n"), 20);
});
