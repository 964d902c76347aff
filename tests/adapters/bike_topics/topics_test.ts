import assert from "node:assert/strict";
import {
  BikeTopics,
  CONTROL_TOPICS,
  isControlTopic,
  REPORT_TOPICS,
  type ReportTopic,
} from "#adapters/bike_topics/topics.ts";
import { ConfigError } from "#lib/base/errors.ts";
import { isTopicName } from "#lib/mqtt/topic.ts";

const topics = new BikeTopics("000001");

/** Names of each value's reports: default, without aliases, with all. */
const REPORTS: Readonly<
  Record<ReportTopic, readonly [string[], string[], string[]]>
> = {
  speed: [["speed/report", "speed"], ["speed/report"], [
    "speed/report",
    "speed",
  ]],
  cadence: [["cadence/report", "cadence"], ["cadence/report"], [
    "cadence/report",
    "cadence",
  ]],
  power: [["power/report", "power"], ["power/report"], [
    "power/report",
    "power",
  ]],
  heartrate: [["heartrate/report", "heartrate"], ["heartrate/report"], [
    "heartrate/report",
    "heartrate",
  ]],
  incline: [["incline/report"], ["incline/report"], [
    "incline/report",
    "incline",
  ]],
  resistance: [["resistance/report"], ["resistance/report"], [
    "resistance/report",
    "resistance",
  ]],
  fan: [["fan/report", "fan/status"], ["fan/report"], [
    "fan/report",
    "fan/status",
    "fan",
  ]],
};

for (const topic of REPORT_TOPICS) {
  Deno.test(`BikeTopics.reports gives the names of ${topic}`, () => {
    const names = [
      topics.reports(topic),
      topics.reports(topic, { aliases: false }),
      topics.reports(topic, { bareActuators: true }),
    ];
    const expected = REPORTS[topic].map((rests) =>
      rests.map((rest) => `bike/000001/${rest}`)
    );
    assert.deepEqual(names, expected);
  });
}

Deno.test("BikeTopics gives the names of commands, errors, buttons and availability", () => {
  assert.equal(topics.control("incline"), "bike/000001/incline/control");
  assert.equal(topics.status("resistance"), "bike/000001/resistance/status");
  assert.equal(topics.button, "bike/000001/button/report");
  assert.equal(topics.availability, "bike/000001/status");
});

Deno.test("BikeTopics.commands gives /control, and bare names only where they are asked for", () => {
  const control = CONTROL_TOPICS.map((control) => ({
    name: `bike/000001/${control}/control`,
    control,
    isBare: false,
  }));
  const bare = CONTROL_TOPICS.map((control) => ({
    name: `bike/000001/${control}`,
    control,
    isBare: true,
  }));
  assert.deepEqual(topics.commands(), control);
  assert.deepEqual(topics.commands({ legacyCommands: true }), [
    ...control,
    ...bare,
  ]);
});

Deno.test("isControlTopic is true for what can be set", () => {
  assert.deepEqual(REPORT_TOPICS.filter(isControlTopic), [...CONTROL_TOPICS]);
});

for (const id of ["000001", "a", "Bike_7-b", "x".repeat(64)]) {
  Deno.test(`BikeTopics takes the id ${id}`, () => {
    const { bikeId, availability } = new BikeTopics(id);
    assert.equal(bikeId, id);
    assert.ok(isTopicName(availability));
  });
}

for (
  const id of [
    "",
    "+",
    "#",
    "a/b",
    "a b",
    "a\n",
    "ä",
    "a.b",
    "\0",
    "$SYS!",
    "x".repeat(65),
  ]
) {
  Deno.test(`BikeTopics refuses the id ${JSON.stringify(id)}`, () => {
    assert.throws(() => new BikeTopics(id), (error) => {
      assert.ok(error instanceof ConfigError);
      assert.equal(error.details.option, "bike");
      assert.match(error.message, /expected 1 to 64 letters, digits, _ or -$/);
      return true;
    });
  });
}
