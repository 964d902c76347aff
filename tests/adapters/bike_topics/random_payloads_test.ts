import assert from "node:assert/strict";
import { BikeTopics, CONTROL_TOPICS } from "#adapters/bike_topics/topics.ts";
import { HARD_LIMITS } from "#lib/bike/limits.ts";
import { fc } from "../../property.ts";
import { contract } from "../../lib/mqtt/contract.ts";
import { Ride } from "./ride.ts";

/** Numbers as somebody might send them, many of them allowed. */
const number = fc.oneof(
  fc.integer({ min: -30, max: 130 }),
  fc.integer({ min: -60, max: 260 }).map((halves) => halves / 2),
  fc.double(),
  fc.constantFrom(NaN, Infinity, -Infinity, -0, 1e300, 0.1 + 0.2),
);

const key = fc.constantFrom(
  "incline",
  "resistance",
  "fan",
  "value",
  "power",
  "level",
  "ts",
  "unitName",
  "metadata",
  "__proto__",
);

const payload = fc.oneof(
  { weight: 3, arbitrary: number.map(String) },
  {
    weight: 4,
    arbitrary: fc.dictionary(
      key,
      fc.oneof(
        { weight: 4, arbitrary: number },
        number.map(String),
        fc.jsonValue(),
      ),
      { minKeys: 1, maxKeys: 3 },
    ).map((data) => JSON.stringify(data)),
  },
  fc.json(),
  fc.string(),
  fc.uint8Array({ maxLength: 100 }),
  fc.constantFrom("", " ", "2,5", "{", "[".repeat(5000), "9".repeat(5000)),
);

const command = fc.record({
  control: fc.constantFrom(...CONTROL_TOPICS),
  payload,
});

const quick = { minIntervalMs: 0 };
const pace = { incline: quick, brake: quick, fan: quick };
const topics = new BikeTopics("000001");

/** The topics on which each command is answered. */
const ANSWERS = {
  incline: ["incline/report", "incline/status"],
  resistance: ["resistance/report", "resistance/status"],
  fan: ["fan/report", "fan/status"],
} as const;

contract(
  "whatever comes in on control topics, each message gets one answer and no actuator leaves its limits",
  async (context) => {
    // Without fan/status as an alias there is one message for each answer.
    await using ride = await Ride.start(context, {
      bike: { pace },
      aliases: false,
    });
    const lost: string[] = [];
    ride.endpoint.onDisconnected.add(() => lost.push("lost"));
    const { fanSpeed, incline, resistance } = ride;
    const property = fc.asyncProperty(
      fc.array(command, { minLength: 1, maxLength: 20 }),
      async (commands) => {
        const sent = commands.map(({ control, payload }) =>
          ride.app.publish(topics.control(control), payload)
        );
        await Promise.all(sent);
        await ride.settle();
        const published = (await ride.rest())
          .filter(([topic]) => !topic.endsWith("/control"));
        for (const control of CONTROL_TOPICS) {
          const { length } = commands.filter((one) => one.control === control);
          const [report, status] = ANSWERS[control];
          const answers = published.filter(([topic]) =>
            topic === report || topic === status
          );
          assert.equal(answers.length, length, control);
          for (const [topic, text] of answers) {
            const { value, error } = JSON.parse(text);
            assert.equal(typeof value === "number", topic === report);
            assert.equal(error !== undefined, topic === status);
          }
        }
      },
    );
    await fc.assert(property, { numRuns: 60 });
    assertWithin(incline.values, HARD_LIMITS.inclinePercent);
    assertWithin(resistance.values, HARD_LIMITS.resistancePercent);
    assertWithin(fanSpeed.values, HARD_LIMITS.fanPercent);
    assert.deepEqual(lost, []);
  },
  { versions: ["5"] },
);

function assertWithin(
  values: readonly number[],
  { min, max }: { readonly min: number; readonly max: number },
): void {
  assert.ok(values.length > 0);
  for (const value of values) {
    assert.ok(value >= min && value <= max, `${value}`);
    assert.ok(!Object.is(value, -0));
  }
}
