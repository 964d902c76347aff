/**
 * Faults found in other programs; the numbers are those of the list they come
 * from. Faults of transports and of the broker are tested where those live.
 */
import assert from "node:assert/strict";
import { FrameError } from "#lib/base/errors.ts";
import { decodeFrame } from "#lib/gatt/catalog.ts";
import { decodeCyclingPowerResponse } from "#lib/gatt/cycling_power_control_point.ts";
import { decodeCyclingPowerMeasurement } from "#lib/gatt/cycling_power_measurement.ts";
import { CyclingRates } from "#lib/gatt/cycling_rates.ts";
import { stringifyValue } from "#lib/gatt/decode_line.ts";
import { decodeFitnessMachineResponse } from "#lib/gatt/fitness_machine_control_point.ts";
import { decodeFitnessMachineStatus } from "#lib/gatt/fitness_machine_status.ts";
import { decodeHeartRateMeasurement } from "#lib/gatt/heart_rate_measurement.ts";
import { decodeIndoorBikeData } from "#lib/gatt/indoor_bike_data.ts";
import { mergeIndoorBikeData } from "./indoor_bike_record.ts";
import { DEFAULT_QUIRKS } from "#lib/gatt/quirk.ts";
import { quirksOf } from "#lib/gatt/quirks.ts";
import { CRANK, CSC_WHEEL, RevolutionRate } from "#lib/gatt/revolution_rate.ts";
import {
  decodeSupportedHeartRateRange,
  decodeSupportedInclinationRange,
  decodeSupportedResistanceLevelRange,
} from "#lib/gatt/supported_ranges.ts";
import { decodeTacxMessage } from "#lib/gatt/tacx_fec.ts";
import { TacxStream } from "#lib/gatt/tacx_stream.ts";
import { decodeHeadwindMessage } from "#lib/gatt/wahoo_headwind.ts";
import {
  decodeTiltCommand,
  encodeTiltCommand,
  isSameTilt,
} from "#lib/gatt/wahoo_tilt.ts";
import { bytesOf } from "./fixtures.ts";

Deno.test("fault 1: the wheel clock of cycling power is 1/2048 s, not 1/1024 s", () => {
  const rates = new CyclingRates({
    service: "cyclingPower",
    wheelCircumferenceMeters: 2.11,
  });
  for (const hex of ["14002f007f30510600009a75", "140049007731550600008f7c"]) {
    rates.update(decodeCyclingPowerMeasurement(bytesOf(hex)), 0);
  }
  assert.equal(rates.speedKphAt(0)?.toFixed(1), "34.9");
});

Deno.test("fault 2: power is signed wherever it stands", () => {
  const power = decodeCyclingPowerMeasurement(bytesOf("0000f6ff"));
  const bike = decodeIndoorBikeData(bytesOf("4400ca0ca000f6ff"));
  const status = decodeFitnessMachineStatus(bytesOf("08f6ff"));
  assert.equal(power.powerWatts, -10);
  assert.equal(bike.powerWatts, -10);
  assert(status.name === "targetPowerChanged");
  assert.equal(status.powerWatts, -10);
});

Deno.test("fault 3: a field that a frame lacks keeps its state, and flags 0 are valid", () => {
  const first = mergeIndoorBikeData(
    {},
    decodeIndoorBikeData(bytesOf("c5005a00bd000000")),
  );
  const merged = mergeIndoorBikeData(
    first,
    decodeIndoorBikeData(bytesOf("00009909")),
  );
  assert.deepEqual(merged, {
    cadenceRpm: 45,
    powerWatts: 189,
    averagePowerWatts: 0,
    speedKph: 24.57,
  });
});

Deno.test("fault 4: a counter that starts over gives no number, never a negative or a huge one", () => {
  for (const options of [CRANK, CSC_WHEEL]) {
    const rate = new RevolutionRate(options);
    rate.update({ revolutions: 5000, eventTimeTicks: 1000 }, 0);
    rate.update({ revolutions: 5001, eventTimeTicks: 2024 }, 1000);
    assert.equal(rate.rpmAt(1000), 60);
    rate.update({ revolutions: 0, eventTimeTicks: 0 }, 2000);
    assert.equal(rate.rpmAt(2000), null);
    rate.update({ revolutions: 1, eventTimeTicks: 1024 }, 3000);
    assert.equal(rate.rpmAt(3000), 60);
  }
});

