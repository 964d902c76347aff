import assert from "node:assert/strict";
import { Bike } from "#lib/bike/bike.ts";
import type { ActuatorName, BikeReport } from "#lib/bike/values.ts";
import { WorkoutPlayer } from "#lib/workout/player.ts";
import { RoadPlayer } from "#lib/workout/road_player.ts";
import { readWorkout } from "#lib/workout/read_workout.ts";
import { Runner, type RunOptions } from "#lib/workout/runner.ts";
import { sessionOf } from "#lib/workout/sessions.ts";
import type { Workout } from "#lib/workout/workout.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";

type Command = readonly [name: ActuatorName, value: unknown];

/** A bike whose trainer follows its commands, and a runner. */
class TestRide implements AsyncDisposable {
  readonly clock = new FakeClock();
  readonly bike: Bike;
  readonly runner: Runner;
  readonly commands: Command[] = [];
  readonly #trainer;
  #report: BikeReport = {
    cadenceRpm: 90,
    powerWatts: 150,
    speedMetersPerSecond: 10,
  };

  constructor(
    names: readonly ActuatorName[] = [
      "targetPowerWatts",
      "simulation",
      "resistancePercent",
      "inclinePercent",
    ],
  ) {
    this.bike = new Bike({ clock: this.clock });
    this.#trainer = this.bike.source("kickr");
    for (const name of names) {
      this.#trainer.actuator(name, (value) => {
        this.commands.push([name, value]);
        return Promise.resolve();
      });
    }
    this.runner = new Runner(this.bike, { clock: this.clock });
    this.#trainer.report(this.#report);
  }

  /** What the trainer reports from now on. */
  report(report: BikeReport): void {
    this.#report = { ...this.#report, ...report };
    this.#trainer.report(this.#report);
  }

  start(workout: Workout, options?: RunOptions): void {
    this.runner.start(new WorkoutPlayer(workout, { ftpWatts: 200 }), options);
  }

  /** Lets seconds pass, in each of which the trainer reports. */
  async ride(seconds: number): Promise<void> {
    for (let i = 0; i < seconds; i++) {
      this.#trainer.report(this.#report);
      await this.clock.advance(1000);
    }
  }

  /** The newest command to the brake. */
  get brake(): Command | undefined {
    return this.commands.findLast(([name]) => name !== "inclinePercent");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const end = this.runner[Symbol.asyncDispose]();
    await this.clock.advance(1000);
    await end;
    this.bike.close();
  }
}

function workout(steps: string): Workout {
  return readWorkout(
    new TextEncoder().encode(
      `<workout_file><workout>${steps}</workout></workout_file>`,
    ),
    "x.zwo",
  );
}

const LEVEL_ROAD = {
  gradePercent: 0,
  windSpeedMetersPerSecond: 0,
  rollingResistanceCoefficient: 0.004,
  windResistanceKgPerMeter: 0.51,
};

Deno.test("a workout brings the brake to its power, and lets go at its end", async () => {
  await using ride = new TestRide();
  ride.start(workout('<SteadyState Duration="20" Power="0.5"/>'));
  await ride.ride(8);
  assert.deepEqual(ride.brake, ["targetPowerWatts", 100]);
  assert.equal(ride.bike.holder("brake"), "workout");
  await ride.ride(14);
  assert.deepEqual(ride.brake, ["simulation", LEVEL_ROAD]);
  assert.equal(ride.bike.holder("brake"), undefined);
  assert.equal(ride.runner.state.ended, "done");
});

Deno.test("a ramp goes up once a second", async () => {
  await using ride = new TestRide();
  ride.start(workout('<Ramp Duration="100" PowerLow="0.5" PowerHigh="1"/>'));
  await ride.ride(30);
  const watts = ride.commands.map(([, value]) => Number(value)).slice(-6);
  assert.deepEqual(watts, [125, 126, 127, 128, 129, 130]);
});

Deno.test("a free ride lets go of the brake, and the next target takes it again", async () => {
  await using ride = new TestRide();
  ride.start(workout(
    '<SteadyState Duration="10" Power="0.5"/><FreeRide Duration="10"/><SteadyState Duration="20" Power="0.6"/>',
  ));
  await ride.ride(15);
  assert.deepEqual(ride.brake, ["simulation", LEVEL_ROAD]);
  await ride.ride(12);
  assert.deepEqual(ride.brake, ["targetPowerWatts", 120]);
});

Deno.test("a brake that holds power lets go of a rider who falls slow, and comes back softly", async () => {
  await using ride = new TestRide();
  ride.start(workout('<SteadyState Duration="600" Power="1"/>'));
  await ride.ride(15);
  assert.deepEqual(ride.brake, ["targetPowerWatts", 200]);
  ride.report({ cadenceRpm: 25 });
  await ride.ride(4);
  assert.deepEqual(ride.brake, ["simulation", LEVEL_ROAD]);
  assert.equal(ride.runner.state.isEased, true);
  ride.report({ cadenceRpm: 80 });
  await ride.ride(2);
  assert.deepEqual(ride.brake?.[0], "targetPowerWatts");
  assert.ok(Number(ride.brake?.[1]) < 130, `${ride.brake}`);
  await ride.ride(12);
  assert.deepEqual(ride.brake, ["targetPowerWatts", 200]);
});

