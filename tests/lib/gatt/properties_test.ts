import assert from "node:assert/strict";
import { FrameError, PayloadError } from "#lib/base/errors.ts";
import { CODECS } from "#lib/gatt/catalog.ts";
import type { Codec } from "#lib/gatt/codec.ts";
import {
  decodeCscMeasurement,
  encodeCscMeasurement,
} from "#lib/gatt/csc_measurement.ts";
import {
  decodeCyclingPowerMeasurement,
  encodeCyclingPowerMeasurement,
} from "#lib/gatt/cycling_power_measurement.ts";
import { decodeLine, stringifyValue } from "#lib/gatt/decode_line.ts";
import { DirconStream } from "#lib/gatt/dircon_stream.ts";
import {
  decodeFitnessMachineCommand,
  encodeFitnessMachineCommand,
  type FitnessMachineCommand,
} from "#lib/gatt/fitness_machine_control_point.ts";
import { flawsIn } from "#lib/gatt/flaws.ts";
import {
  decodeHeartRateMeasurement,
  encodeHeartRateMeasurement,
} from "#lib/gatt/heart_rate_measurement.ts";
import {
  decodeIndoorBikeData,
  encodeIndoorBikeData,
} from "#lib/gatt/indoor_bike_data.ts";
import { CRANK, RevolutionRate } from "#lib/gatt/revolution_rate.ts";
import { tacxChecksum } from "#lib/gatt/tacx_fec.ts";
import { TacxStream } from "#lib/gatt/tacx_stream.ts";
import { fc } from "../../property.ts";
import { bytesOf, VECTORS } from "./fixtures.ts";

const uint8 = fc.integer({ min: 0, max: 0xff });
const uint16 = fc.integer({ min: 0, max: 0xffff });
const uint24 = fc.integer({ min: 0, max: 0xffffff });
const uint32 = fc.integer({ min: 0, max: 0xffffffff });
const sint16 = fc.integer({ min: -0x8000, max: 0x7fff });

/** What a rider can do: what is beyond is left out of records. */
const heartRate = fc.integer({ min: 0, max: 300 });
const speed = steps(fc.integer({ min: 0, max: 20_000 }), 100);
const cadence = steps(fc.integer({ min: 0, max: 500 }), 2);
const power = fc.integer({ min: -500, max: 4094 });

function steps(raw: fc.Arbitrary<number>, divisor: number) {
  return raw.map((value) => value / divisor);
}

function numbersIn(value: unknown): readonly number[] {
  if (typeof value === "number") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(numbersIn);
}

/** Makes a changed FE-C or Direct Connect frame consistent again. */
function repair(characteristic: string, bytes: Uint8Array): Uint8Array {
  if (/^fec/.test(characteristic) && bytes.length >= 13) {
    bytes[12] = tacxChecksum(bytes);
    return bytes.subarray(0, 13);
  }
  if (characteristic === "dircon" && bytes.length >= 6) {
    bytes[0] = 1;
    bytes[5] = bytes.length - 6;
  }
  return bytes;
}

/** Any bytes, and frames of the codec with some bytes changed, cut or added. */
function framesOf({ characteristic }: Codec): fc.Arbitrary<Uint8Array> {
  const frames = VECTORS.filter((one) => one.characteristic === characteristic);
  const any = fc.uint8Array({ maxLength: 48 });
  if (frames.length === 0) return any;
  const near = fc.tuple(
    fc.constantFrom(...frames.map(({ hex }) => bytesOf(hex))),
    fc.array(fc.tuple(fc.nat({ max: 40 }), uint8), { maxLength: 3 }),
    fc.uint8Array({ maxLength: 3 }),
  ).map(([frame, changes, tail]) => {
    const bytes = Uint8Array.of(...frame, ...tail);
    for (const [at, byte] of changes) if (at < bytes.length) bytes[at] = byte;
    return repair(characteristic, bytes);
  });
  return fc.oneof(any, near);
}

/** What encoders drop: they do not keep what decoders ignore. */
const IGNORED =
  /"(trailingBytes|flags|featureBits|bodyLength|widthBytes)":\d+,?/g;

function essence(value: object): string {
  return stringifyValue(value).replaceAll(IGNORED, "").replaceAll(",}", "}");
}

const RUNS = { numRuns: 400 } as const;

