/**
 * Hardware of a machine that this program has no backend for.
 *
 * @module
 */
import {
  HardwareUnavailableError,
  type SmartbikeError,
} from "#lib/base/errors.ts";
import type { BleCentral } from "./ble.ts";
import type { Gpio } from "./gpio.ts";
import type { SerialPorts } from "./serial.ts";

/**
 * Radios, ports and pins that are not there: whoever asks for one gets an error.
 *
 * @param why Completes "Cannot use X: ", for example `there is no radio`.
 */
export function absentHardware(
  why: string,
): {
  readonly ble: BleCentral;
  readonly serial: SerialPorts;
  readonly gpio: Gpio;
} {
  const absent = (device: string): SmartbikeError =>
    new HardwareUnavailableError(
      `Cannot use ${device}: ${why}`,
      device,
      "absent",
    );
  return {
    ble: {
      adapters: () => Promise.reject(absent("BLE")),
      // deno-lint-ignore require-yield
      scan: async function* () {
        await Promise.reject(absent("BLE"));
      },
      connect: () => Promise.reject(absent("BLE")),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    },
    serial: {
      list: () => Promise.resolve([]),
      open: () => Promise.reject(absent("serial ports")),
    },
    gpio: {
      findChip: () => Promise.reject(absent("GPIO")),
      openInputs: () => Promise.reject(absent("GPIO")),
    },
  };
}
