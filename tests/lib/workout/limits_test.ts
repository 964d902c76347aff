import assert from "node:assert/strict";
import { Bike } from "#lib/bike/bike.ts";
import { ACTUATOR_NAMES, type BikeValues } from "#lib/bike/values.ts";
import { type Player, WorkoutPlayer } from "#lib/workout/player.ts";
import { RoadPlayer } from "#lib/workout/road_player.ts";
import { Runner } from "#lib/workout/runner.ts";
import type { WorkoutStep } from "#lib/workout/workout.ts";
import { fc } from "../../property.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";

const LIMITS = {
  targetPowerWatts: { min: 40, max: 300 },
  resistancePercent: { min: 5, max: 55 },
  inclinePercent: { min: -4, max: 6 },
  gradePercent: { min: -8, max: 8 },
  windSpeedMetersPerSecond: { min: -5, max: 5 },
} as const;

/** Each number that was sent to a trainer, with its limit. */
type Sent = readonly [name: keyof typeof LIMITS, value: number];

function numbersOf(name: string, value: number | BikeValues["simulation"]) {
  if (typeof value !== "number") {
    const { gradePercent, windSpeedMetersPerSecond } = value;
    return [
      ["gradePercent", gradePercent],
      ["windSpeedMetersPerSecond", windSpeedMetersPerSecond],
    ] as const;
  }
  switch (name) {
    case "targetPowerWatts":
    case "resistancePercent":
    case "inclinePercent":
      return [[name, value]] as const;
    default:
      return [];
  }
}

/** What a trainer is sent while something is ridden, made harder and easier on the way. */
async function ride(player: Player, adjust: number): Promise<readonly Sent[]> {
  const clock = new FakeClock();
  using bike = new Bike({ clock, limits: LIMITS });
  const sent: Sent[] = [];
  const trainer = bike.source("kickr");
  for (const name of ACTUATOR_NAMES) {
    trainer.actuator(name, (value) => {
      sent.push(...numbersOf(name, value));
      return Promise.resolve();
    });
  }
  const runner = new Runner(bike, { clock });
  const pass = async (seconds: number) => {
    for (let i = 0; i < seconds; i++) {
      trainer.report({
        cadenceRpm: 90,
        powerWatts: 150,
        speedMetersPerSecond: 10,
      });
      await clock.advance(1000);
    }
  };
  trainer.report({ cadenceRpm: 90, speedMetersPerSecond: 10 });
  runner.start(player);
  await pass(8);
  runner.adjust(adjust);
  await pass(20);
  const end = runner[Symbol.asyncDispose]();
  await clock.advance(1000);
  await end;
  return sent;
}

function assertWithin(sent: readonly Sent[]): void {
  for (const [name, value] of sent) {
    const { min, max } = LIMITS[name];
    assert.ok(value >= min && value <= max, `${name} ${value}`);
  }
}

const number = (min: number, max: number) =>
  fc.double({ min, max, noNaN: true });

const durationSeconds = fc.integer({ min: 1, max: 15 });
const power = number(0, 20);

/** Steps of each kind, far past what the bike may do. */
const STEP: fc.Arbitrary<Omit<WorkoutStep, "startSeconds">> = fc.oneof(
  fc.record({
    kind: fc.constantFrom("steady", "ramp"),
    durationSeconds,
    from: power,
    to: power,
  }),
  fc.record({ kind: fc.constantFrom("free", "max"), durationSeconds }),
  fc.record({
    kind: fc.constant("slope"),
    durationSeconds,
    gradePercent: number(-100, 100),
  }),
  fc.record({
    kind: fc.constant("level"),
    durationSeconds,
    resistancePercent: number(0, 100),
    inclinePercent: number(-10, 19),
  }),
);

function workoutOf(steps: readonly Omit<WorkoutStep, "startSeconds">[]) {
  let startSeconds = 0;
  const placed = steps.map((step) => {
    const at = { ...step, startSeconds };
    startSeconds += step.durationSeconds;
    return at;
  });
  return {
    format: "zwo",
    name: "any",
    unit: "fraction of FTP",
    steps: placed,
    texts: [],
    lapsSeconds: [],
    notices: [],
  } as const;
}

Deno.test("no workout of any kind of step drives an actuator past a limit", async () => {
  const names = new Set<string>();
  await fc.assert(
    fc.asyncProperty(
      fc.array(STEP, { minLength: 1, maxLength: 5 }),
      fc.integer({ min: -10, max: 10 }),
      async (steps, adjust) => {
        const player = new WorkoutPlayer(workoutOf(steps), { ftpWatts: 200 });
        const sent = await ride(player, adjust);
        assertWithin(sent);
        for (const [name] of sent) names.add(name);
      },
    ),
    { numRuns: 60 },
  );
  // Each of them was driven.
  assert.deepEqual([...names].sort(), Object.keys(LIMITS).sort());
});

Deno.test("no road drives a trainer past a limit", async () => {
  const segment = fc.record({
    lengthMeters: number(1, 60),
    gradePercent: number(-100, 100),
    windMetersPerSecond: number(-50, 50),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(segment, { minLength: 1, maxLength: 8 }),
      async (segments) => {
        const player = new RoadPlayer({
          ...{ format: "crs", name: "any", lapsMeters: [], notices: [] },
          segments,
        });
        assertWithin(await ride(player, 1));
      },
    ),
    { numRuns: 40 },
  );
});
