/**
 * Parameters that the Fitness Machine Control Point takes and the Fitness
 * Machine Status reports, with the same layout in both.
 *
 * @module
 */
import { list, sint16, uint16, uint24, uint8 } from "./fields.ts";
import { fields, type Group } from "./groups.ts";
import { name, number } from "./scales.ts";

/** A speed to hold. */
export interface SpeedTarget {
  /** 0 to 655.35 km/h, in steps of 0.01. */
  readonly speedKph: number;
}

/** An inclination to hold. */
export interface InclinationTarget {
  /** -3276.8 to 3276.7 %, in steps of 0.1. */
  readonly inclinationPercent: number;
}

/** A resistance level to hold. */
export interface ResistanceTarget {
  /** 0 to 25.5 in one byte, -3276.8 to 3276.7 in two, in steps of 0.1. */
  readonly resistanceLevel: number;
  /**
   * Bytes the level takes in the frame: the specification says one, many
   * devices and apps use two. Left out, encoders use two only where one is
   * too small.
   */
  readonly widthBytes?: 1 | 2;
}

/** A power to hold. */
export interface PowerTarget {
  /** -32768 to 32767 W. */
  readonly powerWatts: number;
}

/** A heart rate to hold. */
export interface HeartRateTarget {
  /** 0 to 255 beats a minute. */
  readonly heartRateBpm: number;
}

/** Whether to stop or to pause. */
export interface StopAction {
  /** What to do. */
  readonly action: "stop" | "pause";
}

/** Energy to spend. */
export interface EnergyTarget {
  /** 0 to 65535 kcal. */
  readonly energyKilocalories: number;
}

/** Steps to make. */
export interface StepsTarget {
  /** 0 to 65535. */
  readonly steps: number;
}

/** Strides to make. */
export interface StridesTarget {
  /** 0 to 65535. */
  readonly strides: number;
}

/** A distance to cover. */
export interface DistanceTarget {
  /** 0 to 16777215 m. */
  readonly distanceMeters: number;
}

/** A time to train. */
export interface TimeTarget {
  /** 0 to 65535 s. */
  readonly timeSeconds: number;
}

/** Times to train in heart rate zones. */
export interface ZoneTimesTarget {
  /** 0 to 65535 s for each zone, lightest first. */
  readonly zoneTimesSeconds: readonly number[];
}

/** A road to simulate. */
export interface SimulationTarget {
  /** Head wind, -32.768 to 32.767 m/s, in steps of 0.001. */
  readonly windSpeedMetersPerSecond: number;
  /** -327.68 to 327.67 %, in steps of 0.01. */
  readonly gradePercent: number;
  /** Coefficient of rolling resistance, 0 to 0.0255, in steps of 0.0001. */
  readonly rollingResistanceCoefficient: number;
  /** Wind resistance, 0 to 2.55 kg/m, in steps of 0.01. */
  readonly windResistanceKilogramsPerMeter: number;
}

/** A wheel size. */
export interface WheelCircumference {
  /** 0 to 6553.5 mm, in steps of 0.1. */
  readonly circumferenceMillimeters: number;
}

/** A cadence to hold. */
export interface CadenceTarget {
  /** 0 to 32767.5 turns a minute, in steps of 0.5. */
  readonly cadenceRpm: number;
}

const TENTHS = number({ divisor: 10 });
const HUNDREDTHS = number({ divisor: 100 });
const HALVES = number({ divisor: 2 });

/** Layout of a speed. */
export const SPEED: Group<SpeedTarget> = fields({
  speedKph: uint16(HUNDREDTHS),
});

/** Layout of an inclination. */
export const INCLINATION: Group<InclinationTarget> = fields({
  inclinationPercent: sint16(TENTHS),
});

const LEVEL = {
  1: uint8(TENTHS),
  2: sint16(TENTHS),
} as const;

/** Layout of a resistance level: one byte or two. */
export const RESISTANCE: Group<ResistanceTarget> = {
  read(reader) {
    const widthBytes = reader.remaining >= 2 ? 2 : 1;
    return { resistanceLevel: LEVEL[widthBytes].read(reader), widthBytes };
  },
  write(writer, { resistanceLevel: level, widthBytes }) {
    const fitsByte = typeof level === "number" && level >= 0 && level <= 25.5;
    const width = widthBytes === 2 || (widthBytes === undefined && !fitsByte)
      ? 2
      : 1;
    LEVEL[width].write(writer, level, "resistanceLevel");
  },
};

/** Layout of a power. */
export const POWER: Group<PowerTarget> = fields({ powerWatts: sint16() });

/** Layout of a heart rate. */
export const HEART_RATE: Group<HeartRateTarget> = fields({
  heartRateBpm: uint8(),
});

/** Layout of the choice between stop and pause. */
export const STOP_ACTION: Group<StopAction> = fields({
  action: uint8(name<StopAction["action"]>({ 1: "stop", 2: "pause" })),
});

/** Layout of an energy. */
export const ENERGY: Group<EnergyTarget> = fields({
  energyKilocalories: uint16(),
});

/** Layout of a number of steps. */
export const STEPS: Group<StepsTarget> = fields({ steps: uint16() });

/** Layout of a number of strides. */
export const STRIDES: Group<StridesTarget> = fields({ strides: uint16() });

/** Layout of a distance. */
export const DISTANCE: Group<DistanceTarget> = fields({
  distanceMeters: uint24(),
});

/** Layout of a time. */
export const TIME: Group<TimeTarget> = fields({ timeSeconds: uint16() });

/** Layout of times in heart rate zones. */
export function zoneTimes(count: 2 | 3 | 5): Group<ZoneTimesTarget> {
  return fields({ zoneTimesSeconds: list(uint16(), count) });
}

/** Layout of a road to simulate. */
export const SIMULATION: Group<SimulationTarget> = fields({
  windSpeedMetersPerSecond: sint16(number({ divisor: 1000 })),
  gradePercent: sint16(HUNDREDTHS),
  rollingResistanceCoefficient: uint8(number({ divisor: 10_000 })),
  windResistanceKilogramsPerMeter: uint8(HUNDREDTHS),
});

/** Layout of a wheel size. */
export const WHEEL_CIRCUMFERENCE: Group<WheelCircumference> = fields({
  circumferenceMillimeters: uint16(TENTHS),
});

/** Layout of a cadence. */
export const CADENCE: Group<CadenceTarget> = fields({
  cadenceRpm: uint16(HALVES),
});
