/**
 * Notes all that passes through a radio.
 *
 * @module
 */
import type { Clock } from "#lib/base/clock.ts";
import { DeviceError, SmartbikeError } from "#lib/base/errors.ts";
import type { Listenable } from "#lib/base/event_hook.ts";
import type {
  BleAdvertisement,
  BleCentral,
  BleCharacteristic,
  BleOptions,
  BlePeripheral,
  BleWriteOptions,
} from "#lib/hardware/ble.ts";
import { getLogger } from "#lib/base/logger.ts";
import { CAPTURE_FORMAT, type Passed } from "./captured.ts";

/** Takes one line, without its line feed. */
export type CaptureSink = (line: string) => void;

/**
 * Wraps a radio, so that all that passes is written down. What passes is not
 * changed, and goes on when it cannot be written down any more.
 *
 * @param central The radio; it is closed with the wrapped one.
 * @param sink Takes the lines, the header first.
 * @param clock Says when something passed.
 * @example What a strap sends, as lines
 * ```ts
 * import { recordCentral } from "#lib/simulator/capture/record_central.ts";
 * import { CHARACTERISTICS } from "#lib/gatt/uuids.ts";
 * import { simulatedRide } from "#lib/simulator/simulated_ride.ts";
 * import assert from "node:assert/strict";
 *
 * await using ride = simulatedRide({ speedUp: 100 });
 * const lines: string[] = [];
 * await using central = recordCentral(ride.central, (line) => lines.push(line), ride.clock);
 * const { signal } = new AbortController();
 * await using strap = await central.connect({ namePrefix: "TICKR" }, { signal });
 * await strap.read(CHARACTERISTICS.batteryLevel);
 * assert.deepEqual(lines.map((line) => JSON.parse(line).dir), [undefined, "connect", "read"]);
 * ```
 */
export function recordCentral(
  central: BleCentral,
  sink: CaptureSink,
  clock: Clock,
): BleCentral {
  const notes = new Notes(sink, clock);
  return {
    adapters: () => central.adapters(),
    async *scan(filter, options) {
      for await (const advertisement of central.scan(filter, options)) {
        notes.advertised(advertisement);
        yield advertisement;
      }
    },
    async connect(filter, options) {
      const peripheral = await central.connect(filter, options);
      return new RecordedPeripheral(peripheral, notes);
    },
    [Symbol.asyncDispose]: () => central[Symbol.asyncDispose](),
  };
}

/** What is known of one device while it is connected. */
interface Connection {
  /** How many callers use it. */
  users: number;
  /** Which subscription writes down the values of each characteristic: the others get the same ones. */
  readonly writers: Map<string, symbol>;
}

/** The lines, and what keeps them from saying things twice. */
class Notes {
  readonly #sink: CaptureSink;
  readonly #clock: Clock;
  readonly #startMs: number;
  readonly #advertised = new Map<string, string>();
  readonly #connections = new Map<string, Connection>();
  #isBroken = false;

