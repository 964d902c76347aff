/**
 * Spin-down of a fitness machine (Fitness Machine Service 1.0, section
 * 4.16.2.20): ride up to a speed, then let it roll out.
 *
 * @module
 */
import { DeviceError } from "#lib/base/errors.ts";
import type { EventHook } from "#lib/base/event_hook.ts";
import type { FitnessMachineStatus } from "#lib/gatt/fitness_machine_status.ts";
import type { BleSession } from "#lib/driver/ble_session.ts";
import { Timer } from "#lib/driver/timer.ts";
import { until } from "#lib/driver/until.ts";
import type { FitnessMachineControl } from "./fitness_machine_control.ts";

/** How long the rider has for all of it, in milliseconds. */
const TIMEOUT_MS = 180_000;

/**
 * Gives the bike the spin-down of a machine.
 *
 * @param onStatus Fires with what the machine reports.
 */
export function offerSpinDown(
  session: BleSession,
  control: FitnessMachineControl,
  onStatus: EventHook<[status: FitnessMachineStatus]>,
): void {
  const { device, clock, quirks } = session;
  const timeoutMs = quirks.calibrationTimeoutMs;
  device.calibration(async (instruct, { signal }) => {
    using timer = new Timer(clock, "spin-down", TIMEOUT_MS);
    const ended = AbortSignal.any([signal, timer.signal]);
    const outcome = until(onStatus, (status) => {
      if (status.name !== "spinDownStatus") return undefined;
      const { spinDown } = status;
      if (spinDown === "stopPedaling") instruct("stop pedalling");
      return spinDown === "success" || spinDown === "error"
        ? spinDown
        : undefined;
    }, ended);
    const started = control.carryOut(
      { name: "spinDownControl", action: "start" },
      { timeoutMs, signal },
    ).then(({ targetSpeedLowKph: low, targetSpeedHighKph: high }) => {
      if (low === undefined || high === undefined) return;
      instruct(`ride up to ${low} to ${high} km/h, then let it roll`);
    });
    const [how] = await Promise.all([outcome, started]);
    if (how === "success") return { kind: "spin_down" };
    throw failure(device.status.device);
  });
}

function failure(device: string): DeviceError {
  return new DeviceError(
    `Cannot spin down "${device}": it failed, ride faster and let it roll out without pedalling`,
    device,
    "refused",
  );
}
