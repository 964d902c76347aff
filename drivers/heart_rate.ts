/**
 * Heart rate straps (Heart Rate Service 1.0). A strap that touches no skin
 * sleeps; it is found again when it wakes.
 *
 * @module
 */
import { CHARACTERISTICS, SERVICES } from "#lib/gatt/uuids.ts";
import { bleDriver } from "#lib/driver/ble_driver.ts";
import type { DriverDefinition } from "#lib/driver/driver.ts";
import { heartRate } from "./profiles/heart_rate.ts";

/** Reports heart rate, RR intervals and skin contact. */
export const driver: DriverDefinition = bleDriver({
  name: "heart-rate",
  summary: "heart rate strap",
  fits: { services: [SERVICES.heartRate] },
  requires: [CHARACTERISTICS.heartRateMeasurement],
  source: { priority: 10 },
  variables: {
    address: "TICKR_MAC_ADDRESS",
    namePrefix: "HEART_RATE_ALIAS_PREFIX",
    adapter: "HEART_RATE_ADAPTER_NAME",
  },
  start: (session) => heartRate.start(session),
});
