import assert from "node:assert/strict";
import {
  stringifyReport,
  UNIT_NAMES,
  type ValueReport,
} from "#adapters/bike_topics/report.ts";
import {
  REPORT_TOPICS,
  type ReportTopic,
} from "#adapters/bike_topics/topics.ts";
import { fc } from "../../property.ts";

const ORIGIN = { timeMs: 1722834169611.5, deviceName: "bike000001" };

/** The text of the value, between its name and the comma behind it, as the VR game cuts it out. */
function valueIn(text: string): string {
  const start = text.indexOf('"value":') + '"value":'.length;
  return text.slice(start, text.indexOf(",", start)).trim();
}

Deno.test("stringifyReport writes the sample of the convention, byte for byte", () => {
  assert.equal(
    stringifyReport({ ...ORIGIN, topic: "speed", value: 9.094444444444445 }),
    '{"value": 9.094444444444445, "unitName": "m/s", "timestamp": 1722834169.6115, "metadata": {"deviceName": "bike000001"}}',
  );
});

/** Value, its text, and its text with `decimal: "always"`. */
const NUMBERS: Readonly<
  Record<ReportTopic, readonly (readonly [number, string, string])[]>
> = {
  speed: [[0, "0.0", "0.0"], [6, "6.0", "6.0"], [9.5, "9.5", "9.5"], [
    1e-7,
    "1.0e-7",
    "1.0e-7",
  ]],
  cadence: [[80, "80.0", "80.0"], [80.5, "80.5", "80.5"]],
  power: [[300, "300", "300.0"], [-10, "-10", "-10.0"], [0.4, "0", "0.0"], [
    -0.4,
    "0",
    "0.0",
  ]],
  heartrate: [[72, "72", "72.0"], [71.6, "72", "72.0"]],
  incline: [[-10, "-10.0", "-10.0"], [2.5, "2.5", "2.5"], [-0, "0.0", "0.0"]],
  resistance: [[24, "24.0", "24.0"], [100, "100.0", "100.0"], [
    33.3,
    "33.3",
    "33.3",
  ]],
  fan: [[50, "50", "50.0"], [59.6, "60", "60.0"]],
};

for (const topic of REPORT_TOPICS) {
  Deno.test(`stringifyReport writes numbers of ${topic} in their style`, () => {
    for (const [value, auto, always] of NUMBERS[topic]) {
      const report: ValueReport = { ...ORIGIN, topic, value };
      assert.equal(valueIn(stringifyReport(report)), auto);
      assert.equal(
        valueIn(stringifyReport(report, { decimal: "always" })),
        always,
      );
    }
  });

  Deno.test(`stringifyReport keeps the order of members for ${topic}`, () => {
    const report = JSON.parse(stringifyReport({ ...ORIGIN, topic, value: 1 }));
    assert.deepEqual(Object.entries(report), [
      ["value", 1],
      ["unitName", UNIT_NAMES[topic]],
      ["timestamp", 1722834169.6115],
      ["metadata", { deviceName: "bike000001" }],
    ]);
  });
}

Deno.test("stringifyReport names the units of the convention", () => {
  assert.deepEqual(UNIT_NAMES, {
    speed: "m/s",
    cadence: "RPM",
    power: "W",
    heartrate: "BPM",
    incline: "degree",
    resistance: "percentage",
    fan: "percentage",
  });
});

Deno.test("stringifyReport writes a whole second with a decimal point", () => {
  const text = stringifyReport({
    ...ORIGIN,
    topic: "power",
    value: 1,
    timeMs: 1722834169000,
  });
  assert.match(text, /"timestamp": 1722834169\.0,/);
});

Deno.test("stringifyReport writes metadata behind the device's name", () => {
  const metadata = {
    contact: true,
    rrIntervalsMs: [812, 804.7],
    sensor: { name: 'TICKR "7"', batteryPercent: null },
  };
  const text = stringifyReport({
    ...ORIGIN,
    topic: "heartrate",
    value: 72,
    metadata,
  });
  assert.ok(text.endsWith(
    '"metadata": {"deviceName": "bike000001", "contact": true, "rrIntervalsMs": [812, 804.7], "sensor": {"name": "TICKR \\"7\\"", "batteryPercent": null}}}',
  ));
});

Deno.test("stringifyReport refuses a value or a time that is not finite", () => {
  for (const number of [NaN, Infinity, -Infinity]) {
    assert.throws(
      () => stringifyReport({ ...ORIGIN, topic: "speed", value: number }),
      RangeError,
    );
    assert.throws(
      () => stringifyReport({ ...ORIGIN, topic: "power", value: number }),
      RangeError,
    );
    assert.throws(
      () =>
        stringifyReport({
          ...ORIGIN,
          topic: "speed",
          value: 1,
          timeMs: number,
        }),
      RangeError,
    );
  }
});

Deno.test("stringifyReport writes JSON that gives back any value, with a decimal point", () => {
  const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
  fc.assert(fc.property(finite, fc.jsonValue(), (value, data) => {
    const detail = JSON.parse(JSON.stringify(data));
    const text = stringifyReport({
      ...ORIGIN,
      topic: "speed",
      value,
      metadata: { detail },
    });
    assert.match(valueIn(text), /\./);
    const report = JSON.parse(text);
    assert.equal(report.value, value === 0 ? 0 : value);
    assert.deepEqual(report.metadata.detail, detail);
  }));
});
