/**
 * Smart trainers, by whichever way they can be controlled.
 *
 * @module
 */
import { CHARACTERISTICS, SERVICES } from "#lib/gatt/uuids.ts";
import { bleDriver } from "#lib/driver/ble_driver.ts";
import type { DriverDefinition } from "#lib/driver/driver.ts";
import { cyclingPower } from "./profiles/cycling_power.ts";
import { WHEEL_OPTION } from "./profiles/cycling_rates.ts";
import { heartRate } from "./profiles/heart_rate.ts";
import { fitnessMachine } from "./profiles/fitness_machine.ts";
import { profilesOf } from "./profiles/profile.ts";
import { TRAINER_NAMES, TRAINER_QUIRKS } from "./profiles/trainer_quirks.ts";
import { tacxFec } from "./profiles/tacx_fec.ts";
import { wahooTrainer, WEIGHT_OPTION } from "./profiles/wahoo_trainer.ts";

/** Reports speed, cadence and power; sets resistance, target power and simulation. */
export const driver: DriverDefinition = bleDriver({
  name: "trainer",
  summary: "smart trainer: FTMS, else FE-C, else Wahoo's own control",
  fits: {
    services: [
      SERVICES.fitnessMachine,
      SERVICES.tacxFec,
      SERVICES.cyclingPower,
    ],
    byName: TRAINER_NAMES,
  },
  requires: [
    CHARACTERISTICS.indoorBikeData,
    CHARACTERISTICS.tacxFecNotify,
    CHARACTERISTICS.wahooTrainerControl,
  ],
  source: {
    actuators: [
      "resistancePercent",
      "targetPowerWatts",
      "simulation",
      "inclinePercent",
    ],
  },
  options: [WHEEL_OPTION, WEIGHT_OPTION],
  quirks: TRAINER_QUIRKS,
  variables: { address: "KICKR_MAC_ADDRESS" },
  async start(session) {
    const [best] = profilesOf([fitnessMachine, tacxFec, wahooTrainer], session);
    await best?.start(session);
    if (best === wahooTrainer) await cyclingPower.start(session);
    if (session.quirks.heartRateFrom === "none") return;
    for (const own of profilesOf([heartRate], session)) {
      await session.attempt("a heart rate", () => own.start(session));
    }
  },
});
