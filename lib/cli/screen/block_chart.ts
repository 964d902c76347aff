/**
 * A small chart of blocks, for a terminal.
 *
 * @module
 */

/** Eighths of a cell, from empty to full. */
const EIGHTHS = " ▁▂▃▄▅▆▇█";

/** How large a chart is. */
interface ChartSize {
  /** Its columns; one for each value, the newest at the right. */
  readonly width: number;
  /** Its rows. */
  readonly height: number;
}

/**
 * Draws values as columns that stand on zero.
 *
 * @example Usage
 * ```ts
 * import { drawChart } from "#lib/cli/screen/block_chart.ts";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(drawChart([0, 50, null, 100], { width: 4, height: 2 }), [
 *   "   █",
 *   " █ █",
 * ]);
 * ```
 *
 * @param values The values, oldest first; null where there is none.
 * @param size How large it is.
 * @returns Its rows, from top to bottom, all of the same width.
 */
export function drawChart(
  values: readonly (number | null)[],
  { width, height }: ChartSize,
): readonly string[] {
  const shown = values.slice(-width);
  const top = Math.max(1, ...shown.map((value) => value ?? 0));
  const eighths = shown.map((value) =>
    Math.round(Math.max(0, value ?? 0) / top * height * 8)
  );
  return Array.from({ length: height }, (_, row) => {
    const below = (height - 1 - row) * 8;
    const cells = eighths.map((all) =>
      EIGHTHS[Math.min(8, Math.max(0, all - below))] ?? " "
    );
    return cells.join("").padStart(width);
  });
}
