import assert from "node:assert/strict";
import { ConfigError } from "#lib/base/errors.ts";
import { parseCapture } from "#lib/simulator/capture/parse_capture.ts";
import { ReplayCentral } from "#lib/simulator/capture/replay_central.ts";
import { FakeClock } from "../../../fakes/fake_clock.ts";
import { fc } from "../../../property.ts";
import { ROOT } from "../../../support/source_files.ts";
import { NEVER } from "../../simulator/setup.ts";

const HEADER = '{"type":"header","device":"Hub"}';
const FORMAT = '{"type":"header","format":"smartbike.capture/1.0"}';

const BAD: readonly (readonly [
  what: string,
  lines: readonly string[],
  line: number,
  option: string,
])[] = [
  ["an empty file", [], 1, "the line"],
  ["white space", ["", "  "], 1, "the line"],
  ["no JSON", ["hello"], 1, "the line"],
  ["a list", ["[]"], 1, "the line"],
  ["no header", ['{"tMs":0,"dir":"lost"}'], 1, "type"],
  ["a name that is no text", ['{"type":"header","device":7}'], 1, "device"],
  [
    "reads that are none",
    ['{"type":"header","device":"Hub","reads":["00"]}'],
    1,
    "reads",
  ],
  [
    "a read that is no bytes",
    ['{"type":"header","device":"Hub","reads":{"2a19":"5"}}'],
    1,
    "reads",
  ],
  ["half a line", [HEADER, "", '{"tMs":0,'], 3, "the line"],
  ["no time", [HEADER, '{"dir":"lost"}'], 2, "tMs"],
  ["a time before the start", [HEADER, '{"tMs":-1,"dir":"lost"}'], 2, "tMs"],
  ["a time in a year", [HEADER, '{"tMs":1e300,"dir":"lost"}'], 2, "tMs"],
  ["a time that is text", [HEADER, '{"tMs":"0","dir":"lost"}'], 2, "tMs"],
  ["an unknown direction", [HEADER, '{"tMs":0,"dir":"up"}'], 2, "dir"],
  [
    "no device where there are several",
    [FORMAT, '{"tMs":0,"dir":"lost"}'],
    2,
    "device",
  ],
  [
    "a characteristic that is none",
    [HEADER, '{"tMs":0,"dir":"subscribe","char":"heart"}'],
    2,
    "char",
  ],
  [
    "half a byte",
    [HEADER, '{"tMs":0,"dir":"notify","char":"2a37","hex":"064"}'],
    2,
    "hex",
  ],
  [
    "a value that is too long",
    [
      HEADER,
      `{"tMs":0,"dir":"notify","char":"2a37","hex":"${"00".repeat(513)}"}`,
    ],
    2,
    "hex",
  ],
  [
    "a table that is none",
    [FORMAT, '{"tMs":0,"device":"A","dir":"connect","name":"a"}'],
    2,
    "characteristics",
  ],
  [
    "a property that is none",
    [
      FORMAT,
      '{"tMs":0,"device":"A","dir":"connect","name":"a","characteristics":[{"uuid":"2a37","service":"180d","properties":["shout"]}]}',
    ],
    2,
    "properties",
  ],
  [
    "services that are none",
    [
      FORMAT,
      '{"tMs":0,"device":"A","dir":"advertise","name":"a","services":"180d"}',
    ],
    2,
    "services",
  ],
  [
    "a signal that is too strong",
    [HEADER, '{"tMs":0,"dir":"signal","signalDbm":99}'],
    2,
    "signalDbm",
  ],
];

for (const [what, lines, line, option] of BAD) {
  Deno.test(`a capture with ${what} is refused, with file and line`, () => {
    assert.throws(
      () => parseCapture(lines.join("\n"), "ride.jsonl"),
      (error) => {
        assert(error instanceof ConfigError, String(error));
        const { details } = error;
        assert.deepEqual(
          [details.file, details.line, details.option],
          ["ride.jsonl", line, option],
        );
        assert.match(error.message, /^Cannot replay "ride.jsonl": in line \d/);
        return true;
      },
    );
  });
}

Deno.test("lines end with or without a carriage return, and may be out of order", () => {
  const [hub] = parseCapture(
    [
      HEADER,
      '{"tMs":9,"dir":"notify","char":"2A37","hex":"0649"}',
      '{"tMs":3,"dir":"notify","char":"2a37","hex":"0648"}',
      "",
    ].join("\r\n"),
    "ride.jsonl",
  );
  assert.deepEqual(hub?.events.map(({ tMs }) => tMs), [3, 9]);
});

const HUB = await Deno.readTextFile(
  new URL("tests/fixtures/gatt/session.jsonl", ROOT),
);

Deno.test("no damage to a file makes reading or replaying it fail otherwise than with a ConfigError", async () => {
  const damage = fc.tuple(
    fc.nat({ max: HUB.length }),
    fc.nat({ max: 40 }),
    fc.oneof(
      fc.string({ maxLength: 12 }),
      fc.constantFrom('"', "}\n{", "null", "1e9", '"lost"', "[]"),
    ),
  );
  const play = async (
    damages: readonly (readonly [number, number, string])[],
  ) => {
    let text = HUB;
    for (const [at, length, put] of damages) {
      text = text.slice(0, at) + put + text.slice(at + length);
    }
    const clock = new FakeClock();
    try {
      await using replay = ReplayCentral.open(text, "hub.jsonl", { clock });
      const end = new AbortController();
      const connecting = replay.connect({}, { signal: end.signal });
      await clock.advance(100);
      end.abort();
      const [hub] = await Promise.allSettled([connecting]);
      if (hub.status !== "fulfilled") return;
      for (const { uuid } of hub.value.characteristics) {
        const work = hub.value.subscribe(uuid, () => {});
        await Promise.allSettled([work]);
      }
      await clock.advance(60_000);
    } catch (error) {
      assert(error instanceof ConfigError, String(error));
    }
  };
  await fc.assert(
    fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 3 }), play),
    { numRuns: 100 },
  );
  const intact = ReplayCentral.open(HUB, "hub.jsonl");
  await using hub = await intact.connect({}, { signal: NEVER });
  assert.equal(hub.name, "Zwift Hub");
});
