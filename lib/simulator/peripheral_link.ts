/**
 * One connection over the air: who listens, and whose turn it is.
 *
 * @module
 */
import { DeviceError } from "#lib/base/errors.ts";
import { EventHook } from "#lib/base/event_hook.ts";

/** What a peripheral and its central share while they are connected. */
export class PeripheralLink {
  /** How many callers use it. */
  userCount = 0;
  readonly #device: string;
  readonly #end = new AbortController();
  readonly #hooks = new Map<string, EventHook<[value: Uint8Array]>>();
  #turn: Promise<unknown> = Promise.resolve();

  /**
   * Begins.
   *
   * @param device The peripheral, for errors.
   */
  constructor(device: string) {
    this.#device = device;
  }

  /** Aborts when the connection is over; the reason is a `DeviceError`, `disconnected`. */
  get lost(): AbortSignal {
    return this.#end.signal;
  }

  /**
   * Ends it.
   *
   * @param why What has happened, for the error.
   */
  end(why: string): void {
    if (this.lost.aborted) return;
    this.#end.abort(
      new DeviceError(
        `Cannot keep the connection to "${this.#device}": ${why}, connect again`,
        this.#device,
        "disconnected",
      ),
    );
  }

  /**
   * Checks whether anybody has subscribed.
   *
   * @returns True once somebody has, until the connection is over.
   */
  isSubscribed(characteristic: string): boolean {
    return this.#hooks.has(characteristic);
  }

  /**
   * Subscribes.
   *
   * @param onValue Called with each value.
   */
  subscribe(
    characteristic: string,
    onValue: (value: Uint8Array) => void,
    signal: AbortSignal,
  ): void {
    const hook = this.#hooks.get(characteristic) ??
      new EventHook<[value: Uint8Array]>(characteristic);
    this.#hooks.set(characteristic, hook);
    hook.add((value) => onValue(value.slice()), { signal });
  }

  /** Brings a value to those who have subscribed, to each a copy. */
  deliver(characteristic: string, value: Uint8Array): void {
    this.#hooks.get(characteristic)?.fire(value);
  }

  /**
   * Makes a request when those before it are answered: the Attribute Protocol
   * has one on its way at a time.
   */
  inTurn<T>(request: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(request);
    this.#turn = result.catch(() => {});
    return result;
  }
}
