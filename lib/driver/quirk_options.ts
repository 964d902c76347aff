/**
 * The operator's word: every way in which a device can differ, as an option
 * of its driver.
 *
 * @module
 */
import type { LevelRange, Quirks } from "#lib/gatt/quirk.ts";
import type {
  DriverOption,
  DriverOptionValue,
  DriverOptionValues,
} from "./driver.ts";

/** One switch: an option, and what it sets. */
interface QuirkOption extends DriverOption {
  /** Who needs it, for the documentation. */
  readonly who: string;
  /** What a value of the option sets. */
  readonly read: (value: DriverOptionValue) => Partial<Quirks>;
}

const RANGE_PATTERN =
  "\\d{1,4}(\\.\\d)?\\.\\.\\d{1,4}(\\.\\d)?(/\\d{1,3}(\\.\\d)?)?";

/** All switches, in the order in which they are listed. */
export const QUIRK_OPTIONS = {
  control: {
    name: "control",
    summary: "whether control of the machine is requested (default: on)",
    who: "bikes that fall silent once control is requested",
    type: "text",
    choices: ["on", "off"],
    read: (value) => ({ control: oneOf(value, ["on", "off"]) }),
  },
  start: {
    name: "start",
    summary:
      "whether the machine is started once there is control (default: on)",
    who: "bikes that fall silent, or reset their trip, at the start command",
    type: "text",
    choices: ["on", "off"],
    read: (value) => ({ start: oneOf(value, ["on", "off"]) }),
  },
  resistanceWidth: {
    name: "resistance-width",
    alias: "resistance.width",
    summary:
      "bytes of a resistance level: 1, 2 or auto, by the machine's range (default: auto)",
    who: "machines that refuse a level, or set another one",
    type: "text",
    choices: ["auto", "1", "2"],
    read: (value) => ({ resistanceWidth: WIDTHS[oneOf(value, AUTO_1_2)] }),
  },
  resistanceRange: {
    name: "resistance-range",
    alias: "resistance.range",
    summary:
      "levels of the brake, for example 1..32 or 0..100/0.5 with a step (default: what the machine says)",
    who: "machines with a range that is missing, upside down or wrong",
    type: "text",
    pattern: RANGE_PATTERN,
    expected: "a range such as 1..32, with or without a step as in 0..100/0.5",
    read: (value) => ({ resistanceRange: rangeOf(String(value)) }),
  },
  powerScale: {
    name: "power-scale",
    alias: "power.scale",
    summary: "multiplies the power, 0.1 to 10 (default: 1)",
    who: "machines and meters that read too high or too low by a share",
    type: "number",
    min: 0.1,
    max: 10,
    read: (value) => ({ powerScale: Number(value) }),
  },
  powerOffsetWatts: {
    name: "power-offset",
    alias: "power.offset",
    summary: "added to the power while it is not 0, in watts (default: 0)",
    who: "machines and meters that read too high or too low by some watts",
    type: "number",
    min: -500,
    max: 500,
    read: (value) => ({ powerOffsetWatts: Number(value) }),
  },
  pedals: {
    name: "pedals",
    summary:
      "sum: two meters each report their half; single: none does; auto: as they say themselves (default: auto)",
    who: "two pedals or cranks that do not say that they are a pair",
    type: "text",
    choices: ["auto", "sum", "single"],
    read: (value) => ({ pedals: oneOf(value, ["auto", "sum", "single"]) }),
  },
  speedFrom: {
    name: "speed-from",
    alias: "speed.from",
    summary:
      "device, or cadence: the speed of that cadence in a middle gear (default: device)",
    who: "bikes without a speed, or with one that means nothing",
    type: "text",
    choices: ["device", "cadence"],
    read: (value) => ({ speedFrom: oneOf(value, ["device", "cadence"]) }),
  },
  heartRateFrom: {
    name: "heart-rate-from",
    alias: "heartRate.from",
    summary:
      "trainer: the heart rate that the machine passes on is used; none: it is not (default: trainer)",
    who: "machines that make a heart rate up",
    type: "text",
    choices: ["trainer", "none"],
    read: (value) => ({ heartRateFrom: oneOf(value, ["trainer", "none"]) }),
  },
  stopDetection: {
    name: "stop-detection",
    summary:
      "whether a cadence that repeats while the wheel slows down is a stop (default: off; KICKR, DIRETO and AVANTI on)",
    who: "trainers that repeat the last cadence and power after a stop",
    type: "text",
    choices: ["off", "on"],
    read: (value) => ({ stopDetection: oneOf(value, ["off", "on"]) }),
  },
  erg: {
    name: "erg",
    summary:
      "who holds a target power: auto: the machine where it can, else levels of resistance; software: always levels (default: auto)",
    who: "machines that have levels only, or hold a power badly",
    type: "text",
    choices: ["auto", "software"],
    read: (value) => ({ erg: oneOf(value, ["auto", "software"]) }),
  },
  powerMatch: {
    name: "power-match",
    summary:
      "whether a target power is corrected by what a power meter reads (default: off)",
    who: "riders with a power meter that they trust more than the trainer",
    type: "text",
    choices: ["off", "on"],
    read: (value) => ({ powerMatch: oneOf(value, ["off", "on"]) }),
  },
  targetPowerIntervalMs: {
    name: "target-power-interval",
    summary:
      "shortest time between two target powers, in milliseconds (default: 0; KICKR 2000)",
    who: "trainers that surge when target powers follow fast",
    type: "number",
    min: 0,
    max: 10_000,
    isInteger: true,
    read: (value) => ({ targetPowerIntervalMs: Number(value) }),
  },
  startTimeoutMs: {
    name: "start-timeout",
    summary:
      "how long the answer to a start may take, in milliseconds (default: 10000)",
    who: "machines that start slowly",
    type: "number",
    min: 1000,
    max: 60_000,
    isInteger: true,
    read: (value) => ({ startTimeoutMs: Number(value) }),
  },
  calibrationTimeoutMs: {
    name: "calibration-timeout",
    summary:
      "how long the answer to a calibration may take, in milliseconds (default: 30000)",
    who: "meters that need long for a zero offset",
    type: "number",
    min: 1000,
    max: 120_000,
    isInteger: true,
    read: (value) => ({ calibrationTimeoutMs: Number(value) }),
  },
  rollingResistanceStep: {
    name: "rolling-resistance-step",
    summary:
      "what one raw step of Wahoo's rolling resistance means (default: 0.0001)",
    who: "KICKRs whose firmware counts in steps of 0.001",
    type: "number",
    min: 0.00001,
    max: 0.01,
    read: (value) => ({ rollingResistanceStep: Number(value) }),
  },
  unansweredOpCodes: {
    name: "unanswered-op-codes",
    summary:
      "op codes of Wahoo's control that get no answer, for example 43 or 43,46 (default: none)",
    who: "KICKR SNAP, and others whose simulation ends in a time-out",
    type: "text",
    pattern: "[0-9A-Fa-f]{2}(,[0-9A-Fa-f]{2}){0,15}",
    expected: "hexadecimal op codes such as 43,46",
    read: (value) => ({
      unansweredOpCodes: String(value).split(",").map((hex) =>
        parseInt(hex, 16)
      ),
    }),
  },
  resultOptional: {
    name: "result-optional",
    summary:
      "whether answers of a power meter may lack their result (default: false; Stages true)",
    who: "meters whose zero offset ends in a time-out though they set it",
    type: "flag",
    read: (value) => ({ resultOptional: value === true }),
  },
  tiltAsWahooSends: {
    name: "tilt-as-wahoo-sends",
    summary:
      "whether a descent is written 0.01 % less steep, as Wahoo's app does (default: false; Wahoo true)",
    who: "tilt units that refuse a descent",
    type: "flag",
    read: (value) => ({ tiltAsWahooSends: value === true }),
  },
} as const satisfies Readonly<Record<keyof Quirks, QuirkOption>>;

