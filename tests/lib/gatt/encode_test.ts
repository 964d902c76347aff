import assert from "node:assert/strict";
import { PayloadError } from "#lib/base/errors.ts";
import { encodeFrame } from "#lib/gatt/catalog.ts";
import { encodeBatteryLevel } from "#lib/gatt/battery_level.ts";
import { encodeSystemId } from "#lib/gatt/device_information.ts";
import { encodeHeartRateMeasurement } from "#lib/gatt/heart_rate_measurement.ts";
import {
  encodeSupportedHeartRateRange,
  encodeSupportedResistanceLevelRange,
} from "#lib/gatt/supported_ranges.ts";

/** Values without decoded extras, as a person would write them. */
const WRITTEN = [
  ["2ad9", { name: "setTargetResistance", resistanceLevel: 2.4 }, "0418"],
  ["2ad9", { name: "setTargetResistance", resistanceLevel: 100 }, "04e803"],
  ["2ad9", { name: "setTargetResistance", resistanceLevel: -1 }, "04f6ff"],
  [
    "2ad9",
    { name: "setTargetResistance", resistanceLevel: 10, widthBytes: 2 },
    "046400",
  ],
  ["a026e005", { name: "unlock" }, "20eefc"],
  ["a026e002", { name: "unlock" }, "20eefc"],
  ["a026e005", { name: "setSimulationGrade", gradePercent: 2 }, "468f82"],
  [
    "a026e005",
    { name: "setResistanceMode", resistanceFraction: 0.1 },
    "409939",
  ],
  ["a026e038", { name: "setMode", mode: "manual" }, "0404"],
  [
    "fec3",
    { name: "targetPower", powerWatts: 200 },
    "a4094f0531ffffffffff20030a",
  ],
  ["dircon", { name: "discoverServices", sequence: 1 }, "010101000000"],
  ["2A66", { name: "setCrankLength", crankLengthMillimeters: 165 }, "044a01"],
] as const;

for (const [characteristic, value, hex] of WRITTEN) {
  Deno.test(`encodeFrame() writes ${hex} to ${characteristic}`, () => {
    assert.equal(encodeFrame(characteristic, value).toHex(), hex);
  });
}

const REFUSED = [
  ["2ad9", null, ""],
  ["2ad9", { name: "unknown", opCode: 127 }, "name"],
  ["2ad9", { name: "setTargetPower" }, "powerWatts"],
  ["2ad9", { name: "setTargetPower", powerWatts: "225" }, "powerWatts"],
  ["2ad9", { name: "setTargetPower", powerWatts: 40_000 }, "powerWatts"],
  ["2ad9", { name: "setTargetPower", powerWatts: NaN }, "powerWatts"],
  ["2ad9", { name: "stopOrPause", action: "jump" }, "action"],
  [
    "2ad9",
    { name: "setTimesInTwoHeartRateZones", zoneTimesSeconds: [1] },
    "zoneTimesSeconds",
  ],
  [
    "2ad9",
    { name: "setTimesInTwoHeartRateZones", zoneTimesSeconds: [1, -1] },
    "zoneTimesSeconds[1]",
  ],
  ["a026e038", { name: "setSpeed", speedPercent: 101 }, "speedPercent"],
  ["a026e005", { name: "unlock", key: "ee" }, "key"],
  ["a026e005", { name: "setStandardMode", level: 10 }, "level"],
  ["fec3", { name: "targetPower", powerWatts: 1, channel: 256 }, "channel"],
  ["dircon", { name: "discoverServices" }, "sequence"],
  [
    "dircon",
    { name: "readCharacteristic", sequence: 1, characteristic: "2ad2" },
    "characteristic",
  ],
  ["2ad2", { powerWatts: 1 }, "characteristic"],
] as const;

for (const [characteristic, value, path] of REFUSED) {
  Deno.test(`encodeFrame() refuses ${JSON.stringify(value)} for ${characteristic}`, () => {
    assert.throws(
      () => encodeFrame(characteristic, value),
      (error) => error instanceof PayloadError && error.path === path,
    );
  });
}

Deno.test("encoders refuse numbers that do not fit their field", () => {
  const beat = { heartRateBpm: 65_536, contactSupported: false };
  assert.throws(() => encodeHeartRateMeasurement(beat), PayloadError);
  assert.throws(() => encodeBatteryLevel({ chargePercent: 101 }), PayloadError);
  assert.throws(
    () => encodeSystemId({ manufacturerId: "12", oui: "debc9a" }),
    RangeError,
  );
});

Deno.test("encoders of ranges write the width that a model needs", () => {
  const beats = { minimum: 90, maximum: 220, step: 1 };
  const levels = { minimum: 0, maximum: 10, step: 0.1 };
  const wide = encodeSupportedHeartRateRange(beats, { widthBytes: 2 });
  const narrow = encodeSupportedResistanceLevelRange(levels, { widthBytes: 1 });
  assert.equal(wide.toHex(), "5a00dc000100");
  assert.equal(narrow.toHex(), "006401");
});
