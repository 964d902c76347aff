/**
 * Comparison of values by what they hold.
 *
 * @module
 */

/**
 * Compares values of JSON, and such that hold them. Their members may have the
 * names of methods that every object has, as they come from outside.
 *
 * @returns True if they hold the same.
 */
export function deepEqual(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object") return a === b;
  if (a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length &&
      a.every((item, index) => deepEqual(item, b[index]));
  }
  const members = new Map<string, unknown>(Object.entries(b));
  const own = Object.entries(a);
  return own.length === members.size &&
    own.every(([name, value]) =>
      members.has(name) && deepEqual(value, members.get(name))
    );
}
