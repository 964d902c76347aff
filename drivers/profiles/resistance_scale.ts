/**
 * Resistance in percent of what a brake can do, and as the device counts it.
 *
 * @module
 */
import type { SupportedRange } from "#lib/gatt/supported_ranges.ts";

/** What a device that tells no usable range is taken to have: levels 0 to 10, as FTMS 1.0 can carry in one byte. */
const DEFAULT_RANGE: SteppedRange = { minimum: 0, maximum: 10, step: 0.1 };

/** The smallest change that can be written. */
const RESOLUTION = 0.1;

interface SteppedRange extends SupportedRange {
  readonly step: number;
}

/** The highest level that is believed. */
const HIGHEST_LEVEL = 1000;

/** Turns percent into levels of one device, and back. */
export class ResistanceScale {
  readonly #range: SteppedRange;

  /**
   * Takes the device's range; one that is nonsense counts as none.
   *
   * @param range Supported Resistance Level Range (Fitness Machine Service 1.0, section 4.13).
   */
  constructor(range: SupportedRange | undefined) {
    this.#range = range && isUsable(range) ? withStep(range) : DEFAULT_RANGE;
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
   * @param level A level of the device.
   * @returns 0 to 100.
   */
  toPercent(level: number): number {
    const { minimum, maximum } = this.#range;
    const percent = (level - minimum) / (maximum - minimum) * 100;
    return round(Math.min(100, Math.max(0, percent)));
  }
}

function isUsable({ minimum, maximum }: SupportedRange): boolean {
  return minimum >= 0 && maximum > minimum && maximum <= HIGHEST_LEVEL;
}

/** A step that says nothing is the resolution. */
function withStep({ minimum, maximum, step = 0 }: SupportedRange) {
  const isUsable = step > 0 && step <= maximum - minimum;
  return { minimum, maximum, step: isUsable ? step : RESOLUTION };
}

/** Without the dust that binary fractions leave. */
function round(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
