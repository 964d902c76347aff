/**
 * Spin-down of a fitness machine (Fitness Machine Service 1.0, section
 * 4.16.2.20): ride up to a speed, then let it roll out.
 *
 * @module
 */
import { DeviceError, TimeoutError } from "#lib/errors.ts";
import type { EventHook } from "#lib/event_hook.ts";
import type { FitnessMachineStatus } from "#lib/gatt/fitness_machine_status.ts";
import type { BleSession } from "#lib/host/ble_driver.ts";
import type { FitnessMachineControl } from "./fitness_machine_control.ts";

/** How long the rider has for all of it, in milliseconds. */
const TIMEOUT_MS = 180_000;

/**
 * Gives the bike the spin-down of a machine.
 *
 * @param session The connection.
 * @param control Commands the machine.
 * @param onStatus Fires with what the machine tells.
 */
export function offerSpinDown(
  session: BleSession,
  control: FitnessMachineControl,
  onStatus: EventHook<[status: FitnessMachineStatus]>,
): void {
  const { device, clock, quirks } = session;
  const timeoutMs = quirks.calibrationTimeoutMs;
  device.calibration(async (tell, { signal }) => {
    const late = new AbortController();
    const stop = clock.setTimeout(
      () => late.abort(new TimeoutError("spin-down", TIMEOUT_MS)),
      TIMEOUT_MS,
    );
    const ended = untilEnded(
      onStatus,
      tell,
      AbortSignal.any([signal, late.signal]),
    );
    ended.catch(() => {});
    try {
      const answer = await control.carryOut(
        { name: "spinDownControl", action: "start" },
        { timeoutMs, signal },
      );
      const { targetSpeedLowKph: low, targetSpeedHighKph: high } = answer;
      if (low !== undefined && high !== undefined) {
        tell(`ride up to ${low} to ${high} km/h, then let it roll`);
      }
      if (await ended === "success") return { kind: "spin_down" };
    } finally {
      stop();
      late.abort();
    }
    throw failure(device.status.device);
  });
}

async function untilEnded(
  onStatus: EventHook<[status: FitnessMachineStatus]>,
  tell: (instruction: string) => void,
  signal: AbortSignal,
): Promise<"success" | "error"> {
  for (;;) {
    const [status] = await onStatus.next({ signal });
    if (status.name !== "spinDownStatus") continue;
    const { spinDown } = status;
    if (spinDown === "success" || spinDown === "error") return spinDown;
    if (spinDown === "stopPedaling") tell("stop pedalling");
  }
}

function failure(device: string): DeviceError {
  return new DeviceError(
    `Cannot spin down "${device}": it failed, ride faster and let it roll out without pedalling`,
    device,
    "refused",
  );
}