Deno.test("power never rises faster than 25 watts a second", async () => {
  await using ride = new TestRide();
  ride.start(
    workout(
      '<SteadyState Duration="30" Power="0.25"/><SteadyState Duration="60" Power="2"/>',
    ),
  );
  await ride.ride(60);
  const watts = ride.commands.map(([, value]) => Number(value));
  for (const [i, value] of watts.entries()) {
    assert.ok(value - (watts[i - 1] ?? value) <= 25, String(watts));
  }
  assert.equal(watts.at(-1), 400);
});

Deno.test("a pause lets go and stops the time; skip, back and 5 % steps change what is asked for", async () => {
  await using ride = new TestRide();
  ride.start(workout(
    '<SteadyState Duration="60" Power="0.5"/><SteadyState Duration="60" Power="0.75"/>',
  ));
  await ride.ride(10);
  ride.runner.pause();
  await ride.ride(30);
  assert.deepEqual(ride.brake, ["simulation", LEVEL_ROAD]);
  assert.equal(ride.runner.state.progress?.position, 10);
  ride.runner.resume();
  ride.runner.skip(1);
  await ride.ride(10);
  assert.deepEqual(ride.brake, ["targetPowerWatts", 150]);
  ride.runner.adjust(2);
  await ride.ride(2);
  assert.deepEqual(ride.brake, ["targetPowerWatts", 165]);
  ride.runner.skip(-1);
  assert.equal(ride.runner.state.progress?.position, 60);
  ride.runner.skip(-1);
  assert.equal(ride.runner.state.progress?.position, 0);
});

Deno.test("a workout whose client is gone ends, and lets go", async () => {
  await using ride = new TestRide();
  ride.start(workout('<SteadyState Duration="600" Power="0.5"/>'), {
    leaseMs: 10_000,
  });
  await ride.ride(8);
  ride.runner.keepAlive();
  await ride.ride(8);
  assert.equal(ride.runner.state.state, "running");
  await ride.ride(4);
  assert.equal(ride.runner.state.ended, "lost");
  assert.deepEqual(ride.brake, ["simulation", LEVEL_ROAD]);
});

Deno.test("a workout goes on where it stood", async () => {
  await using ride = new TestRide();
  ride.start(workout('<SteadyState Duration="600" Power="0.5"/>'), {
    place: { position: 300, adjusted: 1, isPaused: false },
  });
  await ride.ride(5);
  assert.equal(ride.runner.state.progress?.position, 305);
  assert.deepEqual(ride.brake, ["targetPowerWatts", 105]);
});

Deno.test("a bike without a brake that holds power is left alone, and one without a road gets resistance", async () => {
  await using ride = new TestRide(["resistancePercent"]);
  ride.start(
    workout(
      '<SteadyState Duration="10" Power="0.5"/><FreeRide Duration="30"/>',
    ),
  );
  await ride.ride(15);
  assert.deepEqual(ride.commands, [["resistancePercent", 15]]);
});

Deno.test("a road follows the rider's way, and its gradient goes to the brake", async () => {
  await using ride = new TestRide();
  ride.runner.start(
    new RoadPlayer({
      format: "gpx",
      name: "hill",
      lapsMeters: [],
      notices: [],
      segments: [
        { lengthMeters: 50, gradePercent: 2, windMetersPerSecond: 0 },
        { lengthMeters: 50, gradePercent: 7.5, windMetersPerSecond: 3 },
      ],
    }),
  );
  await ride.ride(3);
  assert.deepEqual(ride.brake, ["simulation", {
    ...LEVEL_ROAD,
    gradePercent: 2,
  }]);
  await ride.ride(3);
  assert.deepEqual(ride.brake, [
    "simulation",
    { ...LEVEL_ROAD, gradePercent: 7.5, windSpeedMetersPerSecond: 3 },
  ]);
  await ride.ride(6);
  assert.equal(ride.runner.state.ended, "done");
});

Deno.test("a session sets resistance and inclination, and ends level", async () => {
  await using ride = new TestRide();
  ride.start(sessionOf("ramped", { minutes: 2 }));
  await ride.ride(65);
  assert.deepEqual(ride.brake, ["resistancePercent", 32]);
  assert.deepEqual(
    ride.commands.findLast(([name]) => name === "inclinePercent"),
    ["inclinePercent", 2],
  );
  await ride.ride(60);
  assert.deepEqual(
    ride.commands.findLast(([name]) => name === "inclinePercent"),
    ["inclinePercent", 0],
  );
});

Deno.test("a game cannot take the brake while a workout holds it", async () => {
  await using ride = new TestRide();
  ride.start(workout('<SteadyState Duration="60" Power="0.5"/>'));
  await ride.ride(20);
  const game = ride.bike.controller("game");
  await assert.rejects(game.set("resistancePercent", 90), { code: "held" });
});
