/**
 * The elements of a ZWO workout.
 *
 * @module
 */
import type { XmlElement } from "#lib/base/xml_reader.ts";
import { type NewStep, round, type StepCollector } from "./steps.ts";
import {
  cadenceOf,
  numberOf,
  powerOf,
  type PowerRange,
  zonePower,
} from "./zwo_numbers.ts";

/** The most times that intervals are repeated. */
const MAX_REPEAT = 1000;

type Adder = (element: XmlElement, collector: StepCollector) => void;

/** What each element adds, by its name in small letters. */
const ADDERS: ReadonlyMap<string, Adder> = new Map<string, Adder>([
  ["steadystate", addSteady],
  ["solidstate", addSteady],
  ["warmup", addRamp],
  ["ramp", addRamp],
  ["cooldown", addRamp],
  ["intervalst", addIntervals],
  ["freeride", addFree],
  ["maxeffort", addMax],
  ["textevent", () => {}],
  ["textnotification", () => {}],
  ["gameplayevent", () => {}],
]);

/**
 * Adds what an element below `workout` stands for.
 *
 * @param collector Takes its steps and texts.
 * @throws {FileError} If it cannot be read.
 */
export function addZwoElement(
  element: XmlElement,
  collector: StepCollector,
): void {
  const { line, name } = element;
  const add = ADDERS.get(name);
  if (!add) {
    return collector.note(
      "unknown_element",
      `The element "${name}" is not known and was left out`,
      line,
    );
  }
  const startSeconds = collector.seconds;
  add(element, collector);
  if (isText(element)) addText(element, collector, 0);
  for (const child of element.children) {
    if (isText(child)) addText(child, collector, startSeconds);
  }
}

function isText({ name }: XmlElement): boolean {
  return name === "textevent" || name === "textnotification";
}

function addText(
  element: XmlElement,
  collector: StepCollector,
  startSeconds: number,
): void {
  const { attributes, line } = element;
  const text = attributes.get("message") ?? attributes.get("text") ?? "";
  if (attributes.has("distoffset") && !attributes.has("timeoffset")) {
    return collector.note(
      "text_by_distance",
      "A text that comes at a distance was left out",
      line,
    );
  }
  const offset = numberOf(element, collector, "timeoffset") ?? 0;
  const duration = numberOf(element, collector, "duration");
  if (text === "") return;
  collector.addText({
    atSeconds: round(startSeconds + Math.max(0, offset)),
    text: text.replace(/\s+/g, " ").trim(),
    ...(duration !== undefined && { durationSeconds: duration }),
  }, line);
}

/** A step's duration; undefined, with a notice, where it has none. */
function durationOf(
  element: XmlElement,
  collector: StepCollector,
): number | undefined {
  const duration = numberOf(element, collector, "duration");
  if (duration !== undefined && duration > 0) return duration;
  collector.note(
    "no_duration",
    `A ${element.name} without a duration was left out`,
    element.line,
  );
  return undefined;
}

function addSteady(element: XmlElement, collector: StepCollector): void {
  const durationSeconds = durationOf(element, collector);
  if (durationSeconds === undefined) return;
  const cadence = cadenceOf(element, collector);
  const grade = numberOf(element, collector, "slope");
  if (grade !== undefined && powerOf(element, collector) === undefined) {
    const step = { kind: "slope", gradePercent: grade } as const;
    return collector.add(
      { durationSeconds, ...step, ...cadence },
      element.line,
    );
  }
  const power = powerOf(element, collector) ?? zonePower(element, collector);
  if (!power) return missingPower(element, collector, durationSeconds);
  if (power.from !== power.to) {
    collector.note(
      "steady_range",
      "A range of a steady step is ridden at its middle",
      element.line,
    );
  }
  const middle = round((power.from + power.to) / 2);
  collector.add({
    durationSeconds,
    kind: "steady",
    from: middle,
    to: middle,
    ...cadence,
  }, element.line);
}

