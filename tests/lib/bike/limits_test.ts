import assert from "node:assert/strict";
import { CommandError } from "#lib/bike/command_error.ts";
import {
  HARD_LIMITS,
  LIMIT_NAMES,
  Limits,
  type LimitSettings,
} from "#lib/bike/limits.ts";
import type { ActuatorName, BikeValues } from "#lib/bike/values.ts";
import { ConfigError } from "#lib/base/errors.ts";

type NumberName = Exclude<ActuatorName, "simulation">;

const ALLOWED: readonly [NumberName, number, number][] = [
  ["inclinePercent", -10, -10],
  ["inclinePercent", 19, 19],
  ["inclinePercent", 2.5, 2.5],
  ["inclinePercent", 2.5 + 1e-9, 2.5],
  ["inclinePercent", -0, 0],
  ["resistancePercent", 24.2, 24.2],
  ["resistancePercent", 100, 100],
  ["fanPercent", 60, 60],
  ["targetPowerWatts", 250, 250],
];

for (const [name, value, applied] of ALLOWED) {
  Deno.test(`Limits.check lets ${name} ${value} pass`, () => {
    assert.ok(Object.is(new Limits().check(name, value), applied));
  });
}

const REFUSED: readonly [NumberName, number, string][] = [
  ["inclinePercent", 19.5, "out_of_range"],
  ["inclinePercent", 19.000001, "out_of_range"],
  ["inclinePercent", -10.5, "out_of_range"],
  ["inclinePercent", 2.3, "out_of_step"],
  ["inclinePercent", NaN, "out_of_range"],
  ["resistancePercent", -0.01, "out_of_range"],
  ["resistancePercent", 100.1, "out_of_range"],
  ["resistancePercent", Infinity, "out_of_range"],
  ["fanPercent", 101, "out_of_range"],
  ["fanPercent", 50.5, "out_of_step"],
  ["targetPowerWatts", -1, "out_of_range"],
  ["targetPowerWatts", 2001, "out_of_range"],
];

for (const [name, value, code] of REFUSED) {
  Deno.test(`Limits.check refuses ${name} ${value}: ${code}`, () => {
    assert.throws(
      () => new Limits().check(name, value),
      (error) => error instanceof CommandError && error.code === code,
    );
  });
}

const ROAD: BikeValues["simulation"] = {
  gradePercent: 3,
  windSpeedMetersPerSecond: 0,
  rollingResistanceCoefficient: 0.004,
  windResistanceKgPerMeter: 0.51,
};

Deno.test("Limits.check refuses a road of which one number is off range", () => {
  const limits = new Limits();
  assert.deepEqual(limits.check("simulation", ROAD), ROAD);
  assert.throws(
    () => limits.check("simulation", { ...ROAD, gradePercent: 41 }),
    { code: "out_of_range" },
  );
});

Deno.test("Limits.clamp moves each number to the nearest one that is allowed", () => {
  const limits = new Limits();
  assert.equal(limits.clamp("inclinePercent", 40), 19);
  assert.equal(limits.clamp("inclinePercent", 2.3), 2.5);
  assert.equal(limits.clamp("fanPercent", -3), 0);
  assert.equal(limits.clamp("resistancePercent", Infinity), 100);
  assert.throws(() => limits.clamp("fanPercent", NaN), {
    code: "out_of_range",
  });
});

Deno.test("a configured limit narrows", () => {
  const limits = new Limits({ inclinePercent: { min: -2, max: 5.3 } });
  assert.equal(limits.check("inclinePercent", 5), 5);
  assert.throws(() => limits.check("inclinePercent", 5.5), {
    code: "out_of_range",
  });
  assert.equal(limits.clamp("inclinePercent", 19), 5);
});

for (const name of LIMIT_NAMES) {
  Deno.test(`a configured limit of ${name} cannot widen the hard one`, () => {
    const limits = new Limits({ [name]: { min: -1e9, max: 1e9 } });
    assert.deepEqual(limits.get(name), HARD_LIMITS[name]);
  });
}

const UNUSABLE: readonly LimitSettings[] = [
  { inclinePercent: { min: 20 } },
  { inclinePercent: { min: 5, max: 4 } },
  { inclinePercent: { min: 0.1, max: 0.4 } },
  { fanPercent: { max: NaN } },
];

for (const settings of UNUSABLE) {
  const text = Object.values(settings).map(({ min, max }) =>
    `${min} to ${max}`
  );
  Deno.test(`a limit of ${Object.keys(settings)} ${text} is refused`, () => {
    assert.throws(() => new Limits(settings), ConfigError);
  });
}

Deno.test("Limits.set counts from the hard limit, so that a narrow limit can be opened again", () => {
  const limits = new Limits({ fanPercent: { max: 50 } });
  limits.set("fanPercent", { max: 80 });
  assert.equal(limits.check("fanPercent", 80), 80);
});
