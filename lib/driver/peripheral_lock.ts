/**
 * Which peripheral each driver keeps to.
 *
 * @module
 */
import type { Clock } from "#lib/base/clock.ts";
import {
  NO_MEMORY,
  type PeripheralMemory,
  type RememberedPeripheral,
} from "./peripheral_memory.ts";

/** How long a peripheral that turned out to be something else is left alone, in milliseconds: it may have been asked too early. */
const REJECTED_MS = 300_000;

/**
 * How long a driver looks for the peripheral that it had when the program ran
 * before, and for no other, in milliseconds: long enough for a strap that was
 * just put on, short enough for a rider with a new one.
 */
export const REMEMBERED_FIRST_MS = 30_000;

/** One driver's hold on a peripheral, over lost connections and restarts. */
export interface PeripheralLock {
  /** Address of the peripheral it keeps to; undefined before the first. */
  readonly address: string | undefined;
  /** The peripheral that it had when the program ran before, which it looks for first; undefined where there is none, or it was given up. */
  readonly remembered: RememberedPeripheral | undefined;
  /** Addresses it must not take: those that other instances of the driver keep to or look for first, and those it cannot use. Changes with time. */
  readonly except: ReadonlySet<string>;
  /**
   * Keeps to a peripheral from now on, and remembers it unless the operator
   * has chosen it.
   *
   * @param peripheral The peripheral.
   */
  keep(peripheral: RememberedPeripheral): void;
  /**
   * Does not take a peripheral for some minutes: it turned out to be something else.
   *
   * @param address Its address.
   */
  reject(address: string): void;
  /**
   * Begins to look for the remembered peripheral, or goes on with it.
   *
   * @returns How long it is looked for from now on, in milliseconds; less than {@linkcode REMEMBERED_FIRST_MS} where that has begun before.
   */
  look(): number;
  /** Notes that there was no radio to look with, so that the time begins anew. */
  postpone(): void;
  /** Looks for the remembered peripheral no longer, so that others may have it. */
  giveUp(): void;
}

/** What locks stand on. */
export interface PeripheralLockOptions {
  /** Name of the driver. */
  readonly driver: string;
  /** Says how long a peripheral has been left alone or looked for. */
  readonly clock: Clock;
  /**
   * What is known from the time before.
   *
   * @default nothing
   */
  readonly memory?: PeripheralMemory;
}

/** What one instance holds. */
interface Hold {
  /** Whether the operator has chosen its peripheral. */
  readonly isChosen: boolean;
  /** Address that the operator has chosen, unless another instance was first. */
  readonly chosen: string | undefined;
  remembered: RememberedPeripheral | undefined;
  /** When it began to look for what it remembers. */
  lookedSinceMs: number | undefined;
  kept: string | undefined;
  readonly except: Set<string>;
}

/** The locks of all instances of one driver: no two of them take the same peripheral. */
export class PeripheralLocks implements Disposable {
  readonly #driver: string;
  readonly #clock: Clock;
  readonly #memory: PeripheralMemory;
  readonly #holds = new Map<string, Hold>();
  /** Rejected addresses, and what ends that. */
  readonly #rejected = new Map<string, () => void>();

  /**
   * Starts without locks.
   *
   * @param options What they stand on.
   */
  constructor(options: PeripheralLockOptions) {
    this.#driver = options.driver;
    this.#clock = options.clock;
    this.#memory = options.memory ?? NO_MEMORY;
  }

  /**
   * The lock of one instance. From its first call on, others leave alone what
   * the operator has chosen for it, and for a time what it remembers.
   *
   * @param instance Its id.
   * @param chosen Address that the operator has chosen, in any case.
   * @returns Its lock; the same peripheral each time it is asked for.
   */
  of(instance: string, chosen?: string): PeripheralLock {
    const hold = this.#holds.get(instance) ?? this.#add(instance, chosen);
    return {
      get address() {
        return hold.kept;
      },
      get remembered() {
        return hold.remembered;
      },
      except: hold.except,
      keep: (peripheral) => this.#keep(instance, hold, peripheral),
      reject: (address) => this.#reject(address),
      look: () => {
        const nowMs = this.#clock.monotonicMs();
        hold.lookedSinceMs ??= nowMs;
        return hold.lookedSinceMs + REMEMBERED_FIRST_MS - nowMs;
      },
      postpone: () => hold.lookedSinceMs = undefined,
      giveUp: () => {
        hold.remembered = undefined;
        this.#refresh();
      },
    };
  }

  /**
   * Lets others have the peripheral of an instance.
   *
   * @param instance Its id.
   */
  release(instance: string): void {
    this.#holds.delete(instance);
    this.#refresh();
  }

  /** Forgets what was rejected. */
  [Symbol.dispose](): void {
    for (const stop of this.#rejected.values()) stop();
    this.#rejected.clear();
  }

  #add(instance: string, choice: string | undefined): Hold {
    const chosen = choice?.toUpperCase();
    if (chosen !== undefined) this.#giveUpAll(chosen);
    const taken = this.#closedTo(instance);
    const user = { driver: this.#driver, device: instance };
    const recalled = chosen === undefined
      ? this.#memory.recall(user)
      : undefined;
    const hold: Hold = {
      isChosen: chosen !== undefined,
      chosen: chosen !== undefined && taken.has(chosen) ? undefined : chosen,
      remembered: recalled && taken.has(recalled.address)
        ? undefined
        : recalled,
      lookedSinceMs: undefined,
      kept: undefined,
      except: new Set(),
    };
    this.#holds.set(instance, hold);
    this.#refresh();
    return hold;
  }

  #keep(instance: string, hold: Hold, peripheral: RememberedPeripheral): void {
    const { address } = peripheral;
    const isNews = hold.kept !== address;
    hold.kept = address;
    hold.remembered = undefined;
    this.#refresh();
    if (hold.isChosen || !isNews) return;
    this.#memory.remember({ driver: this.#driver, device: instance }, {
      address,
      name: peripheral.name,
    });
  }

  #reject(address: string): void {
    this.#rejected.get(address)?.();
    const stop = this.#clock.setTimeout(() => {
      this.#rejected.delete(address);
      this.#refresh();
    }, REJECTED_MS);
    this.#rejected.set(address, stop);
    this.#giveUpAll(address);
    this.#refresh();
  }

  /** Nobody looks for a peripheral any more because it had it before. */
  #giveUpAll(address: string): void {
    for (const hold of this.#holds.values()) {
      if (hold.remembered?.address === address) hold.remembered = undefined;
    }
  }

  /** Those who search hold on to their set, so its content changes, not the set. */
  #refresh(): void {
    for (const [instance, { except }] of this.#holds) {
      except.clear();
      for (const address of this.#closedTo(instance)) except.add(address);
    }
  }

  /** The addresses that an instance must not take. */
  #closedTo(instance: string): ReadonlySet<string> {
    const others = [...this.#holds].filter(([id]) => id !== instance);
    const held = others.flatMap(([, { chosen, kept, remembered }]) => [
      chosen,
      kept,
      remembered?.address,
    ]);
    return new Set([
      ...this.#rejected.keys(),
      ...held.filter((address) => address !== undefined),
    ]);
  }
}
