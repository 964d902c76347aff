/**
 * Which peripheral each driver keeps to.
 *
 * @module
 */
import type { Clock } from "#lib/clock.ts";

/** How long a peripheral that turned out to be something else is left alone, in milliseconds: it may have been asked too early. */
const REJECTED_MS = 300_000;

/** One driver's hold on a peripheral, over lost connections. */
export interface PeripheralLock {
  /** Address of the peripheral it keeps to; undefined before the first. */
  readonly address: string | undefined;
  /** Addresses it must not take: those that other instances of the driver keep to, and those it cannot use. Changes with time. */
  readonly except: ReadonlySet<string>;
  /**
   * Keeps to a peripheral from now on.
   *
   * @param address Its address.
   */
  keep(address: string): void;
  /**
   * Does not take a peripheral for some minutes: it turned out to be something else.
   *
   * @param address Its address.
   */
  reject(address: string): void;
}

/** The locks of all instances of one driver: no two of them take the same peripheral. */
export class PeripheralLocks implements Disposable {
  readonly #clock: Clock;
  readonly #kept = new Map<string, string>();
  /** Rejected addresses, and what ends that. */
  readonly #rejected = new Map<string, () => void>();
  readonly #except = new Map<string, Set<string>>();

  /**
   * Starts without locks.
   *
   * @param clock Says how long a peripheral has been left alone.
   */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * The lock of one instance.
   *
   * @param instance Its id.
   * @returns Its lock; the same peripheral each time it is asked for.
   */
  of(instance: string): PeripheralLock {
    const kept = this.#kept;
    const except = this.#except.get(instance) ?? new Set();
    this.#except.set(instance, except);
    this.#refresh();
    return {
      get address() {
        return kept.get(instance);
      },
      except,
      keep: (address) => {
        kept.set(instance, address);
        this.#refresh();
      },
      reject: (address) => this.#reject(address),
    };
  }

  /**
   * Lets others have the peripheral of an instance.
   *
   * @param instance Its id.
   */
  release(instance: string): void {
    this.#kept.delete(instance);
    this.#except.delete(instance);
    this.#refresh();
  }

  /** Forgets what was rejected. */
  [Symbol.dispose](): void {
    for (const stop of this.#rejected.values()) stop();
    this.#rejected.clear();
  }

  #reject(address: string): void {
    this.#rejected.get(address)?.();
    const stop = this.#clock.setTimeout(() => {
      this.#rejected.delete(address);
      this.#refresh();
    }, REJECTED_MS);
    this.#rejected.set(address, stop);
    this.#refresh();
  }

  /** Those who search hold on to their set, so its content changes, not the set. */
  #refresh(): void {
    for (const [instance, except] of this.#except) {
      except.clear();
      for (const address of this.#rejected.keys()) except.add(address);
      for (const [id, address] of this.#kept) {
        if (id !== instance) except.add(address);
      }
    }
  }
}
