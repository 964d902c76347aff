/**
 * Which peripheral each driver keeps to.
 *
 * @module
 */

/** One driver's hold on a peripheral, over lost connections. */
export interface PeripheralLock {
  /** Address of the peripheral it keeps to; undefined before the first. */
  readonly address: string | undefined;
  /** Addresses that other instances of the same driver keep to; changes with time. */
  readonly others: ReadonlySet<string>;
  /**
   * Keeps to a peripheral from now on.
   *
   * @param address Its address.
   */
  keep(address: string): void;
}

/** The locks of all instances of one driver: no two of them take the same peripheral. */
export class PeripheralLocks {
  readonly #taken = new Map<string, string>();

  /**
   * The lock of one instance.
   *
   * @param instance Its id.
   * @returns Its lock; the same peripheral each time it is asked for.
   */
  of(instance: string): PeripheralLock {
    const taken = this.#taken;
    return {
      get address() {
        return taken.get(instance);
      },
      get others() {
        const others = [...taken].filter(([id]) => id !== instance);
        return new Set(others.map(([, address]) => address));
      },
      keep: (address) => void taken.set(instance, address),
    };
  }
}
