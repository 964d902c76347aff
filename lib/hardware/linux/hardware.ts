/**
 * The hardware of a Linux machine.
 *
 * @module
 */
import type { BleCentral } from "#lib/hardware/ble.ts";
import type { Gpio } from "#lib/hardware/gpio.ts";
import type { SerialPorts } from "#lib/hardware/serial.ts";
import { BluezCentral, type BluezCentralOptions } from "./ble.ts";
import { LinuxGpio } from "./gpio.ts";
import { LinuxSerialPorts } from "./serial.ts";

/**
 * Radios, ports and pins of this machine; nothing is opened before it is used.
 *
 * @param options How the radios are used.
 */
export function linuxHardware(
  options: Pick<BluezCentralOptions, "powerOn"> = {},
): {
  readonly ble: BleCentral;
  readonly serial: SerialPorts;
  readonly gpio: Gpio;
} {
  return {
    ble: new BluezCentral(options),
    serial: new LinuxSerialPorts(),
    gpio: new LinuxGpio(),
  };
}
