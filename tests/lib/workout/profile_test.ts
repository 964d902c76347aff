import assert from "node:assert/strict";
import fc from "fast-check";
import { WorkoutPlayer } from "#lib/workout/player.ts";
import { thinProfile } from "#lib/workout/profile.ts";
import { readWorkout } from "#lib/workout/read_workout.ts";

const ZWO = `<workout_file><workout>
<Warmup Duration="60" PowerLow="0.25" PowerHigh="0.75"/>
<FreeRide Duration="30"/>
<SteadyState Duration="90" Power="1"/>
</workout></workout_file>`;

Deno.test("the profile of a workout is in the rider's watts, and empty where nothing is asked for", () => {
  const workout = readWorkout(new TextEncoder().encode(ZWO), "mine.zwo");
  const player = new WorkoutPlayer(workout, { ftpWatts: 200, intensity: 1.1 });
  player.adjust(2);
  assert.deepEqual(player.profile, [
    { length: 60, from: 55, to: 165 },
    { length: 30, from: null, to: null },
    { length: 90, from: 220, to: 220 },
  ]);
});

Deno.test("a profile of any length is drawn with 400 pieces at most, and is as long as before", () => {
  const watts = fc.option(fc.integer({ min: 0, max: 900 }));
  const block = fc.record({
    length: fc.integer({ min: 1, max: 5000 }),
    from: watts,
  }).map(({ length, from }) => ({ length, from, to: from }));
  const lengthOf = (blocks: readonly { readonly length: number }[]) =>
    blocks.reduce((sum, { length }) => sum + length, 0);
  fc.assert(
    fc.property(fc.array(block, { maxLength: 1500 }), (blocks) => {
      const thin = thinProfile(blocks);
      assert.ok(thin.length <= 400);
      assert.equal(lengthOf(thin), lengthOf(blocks));
      const highest = Math.max(0, ...blocks.map(({ from }) => from ?? 0));
      assert.ok(thin.every(({ from }) => from === null || from <= highest));
    }),
    { numRuns: 30 },
  );
});
