/**
 * What can differ from the specification in a model or firmware.
 *
 * @module
 */

/** What a device says of itself, as far as it is known. Anybody can choose any name. */
export interface DeviceIdentity {
  /** The advertised name. */
  readonly name?: string;
  /** Manufacturer Name String. */
  readonly manufacturer?: string;
  /** Model Number String. */
  readonly model?: string;
  /** Firmware Revision String. */
  readonly firmware?: string;
}

/** Levels of a brake. */
export interface LevelRange {
  /** Smallest level. */
  readonly minimum: number;
  /** Largest level. */
  readonly maximum: number;
  /** Smallest change that has an effect; 0.1 if left out. */
  readonly step?: number;
}

/** How a device differs; {@linkcode DEFAULT_QUIRKS} follows the specification. */
export interface Quirks {
  /** Whether control is asked for; some machines fall silent then. */
  readonly control: "on" | "off";
  /** Whether the machine is started once there is control; some fall silent then. */
  readonly start: "on" | "off";
  /** Bytes that a resistance level takes in a control point write; by the machine's range if `auto`. */
  readonly resistanceWidth: "auto" | 1 | 2;
  /** Levels of the brake, in place of what the machine says. */
  readonly resistanceRange: LevelRange | undefined;
  /** Multiplies the power that the device reports. */
  readonly powerScale: number;
  /** Added to a power that is not 0, in watts. */
  readonly powerOffsetWatts: number;
  /** Whether power meters of two pedals each report their half. */
  readonly pedals: "auto" | "sum" | "single";
  /** What the speed follows: the device's own, or the cadence in a middle gear. */
  readonly speedFrom: "device" | "cadence";
  /** Whether the heart rate that a trainer passes on is used. */
  readonly heartRateFrom: "trainer" | "none";
  /** Whether a repeated cadence on a wheel that slows down is a stop. */
  readonly stopDetection: "on" | "off";
  /** Who holds a target power: the machine, or this program by levels of resistance. */
  readonly erg: "auto" | "software";
  /** Whether a target power is corrected by a power meter with a higher priority. */
  readonly powerMatch: "off" | "on";
  /** Coefficient of rolling resistance that one raw step of Wahoo trainer control means. */
  readonly rollingResistanceStep: number;
  /** Op codes of Wahoo trainer control that get no answer. */
  readonly unansweredOpCodes: readonly number[];
  /** Whether answers of the Cycling Power Control Point may lack the result byte. */
  readonly resultOptional: boolean;
  /** Whether a descent is written one step less steep, as Wahoo's app does. */
  readonly tiltAsWahooSends: boolean;
  /** How long to wait for the answer to a start, in ms. */
  readonly startTimeoutMs: number;
  /** How long to wait for the answer to a calibration, in ms. */
  readonly calibrationTimeoutMs: number;
  /** Shortest time between two target powers, in ms. */
  readonly targetPowerIntervalMs: number;
}

/** A row of the table: which devices, and how they differ. */
export interface QuirkRow {
  /** What the device must say of itself: each text is a prefix, in any case. */
  readonly device: DeviceIdentity;
  /** First firmware that differs; all up to `firmwareBefore` if left out. */
  readonly firmwareFrom?: string;
  /** First firmware that differs no more; none if left out. */
  readonly firmwareBefore?: string;
  /** How it differs. */
  readonly quirks: Partial<Quirks>;
  /** Full UUIDs of services that it advertises in place of those of a trainer, which it is. */
  readonly advertises?: readonly string[];
  /** What it does, in words. */
  readonly what: string;
  /** When that was first reported: a year, or a version. */
  readonly since: string;
  /** Where. */
  readonly source: string;
}

/** A device that follows the specification. */
export const DEFAULT_QUIRKS: Quirks = {
  control: "on",
  start: "on",
  resistanceWidth: "auto",
  resistanceRange: undefined,
  powerScale: 1,
  powerOffsetWatts: 0,
  pedals: "auto",
  speedFrom: "device",
  heartRateFrom: "trainer",
  stopDetection: "off",
  erg: "auto",
  powerMatch: "off",
  rollingResistanceStep: 1e-4,
  unansweredOpCodes: [],
  resultOptional: false,
  tiltAsWahooSends: false,
  startTimeoutMs: 10_000,
  calibrationTimeoutMs: 30_000,
  targetPowerIntervalMs: 0,
};
