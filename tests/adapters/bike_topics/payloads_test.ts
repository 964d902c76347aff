import assert from "node:assert/strict";
import { isReportPayload } from "#adapters/bike_topics/command.ts";
import { IDLE, IdleRule } from "#adapters/bike_topics/idle_rule.ts";
import { stringifyLossReport } from "#adapters/bike_topics/loss_report.ts";
import { isOnline, stringifyPresence } from "#adapters/bike_topics/presence.ts";
import { stringifySensorReport } from "#adapters/bike_topics/sensor_report.ts";
import {
  BikeTopics,
  isSensorTopic,
  REPORT_TOPICS,
} from "#adapters/bike_topics/topics.ts";
import { isTopicName } from "#lib/mqtt/topic.ts";
import { fc } from "../../property.ts";

const encoder = new TextEncoder();
const topics = new BikeTopics("000001");
const ORIGIN = { timeMs: 1722834169611.5, deviceName: "bike000001" };

Deno.test("BikeTopics.device gives another topic name of one more level for each id", () => {
  assert.equal(topics.device(""), "bike/000001/devices/%/status");
  assert.equal(
    topics.device("KICKR 58CB"),
    "bike/000001/devices/KICKR%2058CB/status",
  );
  const id = fc.string({ unit: "grapheme" });
  fc.assert(fc.property(id, id, (one, other) => {
    const name = topics.device(one);
    assert.ok(isTopicName(name));
    assert.equal(name.split("/").length, 5);
    assert.equal(name === topics.device(other), one === other);
  }));
});

Deno.test("BikeTopics.sensor names the report of a sensor", () => {
  assert.equal(topics.sensor("oxygen"), "bike/000001/oxygen/report");
});

for (const name of ["oxygen", "gas", "reps", "posture-2", "heart"]) {
  Deno.test(`isSensorTopic takes ${name}`, () => {
    assert.ok(isSensorTopic(name));
  });
}

for (
  const name of [
    ...REPORT_TOPICS,
    "button",
    "control",
    "devices",
    "level",
    "status",
    "workout",
    "",
    "a/b",
    "+",
    "Oxygen",
  ]
) {
  Deno.test(`isSensorTopic refuses ${JSON.stringify(name)}`, () => {
    assert.ok(!isSensorTopic(name));
  });
}

Deno.test("IdleRule starts over after any other value, and after a reset", () => {
  const rule = new IdleRule(IDLE);
  const zeros = (count: number) =>
    Array.from({ length: count }, () => rule.nextWaitMs(0));
  const nine = Array.from({ length: 9 }, () => 1000);
  assert.deepEqual(zeros(11), [...nine, 30_000, 30_000]);
  assert.equal(rule.nextWaitMs(-1), 1000);
  assert.deepEqual(zeros(10), [...nine, 30_000]);
  rule.reset();
  assert.deepEqual(zeros(10), [...nine, 30_000]);
});

Deno.test("stringifyLossReport writes a report without a value, with the state behind it", () => {
  assert.equal(
    stringifyLossReport({ ...ORIGIN, topic: "fan", state: "disconnected" }),
    '{"value": null, "state": "disconnected", "unitName": "percentage", "timestamp": 1722834169.6115, "metadata": {"deviceName": "bike000001"}}',
  );
});

Deno.test("stringifyPresence writes only what is known", () => {
  const { deviceName, timeMs } = ORIGIN;
  assert.equal(
    stringifyPresence({ state: "online", deviceName, timeMs, connection: 3 }),
    '{"state": "online", "timestamp": 1722834169.6115, "connection": 3, "metadata": {"deviceName": "bike000001"}}',
  );
});

Deno.test("isOnline takes what stringifyPresence writes, and throws for nothing", () => {
  const { deviceName } = ORIGIN;
  const text = (state: "online" | "offline") =>
    encoder.encode(stringifyPresence({ state, deviceName }));
  assert.ok(isOnline(text("online")));
  assert.ok(!isOnline(text("offline")));
  const payload = fc.oneof(
    fc.uint8Array(),
    fc.json().map((json) => encoder.encode(json)),
  );
  fc.assert(fc.property(payload, (bytes) => {
    assert.equal(typeof isOnline(bytes), "boolean");
  }));
});

Deno.test("stringifySensorReport writes numbers with a decimal point where it is asked to", () => {
  const always = { decimal: "always" } as const;
  const origin = { device: "arduino", timeMs: 1722834169000 };
  assert.equal(
    stringifySensorReport(
      { ...origin, sensor: "reps", value: 3, unitName: "" },
      "pi",
      always,
    ),
    '{"value": 3.0, "unitName": "", "timestamp": 1722834169.0, "metadata": {"deviceName": "pi"}}',
  );
  assert.equal(
    stringifySensorReport(
      { ...origin, sensor: "gas", fields: { O2: 7, isWarm: false, note: '"' } },
      "pi",
      always,
    ),
    '{"ts": 1722834169.0, "O2": 7.0, "isWarm": false, "note": "\\""}',
  );
});

/** Payloads on `fan/control`, on bare `fan`, and whether they are reports there. */
const REPORTS: readonly (readonly [string, boolean, boolean])[] = [
  ['{"value": 5, "unitName": "percentage", "metadata": {}}', true, true],
  ['{"value": 5, "unitName": "percentage"}', false, true],
  ['{"fan": 5}', false, false],
  ["5", false, false],
  ["unitName", false, false],
  ["{", false, false],
  ['["unitName"]', false, false],
  ["9".repeat(5000), false, false],
];

for (const [payload, onControl, onBare] of REPORTS) {
  Deno.test(`isReportPayload judges ${payload.slice(0, 60)}`, () => {
    const judged = topics.commands({ legacyCommands: true })
      .filter(({ control }) => control === "fan")
      .map((topic) => isReportPayload(topic, encoder.encode(payload)));
    assert.deepEqual(judged, [onControl, onBare]);
  });
}
