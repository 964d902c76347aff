/**
 * KICKR HEADWIND fan. It advertises its name alone.
 *
 * @module
 */
import { CHARACTERISTICS } from "#lib/gatt/uuids.ts";
import { bleDriver } from "#lib/driver/ble_driver.ts";
import type { DriverDefinition } from "#lib/driver/driver.ts";
import { headwind } from "./profiles/headwind.ts";

/** Sets the speed of the fan. */
export const driver: DriverDefinition = bleDriver({
  name: "fan",
  summary: "KICKR HEADWIND fan",
  fits: { namePrefix: "HEADWIND" },
  requires: [CHARACTERISTICS.wahooHeadwind],
  source: { actuators: ["fanPercent"] },
  variables: {
    address: "FAN_MAC_ADDRESS",
    namePrefix: "FAN_ALIAS_PREFIX",
    adapter: "FAN_ADAPTER_NAME",
  },
  start: (session) => headwind.start(session),
});
