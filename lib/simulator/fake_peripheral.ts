/**
 * A peripheral that is code: the device's side of the radio.
 *
 * @module
 */
import { type Clock, pause, systemClock } from "#lib/base/clock.ts";
import { DeviceError } from "#lib/base/errors.ts";
import { EventHook, type Listenable } from "#lib/base/event_hook.ts";
import type { BleAdvertisement, BleCharacteristic } from "#lib/hardware/ble.ts";
import { attError } from "./att_error.ts";
import { PeripheralLink } from "./peripheral_link.ts";

/** A characteristic, and what it does. */
export interface FakeCharacteristic extends BleCharacteristic {
  /** What reading gives; nothing at all is refused. */
  readonly value?: Uint8Array | (() => Uint8Array | Promise<Uint8Array>);
  /**
   * Takes what is written. The writer waits for it, and gets what it throws,
   * if it has asked for a response. A promise that never settles is a
   * peripheral that never answers.
   */
  readonly onWrite?: (value: Uint8Array) => void | Promise<void>;
}

/** What a peripheral is. */
export interface FakePeripheralOptions {
  /** Its address, upper case. */
  readonly address: string;
  /** Its name. */
  readonly name: string;
  /** Full UUIDs of the services that it advertises, lower case. */
  readonly services?: readonly string[];
  /** What it has, in the order of its table. */
  readonly characteristics: readonly FakeCharacteristic[];
  /** Strength of its signal, in dBm. */
  readonly signalDbm?: number;
  /** What answers take their time from. */
  readonly clock?: Clock;
  /** How long the next answer takes, in milliseconds; none if left out. */
  readonly answerMs?: () => number;
}

/** A value on its way from the peripheral, as {@linkcode FakePeripheral.tamper} sees it. */
export interface OutgoingValue {
  /** Full UUID of its characteristic. */
  readonly characteristic: string;
  /** The value. */
  readonly value: Uint8Array;
}

/**
 * A peripheral whose table, answers and faults are scripted; connect to it
 * through a `SimulatedCentral`.
 *
 * @example A strap that notifies
 * ```ts
 * import { assignedUuid } from "#lib/gatt/uuids.ts";
 * import { FakePeripheral } from "#lib/simulator/fake_peripheral.ts";
 * import { SimulatedCentral } from "#lib/simulator/simulated_central.ts";
 * import assert from "node:assert/strict";
 *
 * const [service, uuid] = [assignedUuid(0x180d), assignedUuid(0x2a37)];
 * const strap = new FakePeripheral({
 *   address: "EC:B2:8A:26:85:C5",
 *   name: "TICKR 4A2B",
 *   services: [service],
 *   characteristics: [{ uuid, service, properties: ["notify"] }],
 * });
 * await using central = new SimulatedCentral([strap]);
 * const { signal } = new AbortController();
 * await using peripheral = await central.connect({ namePrefix: "TICKR" }, { signal });
 * const values: number[][] = [];
 * await peripheral.subscribe(uuid, (value) => values.push([...value]));
 * strap.notify(uuid, Uint8Array.of(0x06, 72));
 * assert.deepEqual(values, [[6, 72]]);
 * ```
 */