Deno.test("fault 4: two devices with their own rates do not disturb each other", () => {
  const left = new RevolutionRate(CRANK);
  const right = new RevolutionRate(CRANK);
  left.update({ revolutions: 28370, eventTimeTicks: 0 }, 0);
  right.update({ revolutions: 26947, eventTimeTicks: 500 }, 0);
  left.update({ revolutions: 28371, eventTimeTicks: 1024 }, 1000);
  right.update({ revolutions: 26949, eventTimeTicks: 1524 }, 1000);
  assert.equal(left.rpmAt(1000), 60);
  assert.equal(right.rpmAt(1000), 120);
});

Deno.test("fault 5: a repeated frame holds the rate, and a stop ends it", () => {
  const rate = new RevolutionRate({ ...CRANK, staleAfterMs: 3000 });
  rate.update({ revolutions: 1, eventTimeTicks: 0 }, 0);
  rate.update({ revolutions: 2, eventTimeTicks: 1024 }, 1000);
  for (let atMs = 1250; atMs <= 4000; atMs += 250) {
    rate.update({ revolutions: 2, eventTimeTicks: 1024 }, atMs);
    assert.equal(rate.rpmAt(atMs), 60);
  }
  assert.equal(rate.rpmAt(4001), 0);
  assert.equal(quirksOf({ name: "KICKR 3724" }).stopDetection, "on");
});

Deno.test("fault 6: a heart rate of 0 in Indoor Bike Data changes nothing", () => {
  const real = mergeIndoorBikeData(
    {},
    decodeIndoorBikeData(bytesOf("6402cb098e00140075004f")),
  );
  const zero = decodeIndoorBikeData(bytesOf("640271098e001400770000"));
  assert.equal(zero.heartRateBpm, 0);
  assert.equal(mergeIndoorBikeData(real, zero).heartRateBpm, 79);
  assert.equal("heartRateBpm" in mergeIndoorBikeData({}, zero), false);
});

Deno.test("fault 7: all RR values of a notification count, and an odd last byte is ignored", () => {
  const two = decodeHeartRateMeasurement(bytesOf("104472038a03"));
  const odd = decodeHeartRateMeasurement(bytesOf("103eb103de"));
  assert.deepEqual(two.rrIntervals1024ths, [882, 906]);
  assert.deepEqual(odd.rrIntervals1024ths, [945]);
  assert.equal(odd.trailingBytes, 1);
});

Deno.test("fault 9: an answer with extra bytes is an answer", () => {
  const answer = decodeFitnessMachineResponse(bytesOf("800501e100"));
  assert.equal(answer.result, "success");
  assert.equal(answer.trailingBytes, 2);
});

Deno.test("fault 9: an answer without its result is one only from a device known for it", () => {
  const bytes = bytesOf("200c");
  const { resultOptional } = quirksOf({ manufacturer: "Stages Cycling" });
  assert.throws(() => decodeCyclingPowerResponse(bytes), FrameError);
  const answer = decodeCyclingPowerResponse(bytes, { resultOptional });
  assert.equal(answer.requestName, "startOffsetCompensation");
  assert.equal(answer.result, "unstated");
  assert.equal(answer.resultCode, undefined);
});

Deno.test("fault 9: op codes without an answer are known by the model", () => {
  assert.deepEqual(DEFAULT_QUIRKS.unansweredOpCodes, []);
  const { unansweredOpCodes } = quirksOf({ name: "KICKR SNAP 12" });
  assert.deepEqual(unansweredOpCodes, [0x43]);
});

Deno.test("fault 10: a start and a calibration may take longer than the slowest seen", () => {
  assert(DEFAULT_QUIRKS.startTimeoutMs > 7000);
  assert(DEFAULT_QUIRKS.calibrationTimeoutMs > 10_000);
});

Deno.test("fault 11: a truncated status is refused and the next one decodes", () => {
  assert.throws(() => decodeFitnessMachineStatus(bytesOf("08")), FrameError);
  const status = decodeFitnessMachineStatus(bytesOf("08e100"));
  assert(status.name === "targetPowerChanged");
  assert.equal(status.powerWatts, 225);
});

