import assert from "node:assert/strict";
import {
  type BikeCommand,
  type CommandOptions,
  parseCommand,
} from "#adapters/bike_topics/command.ts";
import { stringifyErrorReport } from "#adapters/bike_topics/error_report.ts";
import { stringifyReport } from "#adapters/bike_topics/report.ts";
import {
  BikeTopics,
  CONTROL_TOPICS,
  type ControlTopic,
} from "#adapters/bike_topics/topics.ts";
import { PayloadError } from "#lib/base/errors.ts";
import { fc } from "../../property.ts";

const topics = new BikeTopics("000001");
const ORIGIN = { timeMs: 1722834169611.5, deviceName: "bike000001" };

function parse(
  control: ControlTopic,
  payload: string | Uint8Array,
  { isBare = false, ...options }: CommandOptions & { isBare?: boolean } = {},
): BikeCommand {
  const topic = topics.commands({ legacyCommands: true }).find((topic) =>
    topic.control === control && topic.isBare === isBare
  );
  assert.ok(topic);
  const bytes = typeof payload === "string"
    ? new TextEncoder().encode(payload)
    : payload;
  return parseCommand(topic, bytes, options);
}

/** Payloads that programs in the field send on `…/control`, and the value they mean. */
const COMMANDS: Readonly<
  Record<ControlTopic, readonly (readonly [payload: string, value: number])[]>
> = {
  incline: [
    ["-10", -10],
    ['{"incline": 2.5}', 2.5],
    ['{"incline": 2.5, "timestamp": 1722834170.603658}', 2.5],
    ['{"ts":1722834170,"incline":-10}', -10],
    ['{"incline":2.3}', 2.3],
    ['{"value": 5}', 5],
    ['{"value": "5", "timestamp": 1722834170}', 5],
    [
      '{"value": 5, "unitName": "degree", "timestamp": 1, "command": "set_incline"}',
      5,
    ],
    ['{"value": 5, "incline": 6}', 6],
    ['{"incline": -0.0}', 0],
  ],
  resistance: [
    ["24", 24],
    ['{"resistance": 24}', 24],
    ['{"ts": 1722834170, "resistance": 24}', 24],
    ['{"resistance":100.0,"timestamp":1722834170.1}', 100],
    ['{"value": 33.3}', 33.3],
  ],
  fan: [
    ["50", 50],
    ["60", 60],
    ['{"level":3}', 60],
    ['{"level":0}', 0],
    ['{"level":"5"}', 100],
    ['{"power":60}', 60],
    ['{"value":60,"unitName":"percentage"}', 60],
    ['{"ts":1722834170,"fan":60}', 60],
    ['{"fan":10,"value":20,"power":30,"level":4}', 10],
    ['{"power":30,"level":4}', 30],
  ],
};

const NAMES = {
  incline: "inclinePercent",
  resistance: "resistancePercent",
  fan: "fanPercent",
} as const;

for (const control of CONTROL_TOPICS) {
  for (const [payload, value] of COMMANDS[control]) {
    Deno.test(`parseCommand on ${control}/control takes ${payload} as ${value}`, () => {
      assert.deepEqual(parse(control, payload), {
        actuator: NAMES[control],
        value,
      });
    });
  }
}

for (
  const [payload, value] of [
    [" 5\n", 5],
    ["+5", 5],
    [".5", 0.5],
    ["5.", 5],
    ["1e1", 10],
    ['"5"', 5],
    ["\ufeff5", 5],
    ["-0", 0],
  ] as const
) {
  Deno.test(`parseCommand takes the number ${JSON.stringify(payload)}`, () => {
    assert.ok(Object.is(parse("incline", payload).value, value));
  });
}

/** Payloads that are no commands, and where the fault lies. */
const REFUSED: readonly (readonly [payload: string, path: string])[] = [
  ["", ""],
  [" ", ""],
  ["up", ""],
  ["true", ""],
  ["null", ""],
  ["NaN", ""],
  ["Infinity", ""],
  ["1e999", ""],
  ["0x10", ""],
  ["2,5", ""],
  ["1 2", ""],
  ["[5]", ""],
  ["[]", ""],
  ["{}", ""],
  ['{"incline":', ""],
  ['{"Incline": 5}', ""],
  ['{"ts": 1722834170}', ""],
  ['{"power": 5}', ""],
  ['{"level": 5}', ""],
  ['{"__proto__": {"incline": 5}}', ""],
  ['{"incline": true}', "incline"],
  ['{"incline": null, "value": 5}', "incline"],
  ['{"incline": [5]}', "incline"],
  ['{"incline": {"value": 5}}', "incline"],
  ['{"incline": ""}', "incline"],
  ['{"incline": "NaN"}', "incline"],
  ['{"incline": 1e999}', "incline"],
  ['{"value": "fast"}', "value"],
  ["[".repeat(4096), ""],
  ["[".repeat(2000) + "]".repeat(2000), ""],
  ["1".repeat(4097), ""],
];

