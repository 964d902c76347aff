/**
 * What all simulated devices have in common.
 *
 * @module
 */
import type { Clock } from "#lib/base/clock.ts";
import { encodeBatteryLevel } from "#lib/gatt/battery_level.ts";
import { encodeDeviceInformationText } from "#lib/gatt/device_information.ts";
import { CHARACTERISTICS, SERVICES } from "#lib/gatt/uuids.ts";
import type { BleProperty } from "#lib/hardware/ble.ts";
import { type FakeCharacteristic, FakePeripheral } from "./fake_peripheral.ts";
import { Latency } from "./latency.ts";
import type { Random } from "./random.ts";
import type { Ride } from "./ride.ts";

/** How long a request takes over the air, in ms: one or two connection intervals. Our choice. */
const REQUEST_MS = [15, 60] as const;

/** How strong signals are in a room and how far they move, in dBm, and how often they are measured, in s. Our choice. */
const SIGNAL_DBM = [-75, -50] as const;
const SIGNAL_JITTER_DBM = 2;
const SIGNAL_SECONDS = 10;

/** What a device says about itself. */
interface DeviceIdentity {
  /** Its address, upper case. */
  readonly address: string;
  /** Its name. */
  readonly name: string;
  /** Full UUIDs of the services that it advertises. */
  readonly services: readonly string[];
  /** Manufacturer Name String. */
  readonly manufacturer: string;
  /** Model Number String. */
  readonly model?: string;
  /** Serial Number String. */
  readonly serial: string;
  /** Hardware Revision String. */
  readonly hardware: string;
  /** Firmware Revision String. */
  readonly firmware: string;
}

/** What a device lives in. */
export interface DeviceSurroundings {
  /** What it measures and controls. */
  readonly ride: Ride;
  /** Says when answers are due. */
  readonly clock: Clock;
  /** Decides what is left to chance. */
  readonly random: Random;
}

/** A device: its peripheral, and what its services share. */
export class SimulatedDevice implements Disposable {
  /** What a central connects to. */
  readonly peripheral: FakePeripheral;
  /** How long its answers take. */
  readonly latency: Latency;
  /** What it measures and controls. */
  readonly ride: Ride;
  /** Says when answers are due. */
  readonly clock: Clock;
  /** Decides what is left to chance. */
  readonly random: Random;
  readonly #timers = new Set<() => void>();
  readonly #signal: Random;
  readonly #meanDbm: number;

  /**
   * Makes a device that has nothing but the Device Information service.
   *
   * @param identity What it says about itself.
   * @param surroundings What it lives in.
   */
  constructor(identity: DeviceIdentity, surroundings: DeviceSurroundings) {
    const { ride, clock, random } = surroundings;
    this.ride = ride;
    this.clock = clock;
    this.random = random.fork(identity.name);
    this.latency = new Latency(this.random.fork("latency"));
    this.#signal = this.random.fork("signal");
    this.#meanDbm = this.#signal.between(...SIGNAL_DBM);
    this.peripheral = new FakePeripheral({
      address: identity.address,
      name: identity.name,
      services: identity.services,
      signalDbm: this.#measureSignal(),
      clock,
      answerMs: () => this.latency.nextMs(...REQUEST_MS),
      characteristics: informationOf(identity),
    });
    this.every(
      SIGNAL_SECONDS,
      () => this.peripheral.setSignal(this.#measureSignal()),
    );
  }

  /**
   * Gives it a characteristic.
   *
   * @param service Full UUID of its service.
   * @param properties What can be done with it.
   */
  add(
    service: string,
    uuid: string,
    properties: readonly BleProperty[],
    behaviour: Pick<FakeCharacteristic, "value" | "onWrite"> = {},
  ): void {
    this.peripheral.add({ service, uuid, properties, ...behaviour });
  }

  /**
   * Does something again and again, in the time of the ride.
   *
   * @param seconds How often, in s; a whole number of steps of the ride.
   */
  every(seconds: number, action: () => void): void {
    let dueSeconds = seconds;
    this.ride.onStep.add(({ timeSeconds }) => {
      if (timeSeconds < dueSeconds - 1e-6) return;
      dueSeconds += seconds;
      action();
    });
  }

  /**
   * Does something once, later.
   *
   * @param ms When, in ms.
   * @returns Stops it from being done.
   */
  later(ms: number, action: () => void): () => void {
    const stop = () => {
      stopTimer();
      this.#timers.delete(stop);
    };
    const stopTimer = this.clock.setTimeout(() => {
      this.#timers.delete(stop);
      action();
    }, ms);
    this.#timers.add(stop);
    return stop;
  }

  /** Ends it: it loses its connection, and nothing that was to be done later is done. */
  [Symbol.dispose](): void {
    for (const stop of [...this.#timers]) stop();
    this.peripheral.sleep();
  }

  /**
   * Gives it a battery that empties by one percent in twenty minutes.
   *
   * @param percent Its charge at the start, 0 to 100 %.
   */
  addBattery(percent: number): void {
    const uuid = CHARACTERISTICS.batteryLevel;
    let chargePercent = percent;
    const value = () => encodeBatteryLevel({ chargePercent });
    this.add(SERVICES.battery, uuid, ["read", "notify"], { value });
    this.every(1200, () => {
      chargePercent = Math.max(0, chargePercent - 1);
      this.peripheral.notify(uuid, value());
    });
  }

  #measureSignal(): number {
    const jitter = SIGNAL_JITTER_DBM * this.#signal.around();
    return Math.round(this.#meanDbm + jitter);
  }
}

function informationOf(
  identity: DeviceIdentity,
): readonly FakeCharacteristic[] {
  const texts = [
    [CHARACTERISTICS.manufacturerName, identity.manufacturer],
    [CHARACTERISTICS.modelNumber, identity.model],
    [CHARACTERISTICS.serialNumber, identity.serial],
    [CHARACTERISTICS.hardwareRevision, identity.hardware],
    [CHARACTERISTICS.firmwareRevision, identity.firmware],
  ] as const;
  return texts.flatMap(([uuid, text]) =>
    text === undefined ? [] : [{
      uuid,
      service: SERVICES.deviceInformation,
      properties: ["read"] as const,
      value: encodeDeviceInformationText({ text }),
    }]
  );
}
