/**
 * One user's side of a connection.
 *
 * @module
 */
import { DeviceError } from "#lib/base/errors.ts";
import { EventHook } from "#lib/base/event_hook.ts";
import type {
  BleCharacteristic,
  BleOptions,
  BlePeripheral,
  BleWriteOptions,
} from "#lib/hardware/ble.ts";
import type { BluezLink } from "./bluez_link.ts";
import type { BluezCharacteristic } from "./bluez_objects.ts";

/** One user's side of a connection, which ends when the last user has let it go. */
export class BluezPeripheral implements BlePeripheral {
  /** Fires with the strength of its signal, in dBm, where the radio reports it. */
  readonly onSignal: EventHook<[signalDbm: number]> = new EventHook("onSignal");
  /** Aborts when the connection is lost or ended; the reason is a `DeviceError`, `disconnected`. */
  readonly lost: AbortSignal;
  readonly #link: BluezLink;
  readonly #release: () => Promise<void>;
  readonly #end = new AbortController();

  /**
   * Makes a user's side.
   *
   * @param release Called once, when the user has let it go.
   */
  constructor(link: BluezLink, release: () => Promise<void>) {
    this.#link = link;
    this.#release = release;
    this.lost = AbortSignal.any([this.#end.signal, link.lost]);
    link.onSignal.add((signalDbm) => this.onSignal.fire(signalDbm), {
      signal: this.lost,
    });
  }

  /** Its address, upper case. */
  get address(): string {
    return this.#link.device.advertisement.address;
  }

  /** The radio that it is connected by. */
  get adapter(): string {
    return this.#link.device.advertisement.adapter;
  }

  /** Its name; empty where it has none. */
  get name(): string {
    return this.#link.device.advertisement.name;
  }

  /** What it has, in the order of its table. */
  get characteristics(): readonly BleCharacteristic[] {
    return this.#link.characteristics;
  }

  /** Strength of its signal when it was measured last, in dBm; undefined where the radio does not report it. */
  get signalDbm(): number | undefined {
    return this.#link.signalDbm;
  }

  /** The largest frame that both sides take, in bytes; undefined where the radio does not report it. */
  get mtuBytes(): number | undefined {
    return this.#link.mtuBytes;
  }

  /**
   * Reads a value.
   *
   * @param options When to give up.
   * @throws {DeviceError} `not_found` without such a characteristic, `refused` by the peripheral, `disconnected`.
   * @throws {TimeoutError} If it does not answer.
   */
  async read(
    characteristic: string,
    options: BleOptions = {},
  ): Promise<Uint8Array> {
    const found = this.#find("read", characteristic);
    return await this.#link.attributes.read(found, this.#until(options));
  }

  /**
   * Writes a value. Values are written one after another, in the order of the calls.
   *
   * @param options How it is written, and when to give up.
   * @throws {DeviceError} `not_found` without such a characteristic, `refused` by the peripheral, `disconnected`.
   * @throws {TimeoutError} If it does not answer.
   */
  async write(
    characteristic: string,
    value: Uint8Array,
    options: BleWriteOptions = {},
  ): Promise<void> {
    const found = this.#find("write", characteristic);
    const withoutResponse = options.withoutResponse ??
      !found.properties.includes("write");
    // The caller may change its bytes while they wait.
    const write = { value: new Uint8Array(value), withoutResponse };
    await this.#link.attributes.write(found, write, this.#until(options));
  }

  /**
   * Asks for notifications or indications, until the connection ends.
   *
   * @param onValue Called with each value; values that come before the promise resolves too.
   * @param options When to give up.
   * @returns Resolves when the peripheral has agreed.
   * @throws {DeviceError} `not_found` without such a characteristic, `refused` by the peripheral, `disconnected`.
   * @throws {TimeoutError} If it does not answer.
   */
  async subscribe(
    characteristic: string,
    onValue: (value: Uint8Array) => void,
    options: BleOptions = {},
  ): Promise<void> {
    const found = this.#find("subscribe to", characteristic);
    await this.#link.attributes.subscribe(
      found,
      onValue,
      this.lost,
      options.signal,
    );
  }

  /** Lets the connection go. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#end.signal.aborted) return;
    this.#end.abort(this.#makeError("use", "it was released, connect again"));
    await this.#release();
  }

  #until({ signal }: BleOptions): AbortSignal {
    return signal ? AbortSignal.any([this.lost, signal]) : this.lost;
  }

  #find(action: string, uuid: string): BluezCharacteristic {
    this.lost.throwIfAborted();
    const found = this.#link.characteristics.find((one) => one.uuid === uuid);
    if (found) return found;
    const { name } = this.#link;
    throw new DeviceError(
      `Cannot ${action} ${uuid} of "${name}": it has no such characteristic, expected one of its own`,
      name,
      "not_found",
    );
  }

  #makeError(action: string, why: string): DeviceError {
    const { name } = this.#link;
    return new DeviceError(
      `Cannot ${action} "${name}": ${why}`,
      name,
      "disconnected",
    );
  }
}
