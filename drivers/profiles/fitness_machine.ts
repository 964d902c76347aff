/**
 * Fitness Machine Service 1.0 of a trainer: values, and what can be set.
 *
 * @module
 */
import { EventHook } from "#lib/base/event_hook.ts";
import {
  decodeFitnessMachineStatus,
  type FitnessMachineStatus,
} from "#lib/gatt/fitness_machine_status.ts";
import { decodeIndoorBikeData } from "#lib/gatt/indoor_bike_data.ts";
import { CHARACTERISTICS } from "#lib/gatt/uuids.ts";
import { type BleSession, hasCharacteristic } from "#lib/driver/ble_session.ts";
import { ControlSilence } from "./control_silence.ts";
import { offerActuators, readAbilities } from "./fitness_machine_actuators.ts";
import { FitnessMachineControl } from "./fitness_machine_control.ts";
import { FitnessMachineValues } from "./fitness_machine_values.ts";
import { offerSpinDown } from "./spin_down.ts";
import type { Profile } from "./profile.ts";

/** Speed, cadence, power and heart rate; resistance, target power, simulation and inclination. */
export const fitnessMachine: Profile = {
  name: "Fitness Machine",
  characteristic: CHARACTERISTICS.indoorBikeData,
  async start(session) {
    const control = await openControl(session);
    const silence = new ControlSilence(session);
    const values = new FitnessMachineValues(session);
    await session.onFrame(
      CHARACTERISTICS.indoorBikeData,
      decodeIndoorBikeData,
      (data) => {
        silence.heard();
        values.take(data);
      },
    );
    session.device.setConnected(true);
    await control?.start();
    if (control || session.quirks.control === "off") silence.watch();
  },
};

/** Before any value is reported, so that no command goes to a connection of before. */
async function openControl(
  session: BleSession,
): Promise<FitnessMachineControl | undefined> {
  const { peripheral, quirks } = session;
  const { fitnessMachineControlPoint } = CHARACTERISTICS;
  if (quirks.control === "off") return undefined;
  if (!hasCharacteristic(peripheral, fitnessMachineControlPoint)) {
    return undefined;
  }
  return await session.attempt("control", () => offerControl(session));
}

async function offerControl(
  session: BleSession,
): Promise<FitnessMachineControl> {
  const abilities = await readAbilities(session);
  const control = await FitnessMachineControl.open(session);
  const onStatus = await watchStatus(session);
  onStatus.add(({ name }) => {
    if (name === "controlPermissionLost" || name === "reset") {
      control.loseControl();
    }
  });
  offerActuators(session, control, abilities);
  if (abilities.targets.includes("spinDown")) {
    offerSpinDown(session, control, onStatus);
  }
  return control;
}

async function watchStatus(
  session: BleSession,
): Promise<EventHook<[status: FitnessMachineStatus]>> {
  const onStatus = new EventHook<[status: FitnessMachineStatus]>(
    "fitness machine status",
  );
  const { fitnessMachineStatus } = CHARACTERISTICS;
  if (hasCharacteristic(session.peripheral, fitnessMachineStatus)) {
    await session.attempt("news of its status", () =>
      session.onFrame(
        fitnessMachineStatus,
        decodeFitnessMachineStatus,
        (status) => {
          if (status.name !== "unknown") onStatus.fire(status);
        },
      ));
  }
  return onStatus;
}
