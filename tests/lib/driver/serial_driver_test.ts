import assert from "node:assert/strict";
import { Bike } from "#lib/bike/bike.ts";
import { untilAborted } from "#lib/base/deadline.ts";
import { ConfigError } from "#lib/base/errors.ts";
import { absentHardware } from "#lib/hardware/absent.ts";
import { libc } from "#lib/hardware/linux/libc.ts";
import type { SerialOptions, SerialPorts } from "#lib/hardware/serial.ts";
import type { DriverDefinition } from "#lib/driver/driver.ts";
import { DriverHost } from "#lib/driver/driver_host.ts";
import { checkOptions } from "#lib/driver/driver_options.ts";
import {
  lineError,
  parseNumberLine,
  serialDriver,
} from "#lib/driver/serial_driver.ts";
import { startLog } from "#lib/base/logger.ts";
import { SerialBench } from "../../support/serial_bench.ts";
import { needing } from "../../support/requires.ts";

const test = needing("socat");

/** The most that a line may have, in bytes. */
const MAX_LINE_BYTES = 1024;

/** Reports each line as a text, but for those that begin with `bad`. */
function lineDriver(dropsFirstLine: boolean): DriverDefinition {
  return serialDriver({
    name: "lines",
    summary: "lines",
    port: "/dev/nothing",
    dropsFirstLine,
    start: ({ device }) => (line) => {
      if (line.startsWith("bad")) throw lineError(line, "a good one");
      device.reportSensor({ sensor: "lines", fields: { line } });
    },
  });
}

async function lines(bench: SerialBench, count: number): Promise<unknown[]> {
  const found: unknown[] = [];
  for (let i = 0; i < count; i++) found.push(await bench.next());
  return found;
}

function fields(...texts: readonly string[]) {
  return texts.map((line) => ({ sensor: "lines", fields: { line } }));
}

test("lines are whole, in whatever pieces they come", async () => {
  await using bench = await SerialBench.start(lineDriver(false));
  const { pty } = bench;
  await pty.send("one");
  await pty.send(" and a half\r");
  await pty.send("\ntwo\nthree\r\n\r\n\nfo");
  await pty.send("ur  \n");
  assert.deepEqual(
    await lines(bench, 4),
    fields("one and a half", "two", "three", "four"),
  );
});

test("each byte of a character may come alone", async () => {
  await using bench = await SerialBench.start(lineDriver(false));
  for (const byte of new TextEncoder().encode("37 °C\n")) {
    await bench.pty.send(Uint8Array.of(byte));
  }
  assert.deepEqual(await lines(bench, 1), fields("37 °C"));
});

test("half a line at the start is not taken for a line", async () => {
  await using bench = await SerialBench.start(lineDriver(true));
  await bench.pty.send("12\n512\n");
  assert.deepEqual(await lines(bench, 1), fields("512"));
});

test("half a line at the end is not taken for a line either", async () => {
  await using bench = await SerialBench.start(lineDriver(false));
  await bench.pty.send("one\ntw");
  assert.deepEqual(await lines(bench, 1), fields("one"));
  await bench.host[Symbol.asyncDispose]();
  assert.deepEqual(bench.readings, []);
});

test("bad lines are counted and reported at the 1st and 10th, and no other line suffers", async () => {
  const log: string[] = [];
  await using _log = await startLog({ write: (line) => log.push(line) });
  await using bench = await SerialBench.start(lineDriver(false));
  const bad: readonly (Uint8Array<ArrayBuffer> | string)[] = [
    "bad",
    Uint8Array.of(0xff, 0xfe, 0x00, 0xc3),
    "x".repeat(MAX_LINE_BYTES + 1),
    "x".repeat(100 * MAX_LINE_BYTES),
    ..."567890".split("").map((digit) => `bad ${digit}`),
  ];
  let dropped = 0;
  bench.bike.onFrameDropped.add(() => dropped++);
  for (const [index, line] of bad.entries()) {
    await bench.pty.send(line);
    await bench.pty.send(`\ngood ${index}\n`);
  }
  assert.deepEqual(
    await lines(bench, bad.length),
    fields(...bad.map((_, index) => `good ${index}`)),
  );
  assert.equal(dropped, bad.length);
  const dropLines = log.filter((line) => line.includes("is dropped"));
  assert.equal(dropLines.length, 2, log.join(""));
  assert.match(dropLines[0] ?? "", /lines sent a line .*\(1 so far\).*"bad"/);
  assert.match(dropLines[1] ?? "", /\(10 so far\)/);
});

/** Runs a driver, and gives how it opens its port. */
async function openingOf(
  options: Readonly<Record<string, unknown>>,
): Promise<SerialOptions> {
  const { promise: opening, resolve } = Promise.withResolvers<SerialOptions>();
  const serial: SerialPorts = {
    list: () => Promise.resolve([]),
    async open(_, { signal, ...settings }) {
      resolve(settings);
      await untilAborted(signal);
      throw signal.reason;
    },
  };
  const bike = new Bike();
  const hardware = { ...absentHardware("this is a test"), serial };
  const definition = lineDriver(true);
  await using host = new DriverHost({ bike, hardware });
  host.start({ definition, options: checkOptions(definition, options) });
  return await opening;
}

Deno.test("a port is opened as the options say, texts of a command line too", async () => {
  assert.deepEqual(await openingOf({}), {});
  const options = {
    "baud-rate": "115200",
    "data-bits": "7",
    parity: "even",
    "stop-bits": 2,
    "flow-control": "software",
  };
  assert.deepEqual(await openingOf(options), {
    baudRate: 115_200,
    dataBits: 7,
    parity: "even",
    stopBits: 2,
    flowControl: "software",
  });
});

Deno.test("bits that no port has are refused by the name of their option", () => {
  const impossible = { "data-bits": 9, "stop-bits": 1.5, "baud-rate": 9600.5 };
  for (const [name, value] of Object.entries(impossible)) {
    assert.throws(
      () => checkOptions(lineDriver(true), { [name]: value }),
      (error) => error instanceof ConfigError && error.details.option === name,
    );
  }
});

test("a line of just the most bytes is taken", async () => {
  await using bench = await SerialBench.start(lineDriver(false));
  const line = "x".repeat(MAX_LINE_BYTES);
  await bench.pty.send(`${line}\n`);
  assert.deepEqual(await lines(bench, 1), fields(line));
});

test("a device that is unplugged is away, and works again when it is back", async () => {
  await using bench = await SerialBench.start(lineDriver(false));
  const { pty } = bench;
  await pty.send("before\nhalf");
  assert.deepEqual(await lines(bench, 1), fields("before"));
  await pty.unplug();
  await bench.connected(false);
  await pty.plug();
  await bench.connected();
  await pty.send("after\n");
  assert.deepEqual(await lines(bench, 1), fields("after"));
});

test("a driver that ends lets its port go", async () => {
  await using bench = await SerialBench.start(lineDriver(false));
  await bench.host[Symbol.asyncDispose]();
  const fd = libc.open(bench.pty.path, 0o4402);
  assert.equal(libc.flock(fd, 6), 0);
  await libc.close(fd);
});

Deno.test("numbers are read strictly", () => {
  assert.equal(parseNumberLine("-12.50"), -12.5);
  for (
    const line of ["", "x", "1 2", "0x10", "1e3", "NaN", "1,5", "9".repeat(17)]
  ) {
    assert.throws(() => parseNumberLine(line), { name: "FrameError" });
  }
});
