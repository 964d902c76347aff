/**
 * The hardware of a Linux machine.
 *
 * @module
 */
import { absentHardware } from "#lib/hardware/absent.ts";
import { BluezCentral } from "./ble.ts";

/**
 * Radios, ports and pins of this machine; nothing is opened before it is used.
 *
 * @returns All three kinds.
 */
export function linuxHardware(): ReturnType<typeof absentHardware> {
  return {
    ...absentHardware("there is no backend for it yet"),
    ble: new BluezCentral(),
  };
}
