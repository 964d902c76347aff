/**
 * What a soak measures again and again, and whether it grows.
 *
 * @module
 */

/**
 * How much more there is at the end: the least of the last quarter against the
 * least of the second one, as what grows stays.
 *
 * @param rows What was measured, the oldest first.
 * @param of What of it counts.
 */
export function growth<Row>(
  rows: readonly Row[],
  of: (row: Row) => number,
): number {
  const quarter = Math.floor(rows.length / 4);
  const least = (part: readonly Row[]) => Math.min(...part.map(of));
  return least(rows.slice(-quarter)) -
    least(rows.slice(quarter, 2 * quarter));
}

/** Collects garbage, where `--expose-gc` lets us. */
export function collectGarbage(): void {
  const gc: unknown = Reflect.get(globalThis, "gc");
  if (typeof gc === "function") Reflect.apply(gc, undefined, []);
}

/**
 * Prints a line of a table.
 *
 * @param cells What stands in it.
 */
export function print(cells: readonly (string | number)[]): void {
  const line = cells.map((cell) => String(cell).padStart(11)).join("");
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}
