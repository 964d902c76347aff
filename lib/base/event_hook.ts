/**
 * Events as ApiGear's adapters show them: a hook that handlers are added to.
 *
 * @module
 */
import { getLogger } from "./logger.ts";

/** What a hook calls when it fires. */
export type EventHandler<Args extends readonly unknown[]> = (
  ...args: Args
) => unknown;

/** Limits how long a handler stays on a hook. */
export interface AddHandlerOptions {
  /** Removes the handler when aborted. */
  readonly signal?: AbortSignal;
}

/** The side of a hook that listens. */
export interface Listenable<Args extends readonly unknown[]> {
  /**
   * Adds a handler behind those already there; the same one may be added twice.
   *
   * @param handler Called with the event's arguments.
   * @param options When to remove the handler again.
   */
  add(handler: EventHandler<Args>, options?: AddHandlerOptions): void;
  /**
   * Removes the first occurrence of a handler.
   *
   * @param handler The handler, as it was added.
   * @throws {RangeError} If the hook does not hold the handler.
   */
  remove(handler: EventHandler<Args>): void;
  /**
   * Waits for the next event.
   *
   * @param options When to give up; the promise then rejects with the signal's reason.
   * @returns The arguments of the next event.
   */
  next(options?: AddHandlerOptions): Promise<Args>;
}

/** A handler that was added once; the same handler may be there twice. */
interface Registration<Args extends readonly unknown[]> {
  readonly handler: EventHandler<Args>;
}

/**
 * An event that any number of handlers listen to, called in the order they
 * were added. A handler that throws, or whose promise rejects, is logged and
 * hurts no other one; a handler added or removed while the hook fires takes
 * effect with the next event.
 *
 * @example Usage
 * ```ts
 * import { EventHook } from "#lib/base/event_hook.ts";
 * import assert from "node:assert/strict";
 *
 * const onChanged = new EventHook<[value: number]>("onChanged");
 * const seen: number[] = [];
 * onChanged.add((value) => seen.push(value));
 * onChanged.fire(7);
 * assert.deepEqual(seen, [7]);
 * ```
 */
export class EventHook<Args extends readonly unknown[]>
  implements Listenable<Args> {
  readonly #name: string;
  #registrations: readonly Registration<Args>[] = [];

  /**
   * Makes a hook without handlers.
   *
   * @param name Stands in the log when a handler throws.
   */
  constructor(name = "event") {
    this.#name = name;
  }

  /** How many handlers listen. */
  get size(): number {
    return this.#registrations.length;
  }

  /**
   * Adds a handler behind those already there; the same one may be added twice.
   *
   * @param handler Called with the event's arguments.
   * @param options When to remove the handler again.
   */
  add(handler: EventHandler<Args>, options: AddHandlerOptions = {}): void {
    const { signal } = options;
    if (signal?.aborted) return;
    const registration = { handler };
    this.#registrations = [...this.#registrations, registration];
    signal?.addEventListener("abort", () => this.#drop(registration), {
      once: true,
    });
  }

  /**
   * Removes the first occurrence of a handler.
   *
   * @param handler The handler, as it was added.
   * @throws {RangeError} If the hook does not hold the handler.
   */
  remove(handler: EventHandler<Args>): void {
    const first = this.#registrations.find((one) => one.handler === handler);
    if (!first) {
      throw new RangeError(
        `Cannot remove a handler from "${this.#name}": it is not there, add it first`,
      );
    }
    this.#drop(first);
  }

  /**
   * Waits for the next event.
   *
   * @param options When to give up; the promise then rejects with the signal's reason.
   * @returns The arguments of the next event.
   */
  next(options: AddHandlerOptions = {}): Promise<Args> {
    const { signal } = options;
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const onAbort = () => {
        this.#drop(registration);
        reject(signal?.reason);
      };
      const registration = {
        handler: (...args: Args) => {
          this.#drop(registration);
          signal?.removeEventListener("abort", onAbort);
          resolve(args);
        },
      };
      this.#registrations = [...this.#registrations, registration];
      signal?.addEventListener("abort", onAbort, { once: true });
    });
  }

  /**
   * Calls every handler with the event's arguments.
   *
   * @param args The event's arguments.
   */
  fire(...args: Args): void {
    for (const { handler } of this.#registrations) {
      try {
        const result = handler(...args);
        if (result instanceof Promise) {
          result.catch((error) => this.#log(error));
        }
      } catch (error) {
        this.#log(error);
      }
    }
  }

  #drop(registration: Registration<Args>): void {
    this.#registrations = this.#registrations.filter((one) =>
      one !== registration
    );
  }

  #log(error: unknown): void {
    getLogger("events").error("A handler of {event} failed: {error}", {
      event: this.#name,
      error,
    });
  }
}
