import assert from "node:assert/strict";
import { driver as flex } from "#drivers/flex.ts";
import { driver as gas, parseGasLine } from "#drivers/gas.ts";
import { driver as oxygen, parseOxygenLine } from "#drivers/oxygen.ts";
import { driver as reps, RepetitionCounter } from "#drivers/reps.ts";
import { FrameError } from "#lib/base/errors.ts";
import { startLog } from "#lib/base/logger.ts";
import { parseNumberLine } from "#lib/driver/serial_driver.ts";
import GAS_LINES from "../fixtures/hardware/gas_lines.json" with {
  type: "json",
};
import { fc } from "../property.ts";
import { SerialBench } from "../support/serial_bench.ts";
import { needing } from "../support/requires.ts";

const test = needing("socat");

for (const { line, origin, value, error } of GAS_LINES) {
  Deno.test(`gas line "${line}" (${origin})`, () => {
    if (value !== undefined) return assert.deepEqual(parseGasLine(line), value);
    assert.throws(() => parseGasLine(line), (thrown) => {
      assert(thrown instanceof FrameError);
      assert(thrown.expected.includes(error ?? ""), thrown.expected);
      return true;
    });
  });
}

Deno.test("no beginning of a gas line is taken for another value", () => {
  const [whole] = GAS_LINES;
  const text = whole?.line ?? "";
  for (let length = 0; length < text.length; length++) {
    try {
      const values = parseGasLine(text.slice(0, length));
      for (const [name, value] of Object.entries(values)) {
        const expected = whole?.value?.[name as "O2"];
        assert(value === null || value === expected, `${name} is ${value}`);
      }
    } catch (error) {
      assert(error instanceof FrameError);
    }
  }
});

test("gas is reported with null for what is missing, and bad lines are skipped", async () => {
  await using bench = await SerialBench.start(gas);
  await bench.pty.send(
    "12 ppm\nO2: 150000 ppm, CO2: -- ppm, Inflow: 0 mL/min, Outflow: 9000 mL/min\nO2: bad\nO2: 1 ppm\n",
  );
  assert.deepEqual(await bench.next(), {
    sensor: "gas",
    fields: { O2: 150_000, CO2: null, Inflow: 0, Outflow: 9000 },
  });
  assert.deepEqual(await bench.next(), {
    sensor: "gas",
    fields: { O2: 1, CO2: null, Inflow: null, Outflow: null },
  });
});

Deno.test("an oxygen reading is percent of the air with two decimals", () => {
  const values = ["0", "512", "1023", "333"].map((line) =>
    parseOxygenLine(line)
  );
  assert.deepEqual(values, [0, 10.24, 20.46, 6.66]);
  for (const line of ["1024", "-1", "5.5", "x"]) {
    assert.throws(() => parseOxygenLine(line), FrameError);
  }
});

test("oxygen is reported, scaled as an option says", async () => {
  await using bench = await SerialBench.start(oxygen, {
    options: { "percent-per-count": 0.1 },
  });
  await bench.pty.send("\n512\n");
  assert.deepEqual(await bench.next(), {
    sensor: "oxygen",
    value: 51.2,
    unitName: "%",
  });
});

test("posture distinguishes an upright back from a bent one, and passes over the remark", async () => {
  const log: string[] = [];
  await using _log = await startLog({ write: (line) => log.push(line) });
  await using bench = await SerialBench.start(flex);
  await bench.pty.send("\n140\n139\nFix Posture\n200\n");
  const reports = [await bench.next(), await bench.next(), await bench.next()];
  assert.deepEqual(
    reports,
    [[140, true], [139, false], [200, true]].map(([value, isUpright]) => ({
      sensor: "posture",
      fields: { value, isUpright },
    })),
  );
  assert.deepEqual(log, [], "the remark is no bad line");
});

function count(value: number) {
  return { sensor: "reps", value, unitName: "" };
}

Deno.test("a repetition counts once, whatever trembles around the limits or comes too soon", () => {
  const counter = new RepetitionCounter({ nearCm: 5, farCm: 6 });
  const counted = (nowMs: number, ...distances: readonly number[]) =>
    distances.map((distance) => counter.take(distance, nowMs));
  assert.deepEqual(counted(0, 4, 5.5, 6, 4), Array(4).fill(false));
  assert.deepEqual(counted(10, 6.1, 5, 4.9), [false, false, true]);
  assert.deepEqual(counted(900, 5.5, 4, 6, 3), Array(4).fill(false));
  assert.deepEqual(counted(900, 7, 4), [false, true]);
  assert.deepEqual(counted(1399, 7, 4, 4), Array(3).fill(false));
  assert.deepEqual(counted(1400, 4), [true]);
  assert.equal(counter.count, 3);
});

test("repetitions are counted with the limits of the options, and a missing echo is none", async () => {
  const log: string[] = [];
  await using _log = await startLog({ write: (line) => log.push(line) });
  await using bench = await SerialBench.start(reps, {
    options: { "near-cm": 3 },
  });
  assert.deepEqual(await bench.next(), count(0));
  await bench.pty.send("\n5\n0\n-1\n3\n2\n");
  assert.deepEqual(await bench.next(), count(1));
  assert.deepEqual(bench.readings, []);
  assert.match(log.join(""), /"0": expected a distance above 0/);
});

test("the count goes on when the sensor was away", async () => {
  await using bench = await SerialBench.start(reps);
  await bench.pty.send("\n9\n2\n");
  assert.deepEqual([await bench.next(), await bench.next()], [
    count(0),
    count(1),
  ]);
  await bench.pty.unplug();
  await bench.connected(false);
  await bench.pty.plug();
  assert.deepEqual(await bench.next(), count(1));
  await bench.pty.send("\n9\n2\n");
  assert.deepEqual(await bench.next(), count(2));
});

Deno.test("whatever a line holds, it is read or dropped", () => {
  const piece = fc.constantFrom(
    ..."O2 CO2: Inflow: -- - 12 1.5 ppm mL/min , : __proto__ 0x1".split(" "),
    " ",
    "\0",
  );
  const line = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.array(piece).map((pieces) => pieces.join("")),
  );
  const parsers = [parseGasLine, parseOxygenLine, parseNumberLine];
  fc.assert(fc.property(line, fc.constantFrom(...parsers), (text, parse) => {
    try {
      parse(text);
    } catch (error) {
      assert(error instanceof FrameError, String(error));
    }
  }));
});
