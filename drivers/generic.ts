/**
 * Any device: finds out what it offers, and uses all of it.
 *
 * @module
 */
import { ACTUATOR_NAMES } from "#lib/bike/values.ts";
import { DeviceError } from "#lib/base/errors.ts";
import { SERVICES } from "#lib/gatt/uuids.ts";
import { bleDriver } from "#lib/driver/ble_driver.ts";
import type { BleSession } from "#lib/driver/ble_session.ts";
import type { DriverDefinition } from "#lib/driver/driver.ts";
import { cyclingPower } from "./profiles/cycling_power.ts";
import { WHEEL_OPTION } from "./profiles/cycling_rates.ts";
import { cyclingSpeedAndCadence } from "./profiles/cycling_speed_and_cadence.ts";
import { fitnessMachine } from "./profiles/fitness_machine.ts";
import { headwind } from "./profiles/headwind.ts";
import { heartRate } from "./profiles/heart_rate.ts";
import { type Profile, profilesOf } from "./profiles/profile.ts";
import { tacxFec } from "./profiles/tacx_fec.ts";
import { TRAINER_NAMES, TRAINER_QUIRKS } from "./profiles/trainer_quirks.ts";
import { wahooTilt } from "./profiles/wahoo_tilt.ts";
import { wahooTrainer, WEIGHT_OPTION } from "./profiles/wahoo_trainer.ts";

/** What makes a device a trainer; the first that it has is used. */
const TRAINERS: readonly Profile[] = [fitnessMachine, tacxFec, wahooTrainer];

/** What reports motion from counters, for devices that do not report it as trainers. */
const MOTION: readonly Profile[] = [cyclingSpeedAndCadence, cyclingPower];

/** What goes together with all else; a tilt unit sets the inclination in place of its trainer. */
const OTHERS: readonly Profile[] = [wahooTilt, headwind, heartRate];

/** Reports and sets whatever the device offers. */
export const driver: DriverDefinition = bleDriver({
  name: "generic",
  summary: "any BLE device: finds out what it offers",
  fits: {
    services: [
      SERVICES.heartRate,
      SERVICES.cyclingSpeedAndCadence,
      SERVICES.cyclingPower,
      SERVICES.fitnessMachine,
      SERVICES.tacxFec,
    ],
    byName: TRAINER_NAMES,
  },
  requires: [...TRAINERS, ...MOTION, ...OTHERS].map((
    { characteristic },
  ) => characteristic),
  source: { actuators: ACTUATOR_NAMES },
  options: [WHEEL_OPTION, WEIGHT_OPTION],
  quirks: [...TRAINER_QUIRKS, "pedals", "tiltAsWahooSends"],
  async start(session) {
    const [trainer] = profilesOf(TRAINERS, session);
    const reportsMotion = trainer && trainer !== wahooTrainer;
    const profiles = [
      ...(trainer ? [trainer] : []),
      ...profilesOf(OTHERS, session),
      ...(reportsMotion ? [] : profilesOf(MOTION, session)),
    ];
    for (const profile of profiles) {
      session.logger.info("{device} offers {profile}", {
        device: session.device.status.device,
        profile: profile.name,
      });
      await startOrPass(profile, session);
    }
  },
});

/** What a device refuses of one profile is no reason to do without the others. */
async function startOrPass(
  profile: Profile,
  session: BleSession,
): Promise<void> {
  try {
    await profile.start(session);
  } catch (error) {
    const isRefusal = error instanceof DeviceError &&
      !session.peripheral.lost.aborted;
    if (!isRefusal) throw error;
    session.logger.warn("{profile} is left out: {error}", {
      profile: profile.name,
      error,
    });
  }
}