export class FakePeripheral {
  /** Its address, upper case. */
  readonly address: string;
  /** Its name. */
  readonly name: string;
  /** Full UUIDs of the services that it advertises. */
  readonly services: readonly string[];
  /** How many of the next tries to connect it refuses. */
  refusedConnections = 0;
  /** How long the next answer takes, in milliseconds. */
  answerMs: () => number;
  /** Changes values on their way; undefined loses one. */
  tamper: ((outgoing: OutgoingValue) => Uint8Array | undefined) | undefined;
  readonly #clock: Clock;
  readonly #characteristics: FakeCharacteristic[];
  readonly #onConnected = new EventHook<[]>("connected");
  readonly #onDisconnected = new EventHook<[]>("disconnected");
  readonly #onSubscribed = new EventHook<[characteristic: string]>(
    "subscribed",
  );
  readonly #onWritten = new EventHook<
    [characteristic: string, value: Uint8Array]
  >("written");
  readonly #onSignal = new EventHook<[signalDbm: number]>("signal");
  readonly #onAwakeChanged = new EventHook<[isAwake: boolean]>("awake");
  #signalDbm: number | undefined;
  /** How many reasons it has to sleep. */
  #sleeps = 0;
  #link: PeripheralLink | undefined;

  /** Makes a peripheral that is awake. */
  constructor(options: FakePeripheralOptions) {
    this.address = options.address;
    this.name = options.name;
    this.services = options.services ?? [];
    this.#characteristics = [...options.characteristics];
    this.answerMs = options.answerMs ?? (() => 0);
    this.#clock = options.clock ?? systemClock;
    this.#signalDbm = options.signalDbm;
  }

  /** What it has, in the order of its table. */
  get characteristics(): readonly FakeCharacteristic[] {
    return this.#characteristics;
  }

  /** Fires when a central has connected. */
  get onConnected(): Listenable<[]> {
    return this.#onConnected;
  }

  /** Fires when the connection is over, however that came. */
  get onDisconnected(): Listenable<[]> {
    return this.#onDisconnected;
  }

  /** Fires when somebody has subscribed. */
  get onSubscribed(): Listenable<[characteristic: string]> {
    return this.#onSubscribed;
  }

  /** Fires with all that is written, before the characteristic has it. */
  get onWritten(): Listenable<[characteristic: string, value: Uint8Array]> {
    return this.#onWritten;
  }

  /** Fires when the strength of its signal changes, in dBm. */
  get onSignal(): Listenable<[signalDbm: number]> {
    return this.#onSignal;
  }

  /** Fires when it falls asleep, and when it wakes. */
  get onAwakeChanged(): Listenable<[isAwake: boolean]> {
    return this.#onAwakeChanged;
  }

  /** Strength of its signal, in dBm; undefined where the radio does not report it. */
  get signalDbm(): number | undefined {
    return this.#signalDbm;
  }

  /** Whether a central can find it; a connected one is not advertised. */
  get isAwake(): boolean {
    return this.#sleeps === 0;
  }

  /** Whether a central is connected. */
  get isConnected(): boolean {
    return this.#link !== undefined;
  }

  /** Gives it one more characteristic; connections that are there do not see it. */
  add(characteristic: FakeCharacteristic): void {
    this.#characteristics.push(characteristic);
  }

  /**
   * What it says about itself.
   *
   * @param adapter The radio that hears it.
   */
  advertisement(adapter: string): BleAdvertisement {
    const { address, name, services } = this;
    const signalDbm = this.#signalDbm;
    return {
      address,
      adapter,
      name,
      services,
      ...(signalDbm !== undefined && { signalDbm }),
    };
  }

  /**
   * Changes the strength of its signal.
   *
   * @param signalDbm The strength, -127 to 20 dBm.
   */
  setSignal(signalDbm: number): void {
    this.#signalDbm = signalDbm;
    this.#onSignal.fire(signalDbm);
  }

  /**
   * Checks whether anybody has subscribed in this connection.
   *
   * @returns True if its values go out.
   */
  isSubscribed(characteristic: string): boolean {
    return this.#link?.isSubscribed(characteristic) ?? false;
  }

  /** Sends a value to those who have subscribed; nobody else gets it. */
  notify(characteristic: string, value: Uint8Array): void {
    const link = this.#link;
    if (!link?.isSubscribed(characteristic)) return;
    const { tamper } = this;
    const sent = tamper ? tamper({ characteristic, value }) : value;
    if (sent) link.deliver(characteristic, sent);
  }

  /**
   * Loses the connection, as a peripheral out of reach does; a central may
   * connect again at once.
   *
   * @param why What has happened, for the error.
   */
  drop(why = "the peripheral is out of reach"): void {
    const link = this.#link;
    if (!link) return;
    this.#link = undefined;
    link.end(why);
    this.#onDisconnected.fire();
  }

  /** Falls asleep: loses the connection and is not found until it wakes. */
  sleep(): void {
    this.#sleeps++;
    if (this.#sleeps === 1) this.#onAwakeChanged.fire(false);
    this.drop("the peripheral sleeps");
  }

  /** Wakes up: can be found again, once it was woken as often as it was put to sleep. */
  wake(): void {
    if (this.isAwake) return;
    this.#sleeps--;
    if (this.isAwake) this.#onAwakeChanged.fire(true);
  }

  /**
   * Takes a central's connection; called by the central.
   *
   * @returns The connection; the same for all callers of one central.
   * @throws {DeviceError} If it refuses, or sleeps.
   */
  accept(): PeripheralLink {
    if (!this.isAwake || this.refusedConnections > 0) {
      this.refusedConnections = Math.max(0, this.refusedConnections - 1);
      throw new DeviceError(
        `Cannot connect to "${this.name}": it does not answer, wake it and try again`,
        this.name,
        this.isAwake ? "refused" : "disconnected",
      );
    }
    if (this.#link) return this.#link;
    this.#link = new PeripheralLink(this.name);
    this.#onConnected.fire();
    return this.#link;
  }

  /**
   * Answers a read; called by the central.
   *
   * @throws {DeviceError} If there is no such characteristic, or it refuses.
   */
  async answerRead(characteristic: string): Promise<Uint8Array> {
    const action = `read ${characteristic}`;
    const { properties, value } = this.#find(characteristic, action);
    await this.#delay();
    if (!properties.includes("read") || value === undefined) {
      throw attError("readNotPermitted", this.name, action);
    }
    return (typeof value === "function" ? await value() : value).slice();
  }

  /**
   * Answers a write; called by the central.
   *
   * @param withoutResponse Whether the writer waits for no answer.
   * @throws {DeviceError} If there is no such characteristic, or it refuses.
   */
  async answerWrite(
    characteristic: string,
    value: Uint8Array,
    withoutResponse: boolean,
  ): Promise<void> {
    const action = `write ${characteristic}`;
    const { properties, onWrite } = this.#find(characteristic, action);
    const needed = withoutResponse ? "write-without-response" : "write";
    if (!properties.includes(needed)) {
      throw attError("writeNotPermitted", this.name, action);
    }
    if (!withoutResponse) await this.#delay();
    this.#onWritten.fire(characteristic, value.slice());
    const taken = Promise.try(() => onWrite?.(value.slice()));
    if (withoutResponse) taken.catch(() => {});
    else await taken;
  }

  /**
   * Answers a wish to subscribe; called by the central.
   *
   * @throws {DeviceError} If there is no such characteristic, or it refuses.
   */
  async answerSubscribe(characteristic: string): Promise<void> {
    const action = `subscribe to ${characteristic}`;
    const { properties } = this.#find(characteristic, action);
    await this.#delay();
    if (!properties.some((one) => one === "notify" || one === "indicate")) {
      throw attError("requestNotSupported", this.name, action);
    }
  }

  /** Hears that somebody has subscribed; called by the central. */
  hearSubscribed(characteristic: string): void {
    this.#onSubscribed.fire(characteristic);
  }

  async #delay(): Promise<void> {
    const ms = this.answerMs();
    const lost = this.#link?.lost;
    if (ms > 0 && lost) await pause(this.#clock, ms, lost);
  }

  #find(characteristic: string, action: string): FakeCharacteristic {
    const found = this.#characteristics.find(({ uuid }) =>
      uuid === characteristic
    );
    if (found) return found;
    throw new DeviceError(
      `Cannot ${action} of "${this.name}": it has no such characteristic`,
      this.name,
      "not_found",
    );
  }
}
