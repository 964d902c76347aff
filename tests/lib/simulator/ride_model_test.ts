import assert from "node:assert/strict";
import type { BrakeSetting } from "#lib/simulator/brake.ts";
import {
  IDLE_CONTROLS,
  type RideControls,
  type RideState,
  standingStart,
  stepRide,
} from "#lib/simulator/ride_model.ts";
import { AMATEUR, restedRider, type RiderWish } from "#lib/simulator/rider.ts";

const PEDALLING: RiderWish = { effort: 0.8, isPedalling: true };
const COASTING: RiderWish = { effort: 0, isPedalling: false };

function ride(
  controls: Partial<RideControls>,
  seconds: number,
  { from = standingStart(), wish = PEDALLING } = {},
): RideState {
  return stepRide(from, {
    rider: AMATEUR,
    wish,
    controls: { ...IDLE_CONTROLS, ...controls },
  }, seconds);
}

function road(gradePercent: number, windSpeedMetersPerSecond = 0) {
  return {
    mode: "simulation",
    road: {
      gradePercent,
      windSpeedMetersPerSecond,
      rollingResistanceCoefficient: 0.004,
      windResistanceKilogramsPerMeter: 0.3,
    },
  } as const satisfies BrakeSetting;
}

/** The speed at which a road takes a power, found by halving. */
function balancedSpeed(
  powerWatts: number,
  gradePercent: number,
  wind: number,
): number {
  let [low, high] = [0, 50];
  for (let halving = 0; halving < 60; halving++) {
    const v = (low + high) / 2;
    const slope = Math.atan(gradePercent / 100);
    const force = 84 * 9.80665 * (Math.sin(slope) + 0.004 * Math.cos(slope)) +
      0.3 * (v + wind) * Math.abs(v + wind);
    if (force * v > powerWatts) high = v;
    else low = v;
  }
  return low;
}

for (
  const [grade, wind] of [[0, 0], [3, 0], [8, 0], [0, 4], [-2, 0], [
    6,
    -12,
  ]] as const
) {
  Deno.test(`the speed settles where a road of ${grade} % with ${wind} m/s of wind takes what the rider gives`, () => {
    const state = ride({ brake: road(grade, wind) }, 300);
    const expected = balancedSpeed(state.powerWatts, grade, wind);
    const off = Math.abs(state.speedMetersPerSecond / expected - 1);
    assert(off < 0.01, `${state.speedMetersPerSecond} m/s, not ${expected}`);
  });
}

Deno.test("a trained amateur rides at 25 to 35 km/h on the flat", () => {
  const state = ride({}, 120);
  const speedKph = state.speedMetersPerSecond * 3.6;
  assert(speedKph > 25 && speedKph < 35, `${speedKph}`);
  assert.equal(Math.round(state.powerWatts), 176);
  assert(Math.abs(state.cadenceRpm - 88) < 11, `${state.cadenceRpm}`);
});

Deno.test("more gradient, by tilt or by road, makes the ride slower", () => {
  const speeds = [-2, 0, 2, 5, 10].map((grade) => [
    ride({ inclinePercent: grade }, 200).speedMetersPerSecond,
    ride({ brake: road(grade) }, 200).speedMetersPerSecond,
  ]);
  for (const [index, pair] of speeds.entries()) {
    const before = speeds[index - 1];
    if (!before) continue;
    assert(pair.every((speed, at) => speed < (before[at] ?? 0)), `${speeds}`);
  }
});

Deno.test("more resistance makes the ride slower, and the cadence stays the rider's own", () => {
  const states = [0, 25, 50, 75].map((percent) =>
    ride({ brake: { mode: "resistance", percent } }, 200)
  );
  for (
    const [index, { speedMetersPerSecond, cadenceRpm }] of states.entries()
  ) {
    const before = states[index - 1]?.speedMetersPerSecond ?? Infinity;
    assert(speedMetersPerSecond < before);
    assert(Math.abs(cadenceRpm - 88) < 12, `${cadenceRpm}`);
  }
});

Deno.test("coasting stops the cranks at once and the wheel in the end", () => {
  const moving = ride({}, 60);
  const coasting = ride({}, 5, { from: moving, wish: COASTING });
  assert.equal(coasting.cadenceRpm, 0);
  assert.equal(coasting.powerWatts, 0);
  assert.equal(coasting.crank.count, moving.crank.count);
  assert(coasting.speedMetersPerSecond < moving.speedMetersPerSecond);
  assert(coasting.speedMetersPerSecond > 1);
  const still = ride({}, 120, { from: coasting, wish: COASTING });
  assert.equal(still.speedMetersPerSecond, 0);
});

