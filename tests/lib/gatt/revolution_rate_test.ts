import assert from "node:assert/strict";
import { CyclingRates } from "#lib/gatt/cycling_rates.ts";
import {
  CRANK,
  CYCLING_POWER_WHEEL,
  RevolutionRate,
} from "#lib/gatt/revolution_rate.ts";

function started(): RevolutionRate {
  const rate = new RevolutionRate(CRANK);
  rate.update({ revolutions: 10, eventTimeTicks: 0 }, 0);
  rate.update({ revolutions: 11, eventTimeTicks: 1024 }, 1000);
  return rate;
}

Deno.test("RevolutionRate gives no rate before the second turn", () => {
  const rate = new RevolutionRate(CRANK);
  assert.equal(rate.rpmAt(0), null);
  rate.update({ revolutions: 10, eventTimeTicks: 0 }, 0);
  assert.equal(rate.rpmAt(0), null);
});

for (const revolutions of [0, 10]) {
  Deno.test(`RevolutionRate gives nothing for a counter that stays at ${revolutions} since the connection`, () => {
    const rate = new RevolutionRate(CRANK);
    for (let atMs = 0; atMs <= 200_000; atMs += 1000) {
      rate.update({ revolutions, eventTimeTicks: atMs & 0xffff }, atMs);
      assert.equal(rate.rpmAt(atMs), null);
    }
  });
}

Deno.test("RevolutionRate gives 0 for a crank that has turned and stands", () => {
  const rate = started();
  rate.update({ revolutions: 11, eventTimeTicks: 1024 }, 4001);
  assert.equal(rate.rpmAt(4001), 0);
});

Deno.test("RevolutionRate drops a turn at the time of the last one", () => {
  const rate = started();
  rate.update({ revolutions: 12, eventTimeTicks: 1024 }, 1500);
  assert.equal(rate.rpmAt(1500), 60);
  rate.update({ revolutions: 13, eventTimeTicks: 3072 }, 3000);
  assert.equal(rate.rpmAt(3000), 60);
});

Deno.test("RevolutionRate holds while time moves on without a turn", () => {
  const rate = started();
  rate.update({ revolutions: 11, eventTimeTicks: 2048 }, 2000);
  assert.equal(rate.rpmAt(2000), 60);
  rate.update({ revolutions: 12, eventTimeTicks: 3072 }, 3000);
  assert.equal(rate.rpmAt(3000), 30);
});

Deno.test("RevolutionRate spans several turns between notifications", () => {
  const rate = started();
  rate.update({ revolutions: 14, eventTimeTicks: 1024 + 2048 }, 3000);
  assert.equal(rate.rpmAt(3000), 90);
});

Deno.test("RevolutionRate starts anew when the clock may have gone round unseen", () => {
  const rate = started();
  rate.update({ revolutions: 12, eventTimeTicks: 2048 }, 65_000);
  assert.equal(rate.rpmAt(65_000), null);
  rate.update({ revolutions: 13, eventTimeTicks: 3072 }, 66_000);
  assert.equal(rate.rpmAt(66_000), 60);
});

Deno.test("RevolutionRate stays at 0 through a stop longer than the clock's round", () => {
  const rate = started();
  for (let atMs = 5000; atMs <= 200_000; atMs += 1000) {
    const eventTimeTicks = Math.round(atMs * 1.024) % 65_536;
    rate.update({ revolutions: 11, eventTimeTicks }, atMs);
    assert.equal(rate.rpmAt(atMs), 0);
  }
});

Deno.test("RevolutionRate knows that a wheel's clock at 1/2048 s goes round in 32 s", () => {
  const rate = new RevolutionRate(CYCLING_POWER_WHEEL);
  rate.update({ revolutions: 0, eventTimeTicks: 0 }, 0);
  rate.update({ revolutions: 1, eventTimeTicks: 2048 }, 33_000);
  assert.equal(rate.rpmAt(33_000), null);
});

Deno.test("RevolutionRate forgets everything on reset", () => {
  const rate = started();
  rate.reset();
  assert.equal(rate.rpmAt(1000), null);
  rate.update({ revolutions: 20, eventTimeTicks: 0 }, 2000);
  assert.equal(rate.rpmAt(2000), null);
});

Deno.test("CyclingRates keeps the rate of a counter that a notification lacks", () => {
  const rates = new CyclingRates({
    service: "cyclingSpeedAndCadence",
    wheelCircumferenceMeters: 2,
  });
  rates.update({
    wheel: { revolutions: 0, eventTimeTicks: 0 },
    crank: { revolutions: 0, eventTimeTicks: 0 },
  }, 0);
  rates.update({ crank: { revolutions: 1, eventTimeTicks: 1024 } }, 1000);
  rates.update({ wheel: { revolutions: 5, eventTimeTicks: 2048 } }, 2000);
  assert.equal(rates.cadenceRpmAt(2000), 60);
  assert.equal(rates.speedKphAt(2000), 18);
  rates.reset();
  assert.equal(rates.speedKphAt(2000), null);
});
