/**
 * What the code of an interface stands on. One that extends another of its
 * module builds on the code of that one, so that no member is written twice;
 * members of a base in another module are written again, since modules may
 * import in a circle and are generated one by one.
 *
 * @module
 */
import {
  allMembers,
  type Interface,
  type Members,
  type Module,
} from "#lib/idl/model.ts";

/** How the interfaces of a module extend each other. */
export class Inheritance {
  /** The module's interfaces, each behind its base. */
  readonly interfaces: readonly Interface[];
  readonly #bases: ReadonlyMap<Interface, Interface>;
  readonly #extended: ReadonlySet<Interface>;

  /** Finds the bases. */
  constructor(module: Module) {
    const byName = new Map(module.interfaces.map((one) => [one.name, one]));
    const bases = new Map<Interface, Interface>();
    for (const one of module.interfaces) {
      if (one.extends?.module !== module.name) continue;
      const base = byName.get(one.extends.name);
      if (base) bases.set(one, base);
    }
    this.#bases = bases;
    this.#extended = new Set(bases.values());
    this.interfaces = basesFirst(module.interfaces, bases);
  }

  /**
   * The interface whose code an interface builds on.
   *
   * @param definition An interface of the module.
   * @returns Its base, if that is in the same module.
   */
  baseOf(definition: Interface): Interface | undefined {
    return this.#bases.get(definition);
  }

  /**
   * Checks whether the code of others builds on that of an interface.
   *
   * @param definition An interface of the module.
   * @returns True if another one of the module extends it.
   */
  isExtended(definition: Interface): boolean {
    return this.#extended.has(definition);
  }

  /**
   * The members that the code of an interface has to write.
   *
   * @param definition An interface of the module.
   * @returns Its own ones, and the inherited ones that its base does not write.
   */
  membersOf(definition: Interface): Members {
    return this.#bases.has(definition) ? definition : allMembers(definition);
  }
}

function basesFirst(
  interfaces: readonly Interface[],
  bases: ReadonlyMap<Interface, Interface>,
): readonly Interface[] {
  const sorted = new Set<Interface>();
  for (const one of interfaces) {
    const line: Interface[] = [];
    let current: Interface | undefined = one;
    while (current !== undefined && !sorted.has(current)) {
      line.push(current);
      current = bases.get(current);
    }
    for (const each of line.reverse()) sorted.add(each);
  }
  return [...sorted];
}
