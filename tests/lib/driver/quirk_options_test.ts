import assert from "node:assert/strict";
import { DRIVERS } from "#drivers/all.ts";
import { ConfigError } from "#lib/base/errors.ts";
import { DEFAULT_QUIRKS } from "#lib/gatt/quirk.ts";
import { checkOptions, optionsOf } from "#lib/driver/driver_options.ts";
import { QUIRK_OPTIONS, quirksFromOptions } from "#lib/driver/quirk_options.ts";

const generic = DRIVERS.find(({ name }) => name === "generic");
assert(generic);
const driver = generic;

Deno.test("every way in which a device can differ is an option of a driver", () => {
  const names = DRIVERS.flatMap(optionsOf).map(({ name }) => name);
  for (const key of Object.keys(DEFAULT_QUIRKS)) {
    const row = Object.entries(QUIRK_OPTIONS).find(([one]) => one === key);
    assert(row && names.includes(row[1].name), key);
  }
});

Deno.test("an option sets what it says, by its name and by its other name", () => {
  for (
    const [given, quirks] of [
      [{ control: "off" }, { control: "off" }],
      [{ "resistance.width": "2" }, { resistanceWidth: 2 }],
      [{ "resistance-width": "auto" }, { resistanceWidth: "auto" }],
      [{ "resistance.range": "1..32" }, {
        resistanceRange: { minimum: 1, maximum: 32 },
      }],
      [{ "resistance-range": "0..100/0.5" }, {
        resistanceRange: { minimum: 0, maximum: 100, step: 0.5 },
      }],
      [{ "power.scale": 1.05 }, { powerScale: 1.05 }],
      [{ "power.offset": "-10" }, { powerOffsetWatts: -10 }],
      [{ pedals: "sum" }, { pedals: "sum" }],
      [{ "speed.from": "cadence" }, { speedFrom: "cadence" }],
      [{ "heartRate.from": "none" }, { heartRateFrom: "none" }],
      [{ "unanswered-op-codes": "43,4A" }, {
        unansweredOpCodes: [0x43, 0x4a],
      }],
      [{ "result-optional": "true" }, { resultOptional: true }],
    ] as const
  ) {
    assert.deepEqual(quirksFromOptions(checkOptions(driver, given)), quirks);
  }
});

Deno.test("a value that an option does not take is refused with what it takes", () => {
  for (
    const [name, value, expected] of [
      ["control", "maybe", /on or off/],
      ["resistance-range", "32", /a range such as 1\.\.32/],
      ["power-scale", "0", /from 0\.1 to 10/],
      ["pedals", "both", /one of auto, sum, single/],
    ] as const
  ) {
    assert.throws(
      () => checkOptions(driver, { [name]: value }),
      (error) => error instanceof ConfigError && expected.test(error.message),
    );
  }
});
