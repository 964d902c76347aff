/**
 * Power meters (Cycling Power Service 1.1).
 *
 * @module
 */
import { CHARACTERISTICS, SERVICES } from "#lib/gatt/uuids.ts";
import { bleDriver } from "#lib/driver/ble_driver.ts";
import type { DriverDefinition } from "#lib/driver/driver.ts";
import { cyclingPower } from "./profiles/cycling_power.ts";
import { WHEEL_OPTION } from "./profiles/cycling_rates.ts";

/** Reports power, cadence and speed; sets the zero offset. */
export const driver: DriverDefinition = bleDriver({
  name: "power",
  summary: "power meter",
  fits: { services: [SERVICES.cyclingPower] },
  requires: [CHARACTERISTICS.cyclingPowerMeasurement],
  source: { priority: 10, silentMeansStopped: true },
  options: [WHEEL_OPTION],
  quirks: [
    "powerScale",
    "powerOffsetWatts",
    "pedals",
    "stopDetection",
    "resultOptional",
    "calibrationTimeoutMs",
  ],
  start: (session) => cyclingPower.start(session),
});
