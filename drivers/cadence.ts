/**
 * Speed and cadence pods (Cycling Speed and Cadence Service 1.0).
 *
 * @module
 */
import { CHARACTERISTICS, SERVICES } from "#lib/gatt/uuids.ts";
import { bleDriver } from "#lib/driver/ble_driver.ts";
import type { DriverDefinition } from "#lib/driver/driver.ts";
import { WHEEL_OPTION } from "./profiles/cycling_rates.ts";
import { cyclingSpeedAndCadence } from "./profiles/cycling_speed_and_cadence.ts";

/** Reports cadence, and speed where the pod sits on a wheel. */
export const driver: DriverDefinition = bleDriver({
  name: "cadence",
  summary: "speed and cadence pod",
  fits: { services: [SERVICES.cyclingSpeedAndCadence] },
  requires: [CHARACTERISTICS.cscMeasurement],
  source: { priority: 5, silentMeansStopped: true },
  options: [WHEEL_OPTION],
  variables: {
    namePrefix: "CADENCE_ALIAS_PREFIX",
    adapter: "CADENCE_ADAPTER_NAME",
  },
  start: (session) => cyclingSpeedAndCadence.start(session),
});