function missingPower(
  element: XmlElement,
  collector: StepCollector,
  durationSeconds: number,
): void {
  collector.note(
    "no_power",
    `A ${element.name} without a power is ridden free`,
    element.line,
  );
  collector.add({ durationSeconds, kind: "free" }, element.line);
}

function addRamp(element: XmlElement, collector: StepCollector): void {
  const durationSeconds = durationOf(element, collector);
  if (durationSeconds === undefined) return;
  const power = powerOf(element, collector) ?? zonePower(element, collector);
  if (!power) return missingPower(element, collector, durationSeconds);
  if (element.name === "cooldown" && power.from < power.to) {
    collector.note(
      "cooldown_direction",
      "A cool-down that climbs: readers disagree, it is ridden from PowerLow to PowerHigh as the file says",
      element.line,
    );
  }
  collector.add({
    durationSeconds,
    ...toPower(power),
    ...cadenceOf(element, collector),
  }, element.line);
}

function toPower(
  { from, to }: PowerRange,
): Pick<NewStep, "kind" | "from" | "to"> {
  return { kind: from === to ? "steady" : "ramp", from, to };
}

function addIntervals(element: XmlElement, collector: StepCollector): void {
  const repeat = repeatOf(element, collector);
  const on = partOf(element, collector, "on");
  const off = partOf(element, collector, "off");
  if (!on) {
    return collector.note(
      "no_duration",
      "Intervals without a duration were left out",
      element.line,
    );
  }
  for (let i = 0; i < repeat; i++) {
    collector.add(on, element.line);
    if (off) collector.add(off, element.line);
  }
}

function repeatOf(element: XmlElement, collector: StepCollector): number {
  const repeat = numberOf(element, collector, "repeat");
  if (repeat === undefined) {
    collector.note(
      "no_repeat",
      "Intervals without Repeat are ridden once",
      element.line,
    );
    return 1;
  }
  if (repeat > MAX_REPEAT) {
    collector.fail(
      element.line,
      `Repeat is ${repeat}, expected at most ${MAX_REPEAT}`,
    );
  }
  if (repeat >= 1) return Math.floor(repeat);
  collector.note(
    "repeat_zero",
    `Intervals with Repeat="${repeat}" are ridden once, as others do`,
    element.line,
  );
  return 1;
}

/** One half of intervals: on or off. */
function partOf(
  element: XmlElement,
  collector: StepCollector,
  half: "on" | "off",
): NewStep | undefined {
  const durationSeconds = numberOf(element, collector, `${half}duration`) ?? 0;
  if (!(durationSeconds > 0)) return undefined;
  const cadence = cadenceOf(element, collector, half === "off" && "resting");
  const grade = numberOf(element, collector, `${half}slope`);
  const power = powerOf(element, collector, half) ??
    zonePower(element, collector, half);
  if (!power) {
    if (grade !== undefined) {
      return {
        durationSeconds,
        kind: "slope",
        gradePercent: grade,
        ...cadence,
      };
    }
    collector.note(
      "no_power",
      `Intervals without an ${half} power are ridden free there`,
      element.line,
    );
    return { durationSeconds, kind: "free", ...cadence };
  }
  if (power.from !== power.to) {
    collector.note(
      "interval_range",
      "Intervals with a range: readers disagree, they are ridden as a ramp from low to high",
      element.line,
    );
  }
  return { durationSeconds, ...toPower(power), ...cadence };
}

function addFree(element: XmlElement, collector: StepCollector): void {
  const durationSeconds = durationOf(element, collector);
  if (durationSeconds === undefined) return;
  const cadence = cadenceOf(element, collector);
  collector.add({ durationSeconds, kind: "free", ...cadence }, element.line);
}

function addMax(element: XmlElement, collector: StepCollector): void {
  const durationSeconds = durationOf(element, collector);
  if (durationSeconds === undefined) return;
  const cadence = cadenceOf(element, collector);
  collector.add({ durationSeconds, kind: "max", ...cadence }, element.line);
}