for (const codec of CODECS) {
  const title = `${codec.characteristic} ${codec.directions.join(", ")}`;
  Deno.test(`no bytes make decoding ${title} throw anything but FrameError`, () => {
    fc.assert(
      fc.property(framesOf(codec), (bytes) => {
        try {
          const value = codec.decode(bytes);
          assert(numbersIn(value).every(Number.isFinite));
        } catch (error) {
          assert(error instanceof FrameError, String(error));
        }
      }),
      RUNS,
    );
  });

  Deno.test(`encoding what ${title} decoded keeps its meaning`, () => {
    fc.assert(
      fc.property(framesOf(codec), (bytes) => {
        try {
          if (flawsIn(codec.decode(bytes)) !== undefined) return;
          const again = codec.normalize(bytes);
          assert.equal(
            essence(codec.decode(again)),
            essence(codec.decode(bytes)),
          );
          assert.deepEqual(codec.normalize(again), again);
        } catch (error) {
          const isRefused = error instanceof FrameError ||
            error instanceof PayloadError;
          if (!isRefused) throw error;
        }
      }),
      RUNS,
    );
  });
}

Deno.test("decodeHeartRateMeasurement() gives back what was encoded", () => {
  const value = fc.record({
    heartRateBpm: heartRate,
    energyExpendedKilojoules: uint16,
    rrIntervals1024ths: fc.array(uint16, { maxLength: 8 }),
  }, { requiredKeys: ["heartRateBpm"] });
  fc.assert(fc.property(value, fc.boolean(), (part, contactDetected) => {
    const sent = { ...part, contactSupported: true, contactDetected };
    const bytes = encodeHeartRateMeasurement(sent);
    const { rrIntervalsMs: _derived, ...got } = decodeHeartRateMeasurement(
      bytes,
    );
    assert.deepEqual(got, sent);
  }));
});

const PLAIN = { noNullPrototype: true } as const;
const wheel = fc.record(
  { revolutions: uint32, eventTimeTicks: uint16 },
  PLAIN,
);
const crank = fc.record(
  { revolutions: uint16, eventTimeTicks: uint16 },
  PLAIN,
);

Deno.test("decodeCscMeasurement() gives back what was encoded", () => {
  const value = fc.record({ wheel, crank }, { requiredKeys: [] });
  fc.assert(fc.property(value, (sent) => {
    assert.deepEqual(
      { ...decodeCscMeasurement(encodeCscMeasurement(sent)) },
      { ...sent },
    );
  }));
});

Deno.test("decodeCyclingPowerMeasurement() gives back what was encoded", () => {
  const angle = fc.integer({ min: 0, max: 360 });
  const torque = steps(sint16, 32);
  const value = fc.record({
    powerWatts: power,
    offsetCompensation: fc.boolean(),
    wheel,
    crank,
    forces: fc.record({
      maximumForceNewtons: sint16,
      minimumForceNewtons: sint16,
    }, PLAIN),
    torques: fc.record({
      maximumTorqueNewtonMeters: torque,
      minimumTorqueNewtonMeters: torque,
    }, PLAIN),
    angles: fc.record({
      maximumAngleDegrees: angle,
      minimumAngleDegrees: angle,
    }, PLAIN),
    topDeadSpotDegrees: angle,
    bottomDeadSpotDegrees: angle,
    accumulatedEnergyKilojoules: uint16,
  }, { requiredKeys: ["powerWatts", "offsetCompensation"] });
  fc.assert(fc.property(value, (sent) => {
    const bytes = encodeCyclingPowerMeasurement(sent);
    const { flags: _flags, ...got } = decodeCyclingPowerMeasurement(bytes);
    assert.deepEqual(got, { ...sent });
  }));
});

Deno.test("decodeIndoorBikeData() gives back what was encoded", () => {
  const value = fc.record({
    speedKph: speed,
    averageSpeedKph: speed,
    cadenceRpm: cadence,
    averageCadenceRpm: cadence,
    distanceMeters: uint24,
    resistanceLevel: sint16,
    powerWatts: power,
    averagePowerWatts: power,
    heartRateBpm: fc.integer({ min: 0, max: 250 }),
    metabolicEquivalent: steps(uint8, 10),
    elapsedTimeSeconds: uint16,
    remainingTimeSeconds: uint16,
  }, { requiredKeys: [] });
  fc.assert(fc.property(value, (part) => {
    const sent = { ...part, moreData: part.speedKph === undefined };
    assert.deepEqual(decodeIndoorBikeData(encodeIndoorBikeData(sent)), sent);
  }));
});

