/**
 * Devices that answer as a test says.
 *
 * @module
 */
import type { Clock } from "#lib/base/clock.ts";
import { CHARACTERISTICS, SERVICES, shortNameOf } from "#lib/gatt/uuids.ts";
import type { BleProperty } from "#lib/hardware/ble.ts";
import {
  type FakeCharacteristic,
  FakePeripheral,
} from "#lib/simulator/fake_peripheral.ts";

/** What a device notifies when it is written to, as hexadecimal digits; nothing is silence. */
export type Answer = (
  written: string,
) => string | readonly string[] | undefined;

/** A device as a test describes it. Characteristics go by their short names, bytes are hexadecimal digits. */
export interface DeviceScript {
  /** Its name. */
  readonly name: string;
  /** Its address. */
  readonly address: string;
  /** What it advertises. */
  readonly services: readonly (keyof typeof SERVICES)[];
  /** What it has, and what can be done with it. */
  readonly table: Readonly<Record<string, readonly BleProperty[]>>;
  /** What can be read. */
  readonly values?: Readonly<Record<string, string>>;
  /** How it answers to writes. */
  readonly answers?: Readonly<Record<string, Answer>>;
  /** Where answers come from, if not from where the command was written to. */
  readonly answersFrom?: Readonly<Record<string, string>>;
}

const UUIDS = new Map<string, string>(
  Object.values(CHARACTERISTICS).map((uuid) => [shortNameOf(uuid), uuid]),
);

function uuidOf(name: string): string {
  const uuid = UUIDS.get(name);
  if (uuid) return uuid;
  throw new TypeError(`There is no characteristic ${name}`);
}

/** A device on the radio: answers as scripted, and keeps what is written to it. */
export class ScriptedDevice {
  /** Its side of the radio. */
  readonly peripheral: FakePeripheral;
  /** All that was written, for example `2ad9 00`, oldest first. */
  readonly written: string[] = [];
  /** How it answers to writes; a test may change that. */
  readonly answers: Record<string, Answer>;
  readonly #make: (
    short: string,
    properties: readonly BleProperty[],
  ) => FakeCharacteristic;

  /**
   * Makes a device that is awake.
   *
   * @param script What it is.
   * @param clock What it gets its time from.
   */
  constructor(script: DeviceScript, clock: Clock) {
    const { name, address, services, table, values = {} } = script;
    const { answersFrom = {} } = script;
    this.answers = { ...script.answers };
    this.#make = (short, properties) => ({
      uuid: uuidOf(short),
      service: short.startsWith("2a2")
        ? SERVICES.deviceInformation
        : SERVICES[services[0] ?? "deviceInformation"],
      properties,
      ...(values[short] !== undefined &&
        { value: Uint8Array.fromHex(values[short]) }),
      onWrite: (bytes) =>
        this.#take(short, bytes.toHex(), answersFrom[short] ?? short),
    });
    const characteristics = Object.entries(table).map((
      [short, properties],
    ) => this.#make(short, properties));
    this.peripheral = new FakePeripheral({
      name,
      address,
      services: services.map((service) => SERVICES[service]),
      characteristics,
      clock,
    });
  }

  /**
   * Gives it one more characteristic, as one that was just switched on does.
   *
   * @param short Short name.
   * @param properties What can be done with it.
   */
  addCharacteristic(short: string, properties: readonly BleProperty[]): void {
    this.peripheral.add(this.#make(short, properties));
  }

  /**
   * Sends values to those who have subscribed.
   *
   * @param characteristic Short name.
   * @param values Hexadecimal digits.
   */
  notify(characteristic: string, ...values: readonly string[]): void {
    const uuid = uuidOf(characteristic);
    for (const hex of values) {
      this.peripheral.notify(uuid, Uint8Array.fromHex(hex));
    }
  }

  /**
   * What was written to one characteristic.
   *
   * @param characteristic Short name.
   * @returns Hexadecimal digits, oldest first.
   */
  writtenTo(characteristic: string): readonly string[] {
    return this.written.map((one) => one.split(" "))
      .flatMap(([name, hex]) => name === characteristic ? [hex ?? ""] : []);
  }

  #take(characteristic: string, hex: string, from: string): void {
    this.written.push(`${characteristic} ${hex}`);
    const answer = this.answers[characteristic]?.(hex);
    if (answer === undefined) return;
    const all = typeof answer === "string" ? [answer] : answer;
    queueMicrotask(() => this.notify(from, ...all));
  }
}
