import assert from "node:assert/strict";
import { driver } from "#drivers/serial_lines.ts";
import { Bike } from "#lib/bike/bike.ts";
import { ConfigError } from "#lib/base/errors.ts";
import { absentHardware } from "#lib/hardware/absent.ts";
import { DriverHost } from "#lib/driver/driver_host.ts";
import type { DriverOptionValue } from "#lib/driver/driver.ts";
import {
  compileLinePattern,
  MAX_MATCHED_LENGTH,
} from "#lib/driver/line_pattern.ts";
import { fc } from "../property.ts";
import { SerialBench } from "../support/serial_bench.ts";
import { needing } from "../support/requires.ts";

const test = needing("socat");

interface LineCase {
  readonly what: string;
  readonly options: Readonly<Record<string, DriverOptionValue>>;
  readonly lines: readonly string[];
  readonly reports: readonly unknown[];
}

const CASES: readonly LineCase[] = [
  {
    what: "numbers with a unit",
    options: { format: "number", sensor: "distance", unit: "cm" },
    lines: ["12.5", "no number", "7"],
    reports: [
      { sensor: "distance", value: 12.5, unitName: "cm" },
      { sensor: "distance", value: 7, unitName: "cm" },
    ],
  },
  {
    what: "members of a JSON object, and a JSON number",
    options: {},
    lines: [
      '{"a":1,"b":"two","c":true,"d":null,"e":[1],"f":{"g":1},"9":1,"__proto__":{"h":1}}',
      "{",
      "[1]",
      '{"e":[]}',
      "3",
    ],
    reports: [
      { sensor: "serial", fields: { a: 1, b: "two", c: true, d: null } },
      { sensor: "serial", value: 3, unitName: "" },
    ],
  },
  {
    what: "the lines of the predecessor's weather prototype",
    options: { "sensor-key": "sensorType", "data-key": "sensorData" },
    lines: [
      '{"sensorType":"DHT22","sensorData":{"temperature":21.5,"humidity":40}}',
      '{"sensorType":"no name!","sensorData":{"x":1}}',
      '{"sensorType":"lsm303","sensorData":7}',
      '{"sensorData":{"x":1}}',
      '{"sensorType":"lsm303","sensorData":{"x":-1}}',
    ],
    reports: [
      { sensor: "dht22", fields: { temperature: 21.5, humidity: 40 } },
      { sensor: "lsm303", fields: { x: -1 } },
    ],
  },
  {
    what: "what a pattern finds, by the names of its groups",
    options: {
      pattern: "T=(?<t>-?\\d+\\.\\d)(?: H=(?<h>\\d+))? (?<state>\\w+)",
    },
    lines: [
      "T=21.5 H=40 ok",
      "garbage",
      "T=-3.0 cold",
      `T=${"9".repeat(256)}.0 ok`,
    ],
    reports: [
      { sensor: "serial", fields: { t: 21.5, h: 40, state: "ok" } },
      { sensor: "serial", fields: { t: -3, h: null, state: "cold" } },
    ],
  },
  {
    what: "a number that a pattern finds",
    options: { pattern: "P: (?<value>\\S+) kPa", sensor: "air", unit: "kPa" },
    lines: ["P: 101.3 kPa", "P: high kPa", "P: 99 kPa"],
    reports: [
      { sensor: "air", value: 101.3, unitName: "kPa" },
      { sensor: "air", value: 99, unitName: "kPa" },
    ],
  },
];

for (const { what, options, lines, reports } of CASES) {
  test(`serial-lines reports ${what}`, async () => {
    await using bench = await SerialBench.start(driver, { options });
    await bench.pty.send(`\n${lines.join("\n")}\n`);
    for (const report of reports) assert.deepEqual(await bench.next(), report);
    assert.deepEqual(bench.readings, []);
  });
}

test("serial-lines takes no more fields than a person can read", async () => {
  await using bench = await SerialBench.start(driver);
  const entries = Array.from({ length: 60 }, (_, i) => [`f${i}`, i]);
  await bench.pty.send(`\n${JSON.stringify(Object.fromEntries(entries))}\n`);
  assert.deepEqual(await bench.next(), {
    sensor: "serial",
    fields: Object.fromEntries(entries.slice(0, 32)),
  });
});

const GOOD_PATTERNS = [
  "(?<value>\\d+)",
  "(?:abc){3}(?<x>[a-z(|)+*]+)",
  "(?<a>\\d+(?:\\.\\d+)?), (?<b>\\d+(?:\\.\\d+)?)",
  "^(?:on|off)=(?<x>.*)$",
  "(?<x>a\\+b)+",
  "(?<=x)(?<y>\\d{1,3})?",
  "T=(?<t>-?\\d+\\.\\d+)\\s+H=(?<h>\\d+)\\s+P=(?<p>\\d+)\\s+U=(?<u>\\w+)",
  "(?<a>\\d+),(?<b>\\d+),(?<c>\\d+),(?<d>\\d+),(?<e>\\d+)",
  "(?<key>\\w+)=(?<text>.*) (?<rest>.*)",
  "(?:on|off): (?<x>\\x41+)(?<y>\\p{L}+)\\u{1F600}\\cA",
];

