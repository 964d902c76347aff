/**
 * Bit fields whose bits have names.
 *
 * @module
 */

/**
 * Lists the names of the bits that are set; bits without a name are ignored.
 *
 * @param names The names, from bit 0 on.
 * @returns The names of the set bits, lowest bit first.
 */
export function namesOfBits<T extends string>(
  bits: number,
  names: readonly T[],
): readonly T[] {
  return names.filter((_, index) => (bits >>> index & 1) === 1);
}

/**
 * Sets the bits that carry the given names.
 *
 * @param set The names of the bits to set.
 * @param names The names, from bit 0 on.
 * @returns The bit field, unsigned.
 */
export function bitsOfNames<T extends string>(
  set: readonly T[],
  names: readonly T[],
): number {
  return names.reduce(
    (bits, name, index) =>
      set.includes(name) ? (bits | 1 << index) >>> 0 : bits,
    0,
  );
}

/**
 * Checks whether a bit is set.
 *
 * @param index The bit, from 0.
 * @returns Whether it is set.
 */
export function hasBit(bits: number, index: number): boolean {
  return (bits >>> index & 1) === 1;
}

/**
 * Makes a bit field of single conditions.
 *
 * @param conditions For each bit, whether to set it.
 * @returns The bit field, unsigned.
 */
export function bitsOf(
  conditions: Readonly<Record<number, boolean>>,
): number {
  let bits = 0;
  for (const [index, condition] of Object.entries(conditions)) {
    if (condition) bits |= 1 << Number(index);
  }
  return bits >>> 0;
}