  constructor(sink: CaptureSink, clock: Clock) {
    this.#sink = sink;
    this.#clock = clock;
    this.#startMs = clock.monotonicMs();
    this.#write({
      type: "header",
      format: CAPTURE_FORMAT,
      startedAt: new Date(clock.now()).toISOString(),
    });
  }

  /** Writes down what passed. */
  passed(device: string, dir: Passed, details: object = {}): void {
    const tMs = Math.round(this.#clock.monotonicMs() - this.#startMs);
    this.#write({ tMs, device, dir, ...details });
  }

  /** Writes down an advertisement, unless it is the one before again. */
  advertised({ address, signalDbm, ...details }: BleAdvertisement): void {
    const text = JSON.stringify(details);
    if (this.#advertised.get(address) === text) return;
    this.#advertised.set(address, text);
    this.passed(address, "advertise", { ...details, signalDbm });
  }

  /** Hears that a caller uses a device. */
  joined(peripheral: BlePeripheral): void {
    const { address, name, adapter, characteristics, signalDbm } = peripheral;
    const connection = this.#connections.get(address);
    if (connection) {
      connection.users++;
      return;
    }
    this.#connections.set(address, { users: 1, writers: new Map() });
    this.passed(address, "connect", {
      name,
      adapter,
      characteristics,
      signalDbm,
    });
    peripheral.onSignal.add((signalDbm) => {
      this.passed(address, "signal", { signalDbm });
    }, { signal: peripheral.lost });
  }

  /** Hears that a caller uses a device no more. */
  left(address: string): void {
    const connection = this.#connections.get(address);
    if (!connection) return;
    connection.users--;
    if (connection.users > 0) return;
    this.#connections.delete(address);
    this.passed(address, "lost");
  }

  /** Checks whether a subscription is the one that writes values down. */
  writes(address: string, characteristic: string, owner: symbol): boolean {
    const writers = this.#connections.get(address)?.writers;
    const writer = writers?.get(characteristic);
    if (writer === undefined) writers?.set(characteristic, owner);
    return writer === undefined || writer === owner;
  }

  /** Hears that a subscription is over, so that another one writes values down. */
  stopped(address: string, characteristic: string, owner: symbol): void {
    const writers = this.#connections.get(address)?.writers;
    if (writers?.get(characteristic) === owner) writers.delete(characteristic);
  }

  #write(line: object): void {
    if (this.#isBroken) return;
    try {
      this.#sink(JSON.stringify(line));
    } catch (error) {
      this.#isBroken = true;
      getLogger("capture").error("The capture ends here: {error}", { error });
    }
  }
}

/** A peripheral as it is, with all that passes written down. */
class RecordedPeripheral implements BlePeripheral {
  readonly #peripheral: BlePeripheral;
  readonly #notes: Notes;

  constructor(peripheral: BlePeripheral, notes: Notes) {
    this.#peripheral = peripheral;
    this.#notes = notes;
    const { address, lost } = peripheral;
    notes.joined(peripheral);
    const leave = () => notes.left(address);
    if (lost.aborted) leave();
    else lost.addEventListener("abort", leave, { once: true });
  }

  get address(): string {
    return this.#peripheral.address;
  }

  get adapter(): string {
    return this.#peripheral.adapter;
  }

  get name(): string {
    return this.#peripheral.name;
  }

  get characteristics(): readonly BleCharacteristic[] {
    return this.#peripheral.characteristics;
  }

  get lost(): AbortSignal {
    return this.#peripheral.lost;
  }

  get signalDbm(): number | undefined {
    return this.#peripheral.signalDbm;
  }

  get mtuBytes(): number | undefined {
    return this.#peripheral.mtuBytes;
  }

  get onSignal(): Listenable<[signalDbm: number]> {
    return this.#peripheral.onSignal;
  }

  async read(char: string, options: BleOptions = {}): Promise<Uint8Array> {
    const value = await this.#noting(
      "read",
      char,
      this.#peripheral.read(char, options),
    );
    this.#passed("read", { char, hex: value.toHex() });
    return value;
  }

  async write(
    char: string,
    value: Uint8Array,
    options: BleWriteOptions = {},
  ): Promise<void> {
    const { withoutResponse } = options;
    this.#passed("write", { char, hex: value.toHex(), withoutResponse });
    const written = this.#peripheral.write(char, value, options);
    await this.#noting("write", char, written);
  }

  async subscribe(
    char: string,
    onValue: (value: Uint8Array) => void,
    options: BleOptions = {},
  ): Promise<void> {
    const { address } = this;
    const owner = Symbol(char);
    const dir = this.#direction(char);
    this.#passed("subscribe", { char });
    this.lost.addEventListener(
      "abort",
      () => this.#notes.stopped(address, char, owner),
      { once: true },
    );
    const subscribed = this.#peripheral.subscribe(char, (value) => {
      if (this.#notes.writes(address, char, owner)) {
        this.#passed(dir, { char, hex: value.toHex() });
      }
      onValue(value);
    }, options);
    await this.#noting("subscribe", char, subscribed);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#peripheral[Symbol.asyncDispose]();
  }

  #direction(char: string): "notify" | "indicate" {
    const { properties = [] } =
      this.characteristics.find(({ uuid }) => uuid === char) ?? {};
    return properties.includes("notify") ? "notify" : "indicate";
  }

  #passed(dir: Passed, details: object): void {
    this.#notes.passed(this.address, dir, details);
  }

  /** Waits for something, and writes down how it has failed. */
  async #noting<T>(of: string, char: string, work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      this.#passed("error", {
        of,
        char,
        code: error instanceof SmartbikeError ? error.code : "unknown",
        ...(error instanceof DeviceError &&
          { reason: error.reason, resultCode: error.resultCode }),
      });
      throw error;
    }
  }
}
