import assert from "node:assert/strict";
import { FrameError } from "#lib/base/errors.ts";
import { decodeFrame } from "#lib/gatt/catalog.ts";
import { decodeCscMeasurement } from "#lib/gatt/csc_measurement.ts";
import { CyclingRates } from "#lib/gatt/cycling_rates.ts";
import { decodeHeartRateMeasurement } from "#lib/gatt/heart_rate_measurement.ts";
import { decodeIndoorBikeData } from "#lib/gatt/indoor_bike_data.ts";
import {
  decodeTiltCommand,
  encodeTiltCommand,
  isSameTilt,
  tiltAsWahooSends,
} from "#lib/gatt/wahoo_tilt.ts";
import { BIKE, bytesOf } from "./fixtures.ts";
import { partOf } from "./names.ts";

Deno.test("encodeTiltCommand() writes two's complement for each incline of the bike", () => {
  for (const { incline, exact } of BIKE.incline) {
    const command = { name: "setTargetTilt", tiltPercent: incline } as const;
    assert.equal(encodeTiltCommand(command).toHex(), exact);
    const decoded = decodeTiltCommand(bytesOf(exact));
    assert.equal(partOf(decoded, "tiltPercent"), incline);
  }
});

Deno.test("tiltAsWahooSends() gives the bytes that the vendor's app writes", () => {
  for (const { incline, sniffStyle } of BIKE.incline) {
    const tiltPercent = tiltAsWahooSends(incline);
    const bytes = encodeTiltCommand({ name: "setTargetTilt", tiltPercent });
    assert.equal(bytes.toHex(), sniffStyle);
    assert(isSameTilt(tiltPercent, incline));
  }
});

for (const { name, packets, expectRpm } of BIKE.cscMeasurement) {
  Deno.test(`CyclingRates gives the cadence of the pod: ${name}`, () => {
    const rates = new CyclingRates({ service: "cyclingSpeedAndCadence" });
    let last: number | null = null;
    packets.forEach((hex, index) => {
      rates.update(decodeCscMeasurement(bytesOf(hex)), index * 1000);
      const expected = expectRpm[index];
      const rpm = rates.cadenceRpmAt(index * 1000);
      assert.equal(rpm, expected === "hold" ? last : expected);
      last = rpm;
    });
  });
}

Deno.test("decodeHeartRateMeasurement() agrees with the strap's frames", () => {
  for (const frame of BIKE.heartRateMeasurement) {
    const bytes = bytesOf(frame.hex);
    if (frame.error !== undefined) {
      assert.throws(() => decodeHeartRateMeasurement(bytes), FrameError);
      continue;
    }
    const value = decodeHeartRateMeasurement(bytes);
    assert.equal(value.heartRateBpm, frame.bpm);
    assert.equal(value.energyExpendedKilojoules ?? null, frame.energyKj);
    assert.equal(
      value.contactDetected ?? null,
      {
        detected: true,
        not_detected: false,
        none: null,
      }[frame.contact ?? "none"],
    );
    const seconds = value.rrIntervals1024ths?.map((ticks) => ticks / 1024);
    assert.deepEqual(seconds ?? [], frame.rr);
  }
});

const TRAINER_PATHS = {
  speedKmh: "speedKph",
  avgSpeedKmh: "averageSpeedKph",
  cadenceRpm: "cadenceRpm",
  avgCadenceRpm: "averageCadenceRpm",
  distanceM: "distanceMeters",
  resistanceRaw: "resistanceLevel",
  powerW: "powerWatts",
  avgPowerW: "averagePowerWatts",
  energyTotalKcal: "totalEnergyKilocalories",
  energyPerHourKcal: "energyPerHourKilocalories",
  energyPerMinuteKcal: "energyPerMinuteKilocalories",
  heartRateBpm: "heartRateBpm",
  met: "metabolicEquivalent",
  elapsedS: "elapsedTimeSeconds",
  remainingS: "remainingTimeSeconds",
  cutShort: "cutShort",
} as const;

for (const { name, hex, expect } of BIKE.indoorBikeData) {
  Deno.test(`decodeIndoorBikeData() agrees with the trainer's frame: ${name}`, () => {
    const bytes = bytesOf(hex);
    if ("error" in expect) {
      assert.throws(() => decodeIndoorBikeData(bytes), FrameError);
      return;
    }
    const { moreData: _moreData, ...value } = decodeIndoorBikeData(bytes);
    const expected = Object.entries(TRAINER_PATHS).flatMap(([theirs, ours]) => {
      const part = partOf(expect, theirs);
      return part === undefined ? [] : [[ours, part]];
    });
    assert.deepEqual(value, Object.fromEntries(expected));
  });
}

Deno.test("decodeFrame() agrees with the trainer's ranges and features", () => {
  for (const { char, hex, ...expected } of BIKE.ftmsReads) {
    const value = decodeFrame({ characteristic: char }, bytesOf(hex));
    if (char === "2ACC") {
      const features = partOf(value, "features");
      assert(Array.isArray(features));
      assert.equal(features.length, expected.machine?.length);
      assert.deepEqual(partOf(value, "targets"), expected.target);
    } else {
      const { min: minimum, max: maximum, step } = expected;
      assert.deepEqual(value, { minimum, maximum, step });
    }
  }
});

Deno.test("decodeFrame() agrees with the fan's frames", () => {
  for (const { write, notify, percent, value: acknowledged } of BIKE.headwind) {
    const hex = write ?? notify;
    const characteristic = write === "20eefc" ? "a026e002" : "a026e038";
    const value = decodeFrame({ characteristic }, bytesOf(hex));
    assert.notEqual(partOf(value, "name"), "unknown");
    if (percent !== undefined) {
      assert.equal(partOf(value, "speedPercent"), percent);
    }
    if (acknowledged !== undefined) {
      const key = partOf(value, "requestOpCode") === 2
        ? "speedPercent"
        : "modeCode";
      assert.equal(partOf(value, key), acknowledged);
    }
  }
});