const TRAINER_DATA = "a4094e0519105a2c01c8003060";

Deno.test("fault 12: an FE-C message with a wrong checksum is refused", () => {
  const bytes = bytesOf(TRAINER_DATA);
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const broken = bytes.slice();
    broken.set([(broken[bit >> 3] ?? 0) ^ (1 << (bit & 7))], bit >> 3);
    assert.throws(() => decodeTacxMessage(broken), FrameError);
  }
});

Deno.test("fault 12: an FE-C stream out of step finds the next message", () => {
  const stream = new TacxStream();
  const noise = `12a4${TRAINER_DATA.slice(0, 20)}`;
  const bytes = bytesOf(`${noise}${TRAINER_DATA}a409`);
  const messages = [
    ...stream.push(bytes.subarray(0, 15)),
    ...stream.push(bytes.subarray(15)),
  ];
  assert.deepEqual(messages.map((one) => one.toHex()), [TRAINER_DATA]);
  assert.equal(stream.droppedBytes, noise.length / 2);
});

Deno.test("fault 13: a negative tilt is two's complement, and the app's extra step is the same tilt", () => {
  const bytes = encodeTiltCommand({ name: "setTargetTilt", tiltPercent: -5 });
  assert.equal(bytes.toHex(), "660cfe");
  const sniffed = decodeTiltCommand(bytesOf("660dfe"));
  assert(sniffed.name === "setTargetTilt");
  assert.equal(sniffed.tiltPercent, -4.99);
  assert(isSameTilt(sniffed.tiltPercent, -5));
  assert.equal(isSameTilt(-5.12, -5), false);
});

Deno.test("fault 14: an unknown fan mode keeps the speed", () => {
  const state = decodeHeadwindMessage(bytesOf("fd011063"));
  assert(state.name === "state");
  assert.equal(state.speedPercent, 16);
  assert.equal(state.mode, "reserved99");
});

Deno.test("fault 17: what is not available is null, never NaN or text", () => {
  const bytes = bytesOf("0001ca0cffffffffff");
  const json = stringifyValue(decodeFrame({ characteristic: "2ad2" }, bytes));
  assert.deepEqual(JSON.parse(json), {
    moreData: false,
    speedKph: 32.74,
    totalEnergyKilocalories: null,
    energyPerHourKilocalories: null,
    energyPerMinuteKilocalories: null,
  });
});

Deno.test("fault 18: a range without both limits or upside down is refused", () => {
  for (const hex of ["", "00", "0064", "640000000100", "0a0100"]) {
    const bytes = bytesOf(hex);
    assert.throws(() => decodeSupportedResistanceLevelRange(bytes), FrameError);
  }
});

Deno.test("fault 18: minimum and maximum of a range are enough, and what is longer is ignored", () => {
  const limits = { minimum: 0, maximum: 10 };
  for (
    const [hex, expected] of [
      ["00006400", limits],
      ["0000640001", { ...limits, cutShort: true }],
      ["000064000000", { ...limits, step: 0 }],
      ["00006400010000", { ...limits, step: 0.1, trailingBytes: 1 }],
      ["006401", { ...limits, step: 0.1 }],
    ] as const
  ) {
    assert.deepEqual(
      decodeSupportedResistanceLevelRange(bytesOf(hex)),
      expected,
      hex,
    );
  }
});

Deno.test("fault 18: a range that is nonsense but well formed is left to the limits", () => {
  const range = decodeSupportedInclinationRange(bytesOf("18fce8030100"));
  assert.deepEqual(range, { minimum: -100, maximum: 100, step: 0.1 });
});

Deno.test("fault 18: a heart rate range is read in one byte each, and in two where one cannot be meant", () => {
  assert.deepEqual(decodeSupportedHeartRateRange(bytesOf("5a00dc000100")), {
    minimum: 90,
    maximum: 220,
    step: 1,
  });
  assert.deepEqual(decodeSupportedHeartRateRange(bytesOf("000000000000")), {
    minimum: 0,
    maximum: 0,
    step: 0,
    trailingBytes: 3,
  });
});
