/**
 * Which peripheral each driver keeps to.
 *
 * @module
 */

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
   * Does not take a peripheral any more: it turned out to be something else.
   *
   * @param address Its address.
   */
  reject(address: string): void;
}

/** The locks of all instances of one driver: no two of them take the same peripheral. */
export class PeripheralLocks {
  readonly #kept = new Map<string, string>();
  readonly #except = new Map<string, Set<string>>();
  readonly #rejected = new Set<string>();

  /**
   * The lock of one instance.
   *
   * @param instance Its id.
   * @returns Its lock; the same peripheral each time it is asked for.
   */
  of(instance: string): PeripheralLock {
    const kept = this.#kept;
    return {
      get address() {
        return kept.get(instance);
      },
      except: this.#exceptOf(instance),
      keep: (address) => this.#keep(instance, address),
      reject: (address) => this.#reject(address),
    };
  }

  #exceptOf(instance: string): Set<string> {
    const known = this.#except.get(instance);
    if (known) return known;
    const others = [...this.#kept].filter(([id]) => id !== instance);
    const except = new Set([
      ...others.map(([, address]) => address),
      ...this.#rejected,
    ]);
    this.#except.set(instance, except);
    return except;
  }

  #keep(instance: string, address: string): void {
    const before = this.#kept.get(instance);
    this.#kept.set(instance, address);
    for (const [id, except] of this.#except) {
      if (id === instance) continue;
      if (before !== undefined) except.delete(before);
      except.add(address);
    }
  }

  #reject(address: string): void {
    this.#rejected.add(address);
    for (const except of this.#except.values()) except.add(address);
  }
}