for (const [payload, path] of REFUSED) {
  Deno.test(`parseCommand on incline/control refuses ${payload.slice(0, 50)} (${payload.length})`, () => {
    assert.throws(() => parse("incline", payload), (error) => {
      assert.ok(error instanceof PayloadError);
      assert.equal(error.topic, "bike/000001/incline/control");
      assert.equal(error.path, path);
      assert.ok(error.message.length < 400);
      return true;
    });
  });
}

for (const level of ["-1", "6", "2.5", "true", '"x"']) {
  Deno.test(`parseCommand refuses the fan level ${level}`, () => {
    assert.throws(() => parse("fan", `{"level":${level}}`), {
      code: "payload",
      path: "level",
    });
  });
}

Deno.test("parseCommand refuses what is no UTF-8", () => {
  assert.throws(() => parse("fan", Uint8Array.of(0x35, 0xff)), {
    expected: "UTF-8",
  });
});

Deno.test("parseCommand takes a comma for a decimal point only where it is asked to", () => {
  const options = { repairDecimalComma: true };
  assert.equal(parse("incline", "2,5", options).value, 2.5);
  assert.equal(parse("incline", '{"value":"-2,5"}', options).value, -2.5);
  assert.throws(() => parse("incline", "1,000,5", options), PayloadError);
  assert.throws(() => parse("incline", '{"value":"2,5"}'), PayloadError);
});

for (const control of CONTROL_TOPICS) {
  Deno.test(`parseCommand on bare ${control} takes numbers and objects with its own name only`, () => {
    const isBare = true;
    assert.equal(parse(control, "5", { isBare }).value, 5);
    assert.equal(
      parse(control, `{"ts":1,"${control}":5}`, { isBare }).value,
      5,
    );
    for (
      const payload of [
        '{"value":5}',
        '{"power":5}',
        '{"level":5}',
        `{"${control}":5,"unitName":"degree"}`,
      ]
    ) {
      assert.throws(
        () => parse(control, payload, { isBare }),
        PayloadError,
        payload,
      );
    }
  });

  Deno.test(`parseCommand on ${control} never takes our own reports`, () => {
    const error = new PayloadError({ path: "", received: "x", expected: "y" });
    const received = new TextEncoder().encode("x");
    const reports = [
      stringifyReport({ ...ORIGIN, topic: control, value: 5 }),
      stringifyReport({ ...ORIGIN, topic: control, value: 5 }, {
        decimal: "always",
      }),
      stringifyErrorReport({ ...ORIGIN, topic: control, error, received }),
    ];
    for (const report of reports) {
      for (const isBare of [false, true]) {
        assert.throws(
          () => parse(control, report, { isBare }),
          /expected a command, not a report/,
        );
      }
    }
  });
}

Deno.test("parseCommand gives a finite number or a PayloadError, whatever comes", () => {
  const payload = fc.oneof(fc.json(), fc.string(), fc.double().map(String));
  const isBare = fc.boolean();
  const control = fc.constantFrom(...CONTROL_TOPICS);
  fc.assert(
    fc.property(payload, isBare, control, (payload, isBare, control) => {
      try {
        assert.ok(Number.isFinite(parse(control, payload, { isBare }).value));
      } catch (error) {
        if (!(error instanceof PayloadError)) throw error;
      }
    }),
  );
  fc.assert(fc.property(fc.uint8Array(), (bytes) => {
    try {
      assert.ok(Number.isFinite(parse("fan", bytes).value));
    } catch (error) {
      if (!(error instanceof PayloadError)) throw error;
    }
  }));
});

Deno.test("parseCommand takes every number as it stands, bare, named and as text", () => {
  const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
  fc.assert(fc.property(finite, (number) => {
    const value = number === 0 ? 0 : number;
    for (
      const payload of [
        `${value}`,
        `{"value":${value}}`,
        `{"resistance":"${value}"}`,
      ]
    ) {
      assert.equal(parse("resistance", payload).value, value);
    }
  }));
});
