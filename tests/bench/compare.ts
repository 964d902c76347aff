/**
 * Two ways to do the same, timed in turn.
 *
 * @module
 */

/** How often each way is timed. */
const ROUNDS = 9;

/** Does the work, and may say itself how many seconds count. */
export type Way = () => Promise<number | void> | number | void;

/** Two ways to do the same work. */
export interface Ways {
  /** The measure. */
  readonly raw: Way;
  /** What is measured. */
  readonly layer: Way;
}

/** What came out. */
export interface Measurement {
  /** What was done. */
  readonly name: string;
  /** The measure's speed, times a second: the median of all rounds. */
  readonly rawPerSecond: number;
  /** The measured way's speed, times a second: the median of all rounds. */
  readonly layerPerSecond: number;
  /** Time of the measured way over that of the measure: the median of the rounds' ratios. */
  readonly ratio: number;
}

/**
 * Times two ways in turn, round by round, so that a busy moment of the machine
 * hits both; the first round warms up and is not counted.
 *
 * @param name What is done.
 * @param count How often one call of a way does it.
 * @param ways The two ways.
 * @returns Medians over the rounds.
 */
export async function compare(
  name: string,
  count: number,
  ways: Ways,
): Promise<Measurement> {
  const raw: number[] = [];
  const layer: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    raw.push(await time(ways.raw));
    layer.push(await time(ways.layer));
  }
  raw.shift();
  layer.shift();
  return {
    name,
    rawPerSecond: count / median(raw),
    layerPerSecond: count / median(layer),
    ratio: median(layer.map((seconds, at) => seconds / (raw[at] ?? NaN))),
  };
}

/**
 * Prints measurements as a table.
 *
 * @param measurements The measurements.
 * @param labels What the two ways are called.
 * @returns Lines of text.
 */
export function formatTable(
  measurements: readonly Measurement[],
  labels: readonly [raw: string, layer: string],
): string {
  const rows = measurements.map((
    { name, rawPerSecond, layerPerSecond, ratio },
  ) => [
    name,
    `${Math.round(rawPerSecond).toLocaleString("en")}/s`,
    `${Math.round(layerPerSecond).toLocaleString("en")}/s`,
    ratio.toFixed(2),
  ]);
  return alignColumns([["", ...labels, "time ratio"], ...rows]);
}

/**
 * Prints a table: the first column to the left, the others to the right.
 *
 * @param table Its rows, all of one length.
 * @returns Lines of text.
 */
export function alignColumns(table: readonly (readonly string[])[]): string {
  const widths = (table[0] ?? []).map((_, column) =>
    Math.max(...table.map((row) => row[column]?.length ?? 0))
  );
  return table.map((row) =>
    row.map((cell, column) =>
      column === 0
        ? cell.padEnd(widths[column] ?? 0)
        : cell.padStart((widths[column] ?? 0) + 2)
    ).join("")
  ).join("\n") + "\n";
}

async function time(run: Way): Promise<number> {
  const start = performance.now();
  const seconds = await run();
  return seconds ?? (performance.now() - start) / 1000;
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? NaN;
}
