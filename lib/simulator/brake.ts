/**
 * What a trainer's brake does: the force against the wheel.
 *
 * @module
 */
import type { SimulationTarget } from "#lib/gatt/fitness_machine_targets.ts";

/** The road that a brake imitates. */
export type Road = SimulationTarget;

/** What the brake is set to. */
export type BrakeSetting =
  | {
    /** A force of its own, on top of a flat road. */
    readonly mode: "resistance";
    /** 0 to 100 % of {@linkcode MAX_BRAKE_NEWTONS}. */
    readonly percent: number;
  }
  | {
    /** Whatever force makes the rider do this power. */
    readonly mode: "power";
    /** From 0, in W. */
    readonly watts: number;
  }
  | {
    /** The force of a road. */
    readonly mode: "simulation";
    /** The road. */
    readonly road: Road;
  };

/** Force of the brake at 100 % resistance, in N: as 7 % uphill. Our choice. */
const MAX_BRAKE_NEWTONS = 60;

/** Force of the bearings, which nothing takes away, in N. Our choice. */
const BEARING_NEWTONS = 1.5;

/** The road where none is imitated: asphalt, upright rider, no wind. Our choice. */
export const PLAIN_ROAD: Road = {
  gradePercent: 0,
  windSpeedMetersPerSecond: 0,
  rollingResistanceCoefficient: 0.004,
  windResistanceKilogramsPerMeter: 0.25,
};

/** Standard acceleration of gravity, in m/s^2 (CODATA). */
const GRAVITY = 9.80665;

/** The brake makes up for low speeds by force down to this one, in m/s. Our choice. */
const SLOWEST_POWER_CONTROL = 2;

/**
 * The force of a road against a bike (Martin and others, Validation of a
 * Mathematical Model for Road Cycling Power, Journal of Applied Biomechanics
 * 14, 1998, without its small terms), in the parameters of the Fitness Machine
 * Service:
 *
 *     F = m g (sin(a) + Crr cos(a)) + Cw (v + w) |v + w|,   a = atan(grade / 100)
 *
 * @param massKilograms Rider and bike, in kg.
 * @param speed Speed, in m/s.
 * @returns The force in N; negative where the road drives the bike.
 */
function roadNewtons(
  road: Road,
  massKilograms: number,
  speed: number,
): number {
  const angle = Math.atan(road.gradePercent / 100);
  const climbing = Math.sin(angle);
  const rolling = road.rollingResistanceCoefficient * Math.cos(angle);
  const air = speed + road.windSpeedMetersPerSecond;
  return massKilograms * GRAVITY * (climbing + rolling) +
    road.windResistanceKilogramsPerMeter * air * Math.abs(air);
}

/** What the force of a brake depends on. */
interface BrakeLoad {
  /** What the brake is set to. */
  readonly brake: BrakeSetting;
  /** Inclination of the bike, in %: that of the road unless the brake imitates another one. */
  readonly inclinePercent: number;
  /** Rider and bike, in kg. */
  readonly massKilograms: number;
  /** Power that the brake holds at present, in W; it follows its target with a lag. */
  readonly heldWatts: number;
}

/**
 * The force of the brake. A trainer cannot drive the wheel: downhill the
 * force goes down to that of the bearings.
 *
 * @param load What it depends on.
 * @param speed Speed of the wheel, in m/s.
 * @returns The force in N, at least {@linkcode BEARING_NEWTONS}.
 */
export function brakeNewtons(load: BrakeLoad, speed: number): number {
  const { brake, inclinePercent, massKilograms, heldWatts } = load;
  const force = () => {
    if (brake.mode === "power") {
      return heldWatts / Math.max(speed, SLOWEST_POWER_CONTROL);
    }
    if (brake.mode === "simulation") {
      return roadNewtons(brake.road, massKilograms, speed);
    }
    const road = { ...PLAIN_ROAD, gradePercent: inclinePercent };
    return roadNewtons(road, massKilograms, speed) +
      MAX_BRAKE_NEWTONS * brake.percent / 100;
  };
  return Math.max(BEARING_NEWTONS, force());
}