const AUTO_1_2 = ["auto", "1", "2"] as const;
const WIDTHS = { auto: "auto", 1: 1, 2: 2 } as const;

function oneOf<T extends string>(
  value: DriverOptionValue,
  choices: readonly [T, ...T[]],
): T {
  return choices.find((one) => one === value) ?? choices[0];
}

function rangeOf(text: string): LevelRange | undefined {
  const [limits = "", step] = text.split("/");
  const [minimum = 0, maximum = 0] = limits.split("..").map(Number);
  return {
    minimum,
    maximum,
    ...(step !== undefined && { step: Number(step) }),
  };
}

/**
 * The options of a driver whose devices can differ in some ways.
 *
 * @returns One option for each.
 */
export function quirkOptions(
  keys: readonly (keyof Quirks)[],
): readonly DriverOption[] {
  return keys.map((key) => {
    const row: QuirkOption = QUIRK_OPTIONS[key];
    const { who: _who, read: _read, ...option } = row;
    return { ...option, group: "quirks" };
  });
}

/**
 * What the operator says of a device.
 *
 * @returns The ways in which it differs.
 */
export function quirksFromOptions(
  options: DriverOptionValues,
): Partial<Quirks> {
  const rows: readonly QuirkOption[] = Object.values(QUIRK_OPTIONS);
  return rows.reduce<Partial<Quirks>>((quirks, { name, read }) => {
    const value = options[name];
    return value === undefined ? quirks : { ...quirks, ...read(value) };
  }, {});
}
