/**
 * The seconds of a ride, in bounded memory.
 *
 * @module
 */
import type { Sample } from "#lib/bike/ride_totals.ts";

/** Names of the numbers of a sample, in the order of {@linkcode SampleRow}. */
export const SAMPLE_FIELDS = [
  "second",
  "powerWatts",
  "heartRateBpm",
  "cadenceRpm",
  "speedMetersPerSecond",
  "targetPowerWatts",
] as const satisfies readonly (keyof Sample)[];

/** Name of a number of a sample. */
type SampleField = (typeof SAMPLE_FIELDS)[number];

/** A sample as a list, in the order of {@linkcode SAMPLE_FIELDS}. */
export type SampleRow = readonly (number | null)[];

/** How many seconds are kept: four hours. */
const CAPACITY = 14_400;

/** The newest seconds of a ride; old ones make room. */
export class SampleHistory {
  readonly #capacity: number;
  #rows: SampleRow[] = [];
  /** Where the oldest one stands. */
  #start = 0;

  /**
   * Starts empty.
   *
   * @param capacity How many seconds are kept.
   */
  constructor(capacity: number = CAPACITY) {
    this.#capacity = capacity;
  }

  /** The newest second that is kept; 0 if there is none. */
  get lastSecond(): number {
    return this.#rows.at(this.#start - 1)?.[0] ?? 0;
  }

  /**
   * Adds a second, later than all that are kept.
   *
   * @returns The same as a list.
   */
  add(sample: Sample): SampleRow {
    const row = SAMPLE_FIELDS.map((name) => rounded(sample[name]));
    if (this.#rows.length < this.#capacity) this.#rows.push(row);
    else {
      this.#rows[this.#start] = row;
      this.#start = (this.#start + 1) % this.#capacity;
    }
    return row;
  }

  /** The oldest second that is kept; 0 if there is none. */
  get firstSecond(): number {
    return this.#at(0)?.[0] ?? 0;
  }

  /**
   * Fills a gap: what is known already stays.
   *
   * @param name What was measured in it.
   * @returns Whether there was a gap.
   */
  fill(second: number, name: SampleField, value: number): boolean {
    const at = this.#find(second);
    const row = this.#at(at);
    const field = SAMPLE_FIELDS.indexOf(name);
    if (!row || row[0] !== second || row[field] !== null) return false;
    this.#rows[(this.#start + at) % this.#rows.length] = row.with(
      field,
      rounded(value),
    );
    return true;
  }

  /**
   * The seconds behind one.
   *
   * @returns What is kept of those that came later, oldest first.
   */
  after(second: number): readonly SampleRow[] {
    const rows: SampleRow[] = [];
    for (let back = 1; back <= this.#rows.length; back++) {
      const row = this.#rows.at((this.#start - back) % this.#rows.length);
      if (!row || (row[0] ?? 0) <= second) break;
      rows.push(row);
    }
    return rows.reverse();
  }

  #at(index: number): SampleRow | undefined {
    return this.#rows[(this.#start + index) % this.#rows.length];
  }

  /** The place of the first second that is not before one. */
  #find(second: number): number {
    let [low, high] = [0, this.#rows.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#at(middle)?.[0] ?? 0) < second) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Forgets all. */
  clear(): void {
    this.#rows = [];
    this.#start = 0;
  }
}

/** Reads a list. */
export function sampleOf(row: SampleRow): Sample {
  const [second, power, heartRate, cadence, speed, target] = row;
  return {
    second: second ?? 0,
    powerWatts: power ?? null,
    heartRateBpm: heartRate ?? null,
    cadenceRpm: cadence ?? null,
    speedMetersPerSecond: speed ?? null,
    targetPowerWatts: target ?? null,
  };
}

/** Two decimals are enough for people, and half the bytes. */
function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(value * 100) / 100;
}
