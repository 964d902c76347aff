import assert from "node:assert/strict";
import { Bike } from "#lib/bike/bike.ts";
import {
  HARD_LIMITS,
  LIMIT_NAMES,
  type LimitName,
  Limits,
} from "#lib/bike/limits.ts";
import {
  ACTUATOR_NAMES,
  type BikeValues,
  CHANNEL_OF,
} from "#lib/bike/values.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";
import { fc } from "../../property.ts";

const anyNumber = fc.oneof(
  fc.double(),
  fc.double({ min: -50, max: 150, noNaN: true }),
  fc.integer({ min: -60, max: 300 }).map((halves) => halves / 2),
);

const anyRoad = fc.record({
  gradePercent: anyNumber,
  windSpeedMetersPerSecond: anyNumber,
  rollingResistanceCoefficient: fc.oneof(
    anyNumber,
    fc.double({ min: 0, max: 0.03 }),
  ),
  windResistanceKgPerMeter: fc.oneof(anyNumber, fc.double({ min: 0, max: 3 })),
});

const who = fc.integer({ min: 0, max: 3 });
const numberNames = ACTUATOR_NAMES.filter((name) => name !== "simulation");

/** One thing that happens to the bike. */
const anyStep = fc.oneof(
  { weight: 6, arbitrary: command() },
  fc.record({
    kind: fc.constant("road" as const),
    who,
    road: anyRoad,
  }),
  fc.record({
    kind: fc.constant("limit" as const),
    name: fc.constantFrom(...LIMIT_NAMES),
    min: anyNumber,
    max: anyNumber,
  }),
  fc.record({
    kind: fc.constant("wait" as const),
    ms: fc.integer({ min: 0, max: 12_000 }),
  }),
  fc.record({ kind: fc.constant("lose" as const), who }),
  fc.record({
    kind: fc.constant("connected" as const),
    isConnected: fc.boolean(),
  }),
);

function command() {
  return fc.record({
    kind: fc.constant("command" as const),
    who,
    name: fc.constantFrom(...numberNames),
    value: anyNumber,
  });
}

type Step = typeof anyStep extends fc.Arbitrary<infer T> ? T : never;

/** A bike whose actuators check, with each value, the limits of that moment and the pace. */
class WatchedBike {
  readonly clock = new FakeClock();
  readonly bike: Bike;
  readonly #lastMs = new Map<string, number>();
  readonly #device;
  readonly #controllers;
  carriedOut = 0;

  constructor() {
    const { clock } = this;
    const values = { inclinePercent: 0, fanPercent: 0, resistancePercent: 0 };
    this.bike = new Bike({
      clock,
      failSafe: { values, afterDeviceLoss: true },
    });
    this.#device = this.bike.source("kickr");
    for (const name of numberNames) {
      this.#device.actuator(name, (value) => {
        this.#checkPace(CHANNEL_OF[name]);
        this.#checkNumber(name, value);
        return this.#wait();
      });
    }
    this.#device.actuator("simulation", (road) => {
      this.#checkPace("brake");
      this.#checkRoad(road);
      return this.#wait();
    });
    this.#controllers = [0, 1, 2, 3].map((index) =>
      this.bike.controller(`controller ${index}`, {
        priority: index % 2,
        clamp: index > 1,
        silenceMs: 20_000,
      })
    );
  }

  async take(step: Step): Promise<void> {
    switch (step.kind) {
      case "command":
        this.#controllers[step.who]?.set(step.name, step.value)
          .catch(mustBeExpected);
        break;
      case "road":
        this.#controllers[step.who]?.set("simulation", step.road)
          .catch(mustBeExpected);
        break;
      case "limit":
        try {
          this.bike.limits.set(step.name, step);
        } catch (error) {
          mustBeExpected(error);
        }
        break;
      case "wait":
        await this.clock.advance(step.ms);
        break;
      case "lose":
        this.#controllers[step.who]?.lose();
        break;
      case "connected":
        this.#device.setConnected(step.isConnected);
    }
  }

  #wait(): Promise<void> {
    this.carriedOut++;
    return new Promise((resolve) => this.clock.setTimeout(resolve, 50));
  }

  #checkPace(channel: "incline" | "brake" | "fan"): void {
    const nowMs = this.clock.monotonicMs();
    const lastMs = this.#lastMs.get(channel) ?? -Infinity;
    const leastMs = channel === "brake" ? 100 : 250;
    check(nowMs - lastMs >= leastMs, `${channel} twice in ${leastMs} ms`);
    this.#lastMs.set(channel, nowMs);
  }

  #checkRoad(road: BikeValues["simulation"]): void {
    this.#checkNumber("gradePercent", road.gradePercent);
    this.#checkNumber(
      "windSpeedMetersPerSecond",
      road.windSpeedMetersPerSecond,
    );
    this.#checkNumber(
      "rollingResistanceCoefficient",
      road.rollingResistanceCoefficient,
    );
    this.#checkNumber(
      "windResistanceKgPerMeter",
      road.windResistanceKgPerMeter,
    );
  }

  #checkNumber(name: LimitName, value: number): void {
    const { step } = HARD_LIMITS[name];
    for (
      const { min, max } of [HARD_LIMITS[name], this.bike.limits.get(name)]
    ) {
      check(value >= min && value <= max, `${name} ${value}`);
    }
    if (step !== undefined) {
      check(Number.isInteger(value / step), `${name} ${value}`);
    }
    check(!Object.is(value, -0), `${name} -0`);
  }
}

const violations: string[] = [];

function check(isSound: boolean, what: string): void {
  if (!isSound) violations.push(what);
}

const EXPECTED = new Set([
  "out_of_range",
  "out_of_step",
  "held",
  "superseded",
  "expired",
  "closed",
  "device",
  "config",
]);

function mustBeExpected(error: unknown): void {
  const code = error instanceof Error && "code" in error ? error.code : error;
  check(typeof code === "string" && EXPECTED.has(code), String(error));
}

Deno.test("no sequence of commands drives an actuator past its limit, off its step or faster than its pace", async () => {
  let carriedOut = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyStep, { maxLength: 60, size: "max" }),
      async (steps) => {
        violations.length = 0;
        const watched = new WatchedBike();
        for (const step of steps) await watched.take(step);
        await watched.clock.advance(60_000);
        watched.bike.close();
        await watched.clock.advance(1000);
        assert.deepEqual(violations, []);
        assert.equal(watched.clock.timerCount, 0);
        carriedOut += watched.carriedOut;
      },
    ),
    { numRuns: 150 },
  );
  assert.ok(carriedOut > 0);
});

Deno.test("what Limits.clamp gives is what Limits.check lets pass unchanged", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...numberNames),
      anyNumber,
      anyNumber,
      anyNumber,
      (name, value, min, max) => {
        const limits = new Limits();
        try {
          limits.set(name, { min, max });
        } catch {
          // Keeps the hard limit.
        }
        if (Number.isNaN(value)) return;
        const clamped = limits.clamp(name, value);
        assert.ok(Object.is(limits.check(name, clamped), clamped));
      },
    ),
  );
});
