/**
 * One caller's side of a connection to a fake peripheral.
 *
 * @module
 */
import type { Clock } from "#lib/base/clock.ts";
import { orAborted, within } from "#lib/base/deadline.ts";
import { DeviceError } from "#lib/base/errors.ts";
import type { Listenable } from "#lib/base/event_hook.ts";
import type {
  BleCharacteristic,
  BleOptions,
  BlePeripheral,
  BleWriteOptions,
} from "#lib/hardware/ble.ts";
import type { FakePeripheral } from "./fake_peripheral.ts";
import type { PeripheralLink } from "./peripheral_link.ts";

/** How long a request may take (Core Specification 5.4, volume 3, part F, 3.3.3), in milliseconds. */
const REQUEST_TIMEOUT_MS = 30_000;

/** What a connection belongs to. */
interface FakeConnectionOptions {
  /** The peripheral. */
  readonly peripheral: FakePeripheral;
  /** What all callers share. */
  readonly link: PeripheralLink;
  /** The radio. */
  readonly adapter: string;
  /** Says when a request has taken too long. */
  readonly clock: Clock;
}

/** A connection as one caller sees it; the last one that lets go ends it for the peripheral. */
export class FakeConnection implements BlePeripheral {
  /** Its address, upper case. */
  readonly address: string;
  /** The radio that it is connected by. */
  readonly adapter: string;
  /** Its name. */
  readonly name: string;
  /** What it has, in the order of its table. */
  readonly characteristics: readonly BleCharacteristic[];
  readonly #peripheral: FakePeripheral;
  readonly #link: PeripheralLink;
  readonly #clock: Clock;
  readonly #end = new AbortController();

  /**
   * Joins a connection.
   *
   * @param options What it belongs to.
   */
  constructor({ peripheral, link, adapter, clock }: FakeConnectionOptions) {
    this.address = peripheral.address;
    this.adapter = adapter;
    this.name = peripheral.name;
    this.characteristics = peripheral.characteristics.map((
      { uuid, service, properties },
    ) => ({ uuid, service, properties }));
    this.#peripheral = peripheral;
    this.#link = link;
    this.#clock = clock;
    link.userCount++;
    link.lost.addEventListener(
      "abort",
      () => this.#end.abort(link.lost.reason),
      { signal: this.lost },
    );
  }

  /** Aborts when the connection is lost or ended; the reason is a `DeviceError`, `disconnected`. */
  get lost(): AbortSignal {
    return this.#end.signal;
  }

  /** Strength of its signal when it was measured last, in dBm; undefined where the radio does not report it. */
  get signalDbm(): number | undefined {
    return this.#peripheral.signalDbm;
  }

  /** Fires with the strength of its signal, in dBm. */
  get onSignal(): Listenable<[signalDbm: number]> {
    return this.#peripheral.onSignal;
  }

  /**
   * Reads a value.
   *
   * @param options When to give up.
   * @throws {DeviceError} `not_found`, `refused` or `disconnected`.
   * @throws {TimeoutError} If it does not answer.
   */
  read(
    characteristic: string,
    options: BleOptions = {},
  ): Promise<Uint8Array> {
    return this.#request(
      `read ${characteristic}`,
      () => this.#peripheral.answerRead(characteristic),
      options,
    );
  }

  /**
   * Writes a value, in the order of the calls.
   *
   * @param options How it is written, and when to give up.
   * @throws {DeviceError} `not_found`, `refused` or `disconnected`.
   * @throws {TimeoutError} If it does not answer.
   */
  write(
    characteristic: string,
    value: Uint8Array,
    options: BleWriteOptions = {},
  ): Promise<void> {
    const bytes = value.slice();
    const { withoutResponse = !this.#canRespond(characteristic) } = options;
    return this.#request(
      `write ${characteristic}`,
      () =>
        this.#peripheral.answerWrite(characteristic, bytes, withoutResponse),
      options,
    );
  }

  /**
   * Asks for notifications or indications, until the connection ends.
   *
   * @param onValue Called with each value.
   * @param options When to give up.
   * @throws {DeviceError} `not_found`, `refused` or `disconnected`.
   * @throws {TimeoutError} If it does not answer.
   */
  subscribe(
    characteristic: string,
    onValue: (value: Uint8Array) => void,
    options: BleOptions = {},
  ): Promise<void> {
    return this.#request(`subscribe to ${characteristic}`, async () => {
      await this.#peripheral.answerSubscribe(characteristic);
      if (this.lost.aborted || options.signal?.aborted) return;
      this.#link.subscribe(characteristic, onValue, this.lost);
      this.#peripheral.hearSubscribed(characteristic);
    }, options);
  }

  /** Lets go. */
  [Symbol.asyncDispose](): Promise<void> {
    if (this.lost.aborted) return Promise.resolve();
    this.#end.abort(
      new DeviceError(
        `Cannot use the connection to "${this.name}": it was released, connect again`,
        this.name,
        "disconnected",
      ),
    );
    this.#link.userCount--;
    if (this.#link.userCount === 0) this.#peripheral.drop("it was let go");
    return Promise.resolve();
  }

  #canRespond(characteristic: string): boolean {
    const { properties } =
      this.characteristics.find(({ uuid }) => uuid === characteristic) ?? {};
    return properties?.includes("write") ??
      true;
  }

  async #request<T>(
    action: string,
    make: () => Promise<T>,
    { signal }: BleOptions,
  ): Promise<T> {
    const ended = AbortSignal.any(signal ? [this.lost, signal] : [this.lost]);
    const limit = { timeoutMs: REQUEST_TIMEOUT_MS, clock: this.#clock };
    const turn = this.#link.inTurn(() => {
      ended.throwIfAborted();
      return within(
        `${action} of ${this.name}`,
        limit,
        () => orAborted(make(), ended),
      );
    });
    return await orAborted(turn, ended);
  }
}
