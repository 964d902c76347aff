/**
 * Which peripheral each driver keeps to.
 *
 * @module
 */
import type { Clock } from "#lib/base/clock.ts";
import {
  type LearnedQuirks,
  NO_MEMORY,
  type PeripheralMemory,
  type RememberedPeripheral,
} from "./peripheral_memory.ts";

/** How long a peripheral that turned out to be something else is left alone, in milliseconds. */
const REJECTED_MS = 300_000;

/** How long one is left alone that may have been asked too early, at first, in milliseconds; twice as long each time. */
const TOO_EARLY_MS = 2000;

/**
 * How long a driver looks for the peripheral that it had when the program ran
 * before, and for no other, in milliseconds: long enough for a strap that was
 * just put on, short enough for a rider with a new one.
 */
const REMEMBERED_FIRST_MS = 30_000;

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
  /** What was found out about the peripheral that it keeps to. */
  readonly learned: LearnedQuirks;
  /**
   * Notes what was found out about the peripheral that it keeps to, and
   * remembers it with that.
   *
   * @param learned What was found out; the rest stays.
   */
  learn(learned: LearnedQuirks): void;
  /**
   * Does not take a peripheral for some minutes: it turned out to be something
   * else; or for seconds, where it may just have been switched on.
   *
   * @param address Its address.
   * @param options Whether it may have been asked too early.
   */
  reject(address: string, options?: { readonly isEarly?: boolean }): void;
  /**
   * Begins to look for the remembered peripheral, or goes on with it.
   *
   * @returns How long it is looked for from now on, in milliseconds; less than {@linkcode REMEMBERED_FIRST_MS} where that has begun before.
   */
  look(): number;
  /** Notes that there was no radio to look with, so that the time begins anew. */
  postpone(): void;
  /** Looks for the remembered peripheral no longer, so that others may have it. */
  release(): void;
}

/** What locks stand on. */
interface PeripheralLockOptions {
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
  kept: RememberedPeripheral | undefined;
  /** What was found out, by address. */
  readonly learned: Map<string, LearnedQuirks>;
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
  /** How long the next rejection of an address that may be asked too early lasts. */
  readonly #earlyMs = new Map<string, number>();

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
   * @param chosen Address that the operator has chosen, in any case.
   * @returns Its lock; the same peripheral each time it is asked for.
   */
  of(instance: string, chosen?: string): PeripheralLock {
    const hold = this.#holds.get(instance) ?? this.#add(instance, chosen);
    return {
      get address() {
        return hold.kept?.address;
      },
      get remembered() {
        return hold.remembered;
      },
      except: hold.except,
      keep: (peripheral) => this.#keep(instance, hold, peripheral),
      get learned() {
        return hold.learned.get(hold.kept?.address ?? "") ?? {};
      },
      learn: (learned) => this.#learn(instance, hold, learned),
      reject: (address, { isEarly = false } = {}) =>
        this.#reject(
          address,
          isEarly ? this.#nextEarlyMs(address) : REJECTED_MS,
        ),
      look: () => {
        const nowMs = this.#clock.monotonicMs();
        hold.lookedSinceMs ??= nowMs;
        return hold.lookedSinceMs + REMEMBERED_FIRST_MS - nowMs;
      },
      postpone: () => hold.lookedSinceMs = undefined,
      release: () => {
        hold.remembered = undefined;
        this.#refresh();
      },
    };
  }

  /** Lets others have the peripheral of an instance. */
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
      learned: new Map(),
      except: new Set(),
    };
    this.#holds.set(instance, hold);
    this.#refresh();
    return hold;
  }

  #keep(instance: string, hold: Hold, peripheral: RememberedPeripheral): void {
    const { address, name } = peripheral;
    const isNews = hold.kept?.address !== address;
    const learned = hold.learned.get(address) ??
      this.#recall(instance, address)?.learned;
    hold.kept = { address, name };
    if (learned) hold.learned.set(address, learned);
    hold.remembered = undefined;
    this.#earlyMs.delete(address);
    this.#refresh();
    if (hold.isChosen || !isNews) return;
    this.#remember(instance, hold);
  }

  #learn(instance: string, hold: Hold, learned: LearnedQuirks): void {
    const { kept } = hold;
    if (!kept) return;
    const known = hold.learned.get(kept.address);
    const all = { ...known, ...learned };
    hold.learned.set(kept.address, all);
    if (!all.isControlTrial) this.#remember(instance, hold);
  }

  #remember(instance: string, { kept, learned }: Hold): void {
    if (!kept) return;
    const found = learned.get(kept.address);
    this.#memory.remember({ driver: this.#driver, device: instance }, {
      ...kept,
      ...(found && { learned: found }),
    });
  }

  #recall(instance: string, address: string): RememberedPeripheral | undefined {
    const user = { driver: this.#driver, device: instance };
    const recalled = this.#memory.recall(user);
    return recalled?.address === address ? recalled : undefined;
  }

  #nextEarlyMs(address: string): number {
    const ms = this.#earlyMs.get(address) ?? TOO_EARLY_MS;
    this.#earlyMs.set(address, Math.min(2 * ms, REJECTED_MS));
    return ms;
  }

  #reject(address: string, forMs: number): void {
    this.#rejected.get(address)?.();
    const stop = this.#clock.setTimeout(() => {
      this.#rejected.delete(address);
      this.#refresh();
    }, forMs);
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
      kept?.address,
      remembered?.address,
    ]);
    return new Set([
      ...this.#rejected.keys(),
      ...held.filter((address) => address !== undefined),
    ]);
  }
}
