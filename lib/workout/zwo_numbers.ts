/**
 * The numbers in the attributes of ZWO elements.
 *
 * @module
 */
import type { XmlElement } from "#lib/base/xml_reader.ts";
import { ZONE_MIDDLES } from "./zones.ts";
import { round, type StepCollector } from "./steps.ts";
import type { WorkoutStep } from "./workout.ts";

/** The highest power that is taken for a fraction of FTP. */
const MAX_FRACTION = 10;

/** Power at the start and at the end of a step, in fractions of FTP. */
export interface PowerRange {
  /** At its start. */
  readonly from: number;
  /** At its end. */
  readonly to: number;
}

/**
 * Reads a number.
 *
 * @param collector Refuses what is no number.
 * @param name The attribute, in small letters.
 * @returns The number; undefined if there is no such attribute, or it is empty.
 * @throws {FileError} If it is no number.
 */
export function numberOf(
  { attributes, line }: XmlElement,
  collector: StepCollector,
  name: string,
): number | undefined {
  const text = attributes.get(name)?.trim();
  if (text === undefined || text === "") return undefined;
  if (/^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(text)) return Number(text);
  return collector.fail(
    line,
    `${name} is ${JSON.stringify(text.slice(0, 40))}, expected a number`,
  );
}

/**
 * Reads a power: one number, or a pair of low and high.
 *
 * @param collector Refuses what nobody can ride.
 * @param half `on` or `off` for one half of intervals.
 * @returns Fractions of FTP; undefined if it has none.
 * @throws {FileError} If it is below 0, or far too high.
 */
export function powerOf(
  element: XmlElement,
  collector: StepCollector,
  half: "on" | "off" | "" = "",
): PowerRange | undefined {
  const read = (name: string) => fractionOf(element, collector, name);
  const one = half === "" ? read("power") : read(`${half}power`) ??
    read(`power${half}`);
  const low = read(`power${half}low`) ?? (half && read(`${half}powerlow`));
  const high = read(`power${half}high`) ?? (half && read(`${half}powerhigh`));
  if (one !== undefined) return { from: one, to: one };
  const from = typeof low === "number" ? low : high;
  const to = typeof high === "number" ? high : low;
  return typeof from === "number" && typeof to === "number"
    ? { from, to }
    : undefined;
}

function fractionOf(
  element: XmlElement,
  collector: StepCollector,
  name: string,
): number | undefined {
  const value = numberOf(element, collector, name);
  if (value === undefined || (value >= 0 && value <= MAX_FRACTION)) {
    return value;
  }
  return collector.fail(
    element.line,
    `${name} is ${value}, expected a fraction of FTP from 0 to ${MAX_FRACTION}`,
  );
}

/**
 * Reads a zone in place of a power.
 *
 * @param half `on` or `off` for one half of intervals.
 * @returns The middle of the zone; undefined if it has none.
 */
export function zonePower(
  element: XmlElement,
  collector: StepCollector,
  half: "on" | "off" | "" = "",
): PowerRange | undefined {
  const zone =
    numberOf(element, collector, half === "" ? "zone" : `${half}zone`) ??
      (half ? numberOf(element, collector, `power${half}zone`) : undefined);
  const middle = ZONE_MIDDLES.get(zone ?? NaN);
  if (middle === undefined) return undefined;
  collector.note(
    "zone",
    `Zone ${zone} is ridden at ${
      Math.round(middle * 100)
    } % of FTP, its middle`,
    element.line,
  );
  return { from: middle, to: middle };
}

/**
 * Reads a cadence.
 *
 * @param collector Refuses what is no number.
 * @param resting `resting` for the pause of intervals.
 * @returns The step's cadence; empty if it has none.
 */
export function cadenceOf(
  element: XmlElement,
  collector: StepCollector,
  resting: "resting" | false = false,
): Pick<WorkoutStep, "cadenceRpm" | "cadenceRangeRpm"> {
  const suffix = resting || "";
  const one = numberOf(element, collector, `cadence${suffix}`);
  if (one !== undefined && one > 0) return { cadenceRpm: round(one) };
  if (resting) return {};
  const low = numberOf(element, collector, "cadencelow");
  const high = numberOf(element, collector, "cadencehigh");
  return low !== undefined && high !== undefined && low > 0
    ? { cadenceRangeRpm: [low, high] }
    : {};
}
