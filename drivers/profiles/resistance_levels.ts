/**
 * Resistance in percent of what a brake can do, and as the device counts it.
 *
 * @module
 */
import type { LevelRange } from "#lib/gatt/quirk.ts";

/** What a device without a range is taken to have: levels 0 to 10, as FTMS 1.0 can carry in one byte. */
const DEFAULT_RANGE = { minimum: 0, maximum: 10, step: 0.1 } as const;

/** The highest level that is believed. */
const HIGHEST_LEVEL = 1000;

/** The highest level that one byte can carry. */
const HIGHEST_IN_ONE_BYTE = 25.5;

/** The smallest change that can be written. */
const RESOLUTION = 0.1;

/** Turns percent into levels of one device, and back. */
export class ResistanceLevels {
  readonly #range: Required<LevelRange>;

  /**
   * Takes the device's range.
   *
   * @param range Supported Resistance Level Range (Fitness Machine Service 1.0, section 4.13), which {@linkcode isUsableRange}; 0 to 10 if left out.
   */
  constructor(range: LevelRange = DEFAULT_RANGE) {
    const { minimum, maximum, step = 0 } = range;
    const lowest = Math.max(0, minimum);
    const isUsable = step > 0 && step <= maximum - lowest;
    this.#range = {
      minimum: lowest,
      maximum,
      step: isUsable ? step : RESOLUTION,
    };
  }

  /** Bytes that every level of this device is written in. */
  get widthBytes(): 1 | 2 {
    return this.#range.maximum > HIGHEST_IN_ONE_BYTE ? 2 : 1;
  }

  /** Whether the other width can carry the levels too. */
  get fitsAnyWidth(): boolean {
    return this.widthBytes === 1;
  }

  /**
   * The level that is nearest to a percentage.
   *
   * @param percent 0 to 100.
   * @returns A level on the device's grid, within its range.
   */
  toLevel(percent: number): number {
    const { minimum, maximum, step } = this.#range;
    const steps = (maximum - minimum) * percent / 100 / step;
    const level = minimum + Math.round(steps) * step;
    return round(Math.min(maximum, Math.max(minimum, level)));
  }

  /**
   * The percentage that a level stands for.
   *
   * @returns 0 to 100.
   */
  toPercent(level: number): number {
    const { minimum, maximum } = this.#range;
    const percent = (level - minimum) / (maximum - minimum) * 100;
    return round(Math.min(100, Math.max(0, percent)));
  }
}

/**
 * Whether levels can be worked out from a range.
 *
 * @param range What a device said.
 * @returns False for one that is empty, or goes nowhere or beyond belief.
 */
export function isUsableRange({ minimum, maximum }: LevelRange): boolean {
  return maximum > Math.max(0, minimum) && maximum <= HIGHEST_LEVEL;
}

/** Without the dust that binary fractions leave. */
function round(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