/** What takes a backtracking matcher for ever. */
const SLOW_PATTERNS = [
  "(?<x>(?:a+)+)$",
  "(?<x>(?:a|a)*)$",
  "(?<x>(?:a?)*)b",
  ".*a.*b.*c.*(?<x>d)",
  "\\d+\\d+\\d+\\d+(?<x>x)",
  "(?:a?a?a?a?a?a?a?a?a?a?a?a?){2}(?<x>b)",
  "a{0,99}a{0,99}a{0,99}a{0,99}(?<x>b)",
  "(?<x>(?:a|ab|abc|b){1,40})$",
  "(?:){9999999999999}(?<x>a)",
  "(?:(?:){99999999}){99999999}(?<x>a)",
];

const BAD_PATTERNS = [
  "(",
  "(\\w)\\1+",
  "(?<a>x)\\k<a>",
  "(?=ab)(?<x>a)",
  "(?<x>(?:a{99}){99})",
  "x".repeat(257),
];

for (const pattern of [...GOOD_PATTERNS, ...SLOW_PATTERNS]) {
  Deno.test(`pattern ${pattern} is taken`, () => {
    assert(compileLinePattern(pattern, "pattern").names.length > 0);
  });
}

for (const pattern of BAD_PATTERNS) {
  Deno.test(`pattern ${pattern.slice(0, 20)} is refused`, () => {
    assert.throws(() => compileLinePattern(pattern, "pattern"), {
      name: "ConfigError",
      details: { option: "pattern", value: pattern },
    });
  });
}

for (const pattern of ["(", "no group", "(\\d+)"]) {
  Deno.test(`pattern ${pattern} is reported as wrong before the port is there`, async () => {
    await using host = new DriverHost({
      bike: new Bike(),
      hardware: absentHardware("this is a test"),
    });
    const { promise: error, resolve } = Promise.withResolvers<unknown>();
    host.onStatusChanged.add(({ error }) => error && resolve(error));
    host.start({ definition: driver, options: { pattern } });
    assert((await error) instanceof ConfigError);
  });
}

Deno.test("whatever is written as a pattern is taken or refused by name", () => {
  const piece = fc.constantFrom(
    ..."a \\d \\w \\x41 \\p{L} \\u{41} [^a] [\\]] . * + ? *? {2} {0,3} {2,} ( (?: (?<n> (?= ) | ^ $ \\b \\ [ ] { }"
      .split(" "),
    "\\u0041",
    "é",
  );
  fc.assert(fc.property(fc.array(piece), (pieces) => {
    try {
      compileLinePattern(pieces.join(""), "pattern");
    } catch (error) {
      assert(error instanceof ConfigError, String(error));
    }
  }));
});

/** A pattern for lines of a and b, from pieces that both matchers take. */
const PIECES = fc.array(
  fc.constantFrom(
    "a",
    "b",
    "[ab]",
    "[^a]",
    ".",
    "a?",
    "b*",
    "a+?",
    "(?:ab)+",
    "(?:a|b)",
    "(?:b|ab){1,2}",
    "(?<=a)",
    "(?!b)",
    "\\b",
    "^",
    "$",
  ),
  { maxLength: 7 },
);

Deno.test("a pattern finds in a line what a regular expression finds", () => {
  const line = fc.string({
    unit: fc.constantFrom("a", "b", " "),
    maxLength: 12,
  });
  fc.assert(
    fc.property(PIECES, PIECES, line, (one, other, text) => {
      const source = `(?<x>${one.join("")})(?<y>${other.join("")})`;
      const groups = new RegExp(source, "u").exec(text)?.groups;
      const found = compileLinePattern(source, "pattern").match(text);
      assert.deepEqual(
        found && Object.fromEntries(found),
        groups && { ...groups },
      );
    }),
    { numRuns: 2000 },
  );
});

Deno.test("any pattern that is taken answers the longest line within bounded steps", () => {
  const piece = fc.constantFrom(
    ..."a? a* (?:a|a)* (?:a*)* a{0,99} [ab]{1,60} (?:a?){60} .* \\w+ (?:a|ab|abc)+"
      .split(" "),
  );
  fc.assert(
    fc.property(fc.array(piece, { minLength: 1, maxLength: 16 }), (pieces) => {
      const source = `(?<x>${pieces.join("")})!`;
      try {
        const { match } = compileLinePattern(source, "pattern");
        assert.equal(match("a".repeat(MAX_MATCHED_LENGTH)), undefined);
      } catch (error) {
        assert(error instanceof ConfigError, String(error));
      }
    }),
    { numRuns: 30 },
  );
});

test(
  "lines can name 32 sensors, and further ones are dropped",
  async () => {
    await using bench = await SerialBench.start(driver, {
      options: { "sensor-key": "id" },
    });
    let dropped = 0;
    bench.bike.onFrameDropped.add(() => dropped++);
    const lines = Array.from({ length: 40 }, (_, i) => `{"id":"s${i}","v":1}`);
    await bench.pty.send(`\n${lines.join("\n")}\n{"id":"s0","v":2}\n`);
    for (let i = 0; i < 32; i++) await bench.next();
    assert.deepEqual(await bench.next(), { sensor: "s0", fields: { v: 2 } });
    assert.equal(dropped, 8);
  },
);
