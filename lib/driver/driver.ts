/**
 * What a driver is: one file of `drivers/` that exports one of these.
 *
 * @module
 */
import type { Bike } from "#lib/bike/bike.ts";
import type { BikeDevice, SourceOptions } from "#lib/bike/device.ts";
import type { Clock } from "#lib/base/clock.ts";
import type { BleCentral, BleFilter } from "#lib/hardware/ble.ts";
import type { Gpio } from "#lib/hardware/gpio.ts";
import type { SerialPorts } from "#lib/hardware/serial.ts";
import type { Logger } from "#lib/base/logger.ts";
import type { SettingValue, ValueRule } from "#lib/base/value_rule.ts";
import type { PeripheralLock } from "./peripheral_lock.ts";

/** Radios, ports and pins of this machine, or what stands in their place. Nothing is opened before it is asked for. */
export interface Hardware {
  /** BLE, in the role of central. */
  readonly ble: BleCentral;
  /** Serial ports. */
  readonly serial: SerialPorts;
  /** Pins. */
  readonly gpio: Gpio;
}

/** How the hardware of a machine is used. */
export interface HardwareOptions {
  /**
   * Puts BLE radios on that are off.
   *
   * @default {false}
   */
  readonly powerOn?: boolean;
}

/** A value of an option of a driver. */
export type DriverOptionValue = SettingValue;

/** An option of a driver, as configuration and help show it. */
export interface DriverOption extends ValueRule {
  /** Its name, in kebab case, for example `name-prefix`. */
  readonly name: string;
  /** Another name that it goes by, for example `resistance.width`. */
  readonly alias?: string;
  /** What it does, in a few words, with its unit and its default. */
  readonly summary: string;
  /** A variable of the environment that sets it, as the predecessor named it. */
  readonly variable?: string;
  /** What several drivers have in common, so that it is listed once. */
  readonly group?: OptionGroup;
}

/** Options that several drivers have in common. */
export type OptionGroup = "BLE" | "serial" | "quirks";

/** The options of one driver that were given, checked against its {@linkcode DriverOption} list. */
export type DriverOptionValues = Readonly<Record<string, DriverOptionValue>>;

/** Everything of the outside world that a driver may touch. */
export interface DriverContext extends Hardware {
  /** The bike, for drivers that command it or read it. */
  readonly bike: Bike;
  /** This driver's side of the bike. */
  readonly device: BikeDevice;
  /** Which peripheral it keeps to; for drivers of BLE devices. */
  readonly lock: PeripheralLock;
  /** Where it gets its time from. */
  readonly clock: Clock;
  /** Where it writes what operators may want to know. */
  readonly logger: Logger;
  /** Its options. */
  readonly options: DriverOptionValues;
  /** Aborts when it must stop. */
  readonly signal: AbortSignal;
}

/** What a driver talks over. */
export type Transport = "ble" | "serial" | "gpio";

/** What a file of `drivers/` exports as `driver`. */
export interface DriverDefinition {
  /** The file's name in kebab case, for example `heart-rate`. */
  readonly name: string;
  /** What it drives, in one line. */
  readonly summary: string;
  /** What it talks over. */
  readonly transport: Transport;
  /** Its options. */
  readonly options: readonly DriverOption[];
  /** How its values are taken. */
  readonly source?: SourceOptions;
  /** Which peripherals it looks for unless options say otherwise; for drivers of BLE devices. */
  readonly fits?: BleFilter;
  /**
   * Works with its device until that is lost, or `context.signal` aborts. The
   * host then says that the device is gone, waits, and runs it again.
   *
   * @param context All that it may touch.
   * @throws {DeviceError} If the device is lost or does not do what it must.
   * @throws {HardwareUnavailableError} If the radio, port or pin cannot be used.
   */
  run(context: DriverContext): Promise<void>;
}