Deno.test("decodeFitnessMachineCommand() gives back what was encoded", () => {
  const command: fc.Arbitrary<FitnessMachineCommand> = fc.oneof(
    fc.record({
      name: fc.constant("setTargetPower" as const),
      powerWatts: sint16,
    }),
    fc.record({
      name: fc.constant("setTargetInclination" as const),
      inclinationPercent: steps(sint16, 10),
    }),
    fc.record({
      name: fc.constant("setSimulation" as const),
      windSpeedMetersPerSecond: steps(sint16, 1000),
      gradePercent: steps(sint16, 100),
      rollingResistanceCoefficient: steps(uint8, 10_000),
      windResistanceKilogramsPerMeter: steps(uint8, 100),
    }),
    fc.record({
      name: fc.constant("setTargetedDistance" as const),
      distanceMeters: uint24,
    }),
  );
  fc.assert(fc.property(command, (sent) => {
    const bytes = encodeFitnessMachineCommand(sent);
    const { opCode, ...got } = decodeFitnessMachineCommand(bytes);
    assert.equal(opCode, bytes[0]);
    assert.deepEqual(got, { ...sent });
  }));
});

/** Cuts bytes at any places. */
function chunksOf(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1))];
  places.sort((one, other) => one - other);
  return places.map((at, index) => bytes.subarray(at, places[index + 1]));
}

const dirconFrames = VECTORS.filter((one) =>
  one.characteristic === "dircon" && !("error" in one.expected)
).map(({ hex }) => hex);

Deno.test("DirconStream finds each message, however TCP cuts them", () => {
  const frames = fc.array(fc.constantFrom(...dirconFrames), { maxLength: 6 });
  const cuts = fc.array(fc.nat(), { maxLength: 12 });
  fc.assert(fc.property(frames, cuts, (sent, places) => {
    const stream = new DirconStream();
    const chunks = chunksOf(bytesOf(sent.join("")), places);
    const got = chunks.flatMap((chunk) => stream.push(chunk));
    assert.deepEqual(got.map((frame) => frame.toHex()), sent);
    assert.equal(stream.pendingBytes, 0);
  }));
});

Deno.test("TacxStream finds each message between bytes that start none", () => {
  const frame = "a4094e0519105a2c01c8003060";
  const noise = fc.uint8Array({ maxLength: 9 }).map((bytes) =>
    bytes.filter((byte) => byte !== 0xa4).toHex()
  );
  const cuts = fc.array(fc.nat(), { maxLength: 12 });
  fc.assert(
    fc.property(fc.array(noise, { maxLength: 5 }), cuts, (gaps, places) => {
      const stream = new TacxStream();
      const bytes = bytesOf(gaps.map((gap) => gap + frame).join(""));
      const got = chunksOf(bytes, places).flatMap((one) => stream.push(one));
      assert.deepEqual(got.map((one) => one.toHex()), gaps.map(() => frame));
      assert.equal(stream.droppedBytes, gaps.join("").length / 2);
    }),
  );
});

Deno.test("RevolutionRate gives nothing or a possible number, whatever the counters do", () => {
  const updates = fc.array(
    fc.tuple(crank, fc.nat({ max: 70_000 })),
    { maxLength: 30 },
  );
  fc.assert(fc.property(updates, (list) => {
    const rate = new RevolutionRate(CRANK);
    let atMs = 0;
    for (const [counter, pauseMs] of list) {
      atMs += pauseMs;
      rate.update(counter, atMs);
      const rpm = rate.rpmAt(atMs);
      assert(rpm === null || (rpm >= 0 && rpm <= CRANK.maximumRpm), `${rpm}`);
    }
  }));
});

Deno.test("decodeLine() answers any line with one line of JSON", () => {
  const request = fc.record({
    characteristic: fc.oneof(fc.string(), fc.constantFrom("2ad2", "fec2")),
    direction: fc.oneof(fc.string(), fc.constant("notify")),
    hex: fc.oneof(fc.string(), fc.uint8Array().map((bytes) => bytes.toHex())),
  }, { requiredKeys: [] });
  const line = fc.oneof(
    fc.string(),
    fc.json(),
    request.map((one) => JSON.stringify(one)),
  );
  fc.assert(fc.property(line, (text) => {
    const answer = decodeLine(text);
    assert.doesNotMatch(answer, /[\r\n]/);
    const keys = Object.keys(JSON.parse(answer));
    assert(keys.length === 1 && /^(value|error)$/.test(String(keys[0])));
  }));
});