Deno.test("on the flat the wheel runs down about as that of the trainer in the captured session", () => {
  // That one goes from 23.4 to 8.1 km/h in 11 s.
  let state = { ...ride({}, 60), speedMetersPerSecond: 23.4 / 3.6 };
  const startSeconds = state.timeSeconds;
  while (state.speedMetersPerSecond > 8.1 / 3.6) {
    state = ride({}, 0.1, { from: state, wish: COASTING });
  }
  const seconds = state.timeSeconds - startSeconds;
  assert(Math.abs(seconds - 11) < 1, `${seconds} s`);
});

Deno.test("a brake that holds a power holds it, whatever the tilt, within seconds", () => {
  for (const watts of [80, 150, 250]) {
    for (const inclinePercent of [-5, 0, 8]) {
      const brake = { mode: "power", watts } as const;
      const state = ride({ brake, inclinePercent }, 20);
      assert(Math.abs(state.powerWatts - watts) < 5, `${state.powerWatts}`);
      assert(Math.abs(state.cadenceRpm - 88) < 5, `${state.cadenceRpm}`);
    }
  }
});

Deno.test("a power beyond the rider is not reached: the reserve empties, and the critical power is what is left", () => {
  const brake = { mode: "power", watts: 600 } as const;
  const state = ride({ brake }, 900);
  assert(state.rider.reserveJoules < 100, `${state.rider.reserveJoules}`);
  assert(Math.abs(state.powerWatts - AMATEUR.criticalPowerWatts) < 10);
});

Deno.test("the reserve comes back below the critical power", () => {
  const tired = ride({ brake: { mode: "power", watts: 400 } }, 60);
  assert(tired.rider.reserveJoules < 0.6 * AMATEUR.reserveJoules);
  const easy = { effort: 0.4, isPedalling: true };
  const rested = ride({}, 600, { from: tired, wish: easy });
  assert(rested.rider.reserveJoules > 0.9 * AMATEUR.reserveJoules);
});

Deno.test("the heart lags behind the work, settles, and comes down more slowly", () => {
  const brake = { mode: "power", watts: 200 } as const;
  const after = (seconds: number) => ride({ brake }, seconds);
  const [early, middle, late] = [after(15), after(180), after(240)];
  const bpm = ({ rider }: RideState) => rider.heartRateBpm;
  assert.equal(Math.round(bpm(standingStart())), AMATEUR.restingBpm);
  assert(bpm(early) < bpm(middle) - 30, `${bpm(early)} ${bpm(middle)}`);
  assert(Math.abs(bpm(late) - bpm(middle)) < 3, `${bpm(late)}`);
  const resting = ride({}, 15, { from: late, wish: COASTING });
  const range = bpm(late) - AMATEUR.restingBpm;
  const risen = (bpm(early) - AMATEUR.restingBpm) / range;
  const fallen = (bpm(late) - bpm(resting)) / range;
  assert(fallen > 0.1 && fallen < 0.8 * risen, `${fallen}, ${risen}`);
});

Deno.test("a fan keeps the heart slower on a long ride", () => {
  const brake = { mode: "power", watts: 180 } as const;
  const warm = ride({ brake }, 1800);
  const cool = ride({ brake, fanPercent: 100 }, 1800);
  assert(warm.rider.heartRateBpm - cool.rider.heartRateBpm > 4);
});

Deno.test("distance, turns and work fit speed, cadence and power", () => {
  const before = ride({ brake: { mode: "power", watts: 150 } }, 60);
  const brake = { mode: "power", watts: 150 } as const;
  const after = ride({ brake }, 60, { from: before });
  const meters = after.distanceMeters - before.distanceMeters;
  const isNear = (value: number, expected: number) =>
    assert(Math.abs(value / expected - 1) < 0.01, `${value}, not ${expected}`);
  isNear(meters, 60 * after.speedMetersPerSecond);
  isNear(after.wheel.count - before.wheel.count, meters / 2.105);
  isNear(after.crank.count - before.crank.count, after.cadenceRpm);
  isNear(after.workJoules - before.workJoules, 60 * 150);
  const sinceTurn = after.timeSeconds - after.crank.lastAtSeconds;
  isNear(
    sinceTurn * after.cadenceRpm / 60 + Math.floor(after.crank.count),
    after.crank.count,
  );
});

Deno.test("one long step is the same as many short ones", () => {
  const long = ride({}, 60);
  let short = standingStart();
  for (let second = 0; second < 60; second++) {
    short = ride({}, 1, { from: short });
  }
  assert.equal(
    long.speedMetersPerSecond.toFixed(6),
    short.speedMetersPerSecond.toFixed(6),
  );
  assert.deepEqual(restedRider(AMATEUR), standingStart().rider);
  assert.deepEqual(ride({}, 0, { from: long }), long);
});
