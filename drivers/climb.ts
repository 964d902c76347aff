/**
 * KICKR CLIMB tilt unit, through the trainer that it is paired with.
 *
 * @module
 */
import { CHARACTERISTICS, SERVICES } from "#lib/gatt/uuids.ts";
import { bleDriver } from "#lib/driver/ble_driver.ts";
import type { DriverDefinition } from "#lib/driver/driver.ts";
import { wahooTilt } from "./profiles/wahoo_tilt.ts";

/** Sets the inclination. */
export const driver: DriverDefinition = bleDriver({
  name: "climb",
  summary: "KICKR CLIMB tilt unit, through its trainer",
  fits: {
    services: [
      SERVICES.wahooTilt,
      SERVICES.fitnessMachine,
      SERVICES.cyclingPower,
    ],
  },
  requires: [CHARACTERISTICS.wahooTilt],
  source: { priority: 10, actuators: ["inclinePercent"] },
  variables: { address: "KICKR_MAC_ADDRESS" },
  quirks: ["tiltAsWahooSends"],
  start: (session) => wahooTilt.start(session),
});
