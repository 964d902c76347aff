/**
 * From a configuration to how a bike behaves.
 *
 * @module
 */
import type { BehaviorOptions } from "#lib/bike/behavior.ts";
import type { BikeOptions } from "#lib/bike/bike.ts";
import type { FailSafeOptions, SafeValues } from "#lib/bike/fail_safe.ts";
import { LIMIT_NAMES, type LimitSettings } from "#lib/bike/limits.ts";
import type { StaleAfterMs } from "#lib/bike/staleness.ts";
import type { Config } from "./schema.ts";
import type { Sourced } from "./source.ts";

/** What a bike's options are taken from. */
interface Configured {
  /** The settings. */
  readonly config: Config;
  /** What was given, by path. */
  readonly given: ReadonlyMap<string, Sourced>;
}

/** The limits of a bike, and how it behaves. */
export function bikeOptionsOf(configured: Configured): BikeOptions {
  return {
    limits: limitsOf(configured),
    ...behaviorOptionsOf(configured.config),
  };
}

/** The limits that were given: where none was, a device may allow more power than usual. */
export function limitsOf({ config, given }: Configured): LimitSettings {
  return Object.fromEntries(LIMIT_NAMES.map((name) => {
    const ends = Object.entries(config.limits[name])
      .filter(([end]) => given.has(`limits.${name}.${end}`));
    return [name, Object.fromEntries(ends)];
  }));
}

/** How a bike behaves. */
export function behaviorOptionsOf(config: Config): BehaviorOptions {
  const failSafe = failSafeOf(config);
  return {
    staleAfterMs: staleAfterOf(config),
    pace: config.pace,
    holdMs: config.bike.holdMs,
    ...(failSafe && { failSafe }),
  };
}

function staleAfterOf({ staleAfterMs }: Config): StaleAfterMs {
  return Object.fromEntries(
    Object.entries(staleAfterMs).flatMap(([name, timeMs]) =>
      timeMs === undefined ? [] : [[name, timeMs]]
    ),
  );
}

function failSafeOf({ failSafe }: Config): FailSafeOptions | undefined {
  const { afterMs, afterDeviceLoss } = failSafe;
  const values = safeValuesOf(failSafe.values);
  return Object.keys(values).length === 0
    ? undefined
    : { values, afterMs, afterDeviceLoss };
}

function safeValuesOf(values: Config["failSafe"]["values"]): SafeValues {
  const { inclinePercent, resistancePercent, fanPercent, targetPowerWatts } =
    values;
  const { gradePercent, ...road } = values.simulation;
  return {
    ...(inclinePercent !== undefined && { inclinePercent }),
    ...(resistancePercent !== undefined && { resistancePercent }),
    ...(fanPercent !== undefined && { fanPercent }),
    ...(targetPowerWatts !== undefined && { targetPowerWatts }),
    ...(gradePercent !== undefined && {
      simulation: {
        gradePercent,
        windSpeedMetersPerSecond: road.windSpeedMetersPerSecond ?? 0,
        rollingResistanceCoefficient: road.rollingResistanceCoefficient ?? 0,
        windResistanceKgPerMeter: road.windResistanceKgPerMeter ?? 0,
      },
    }),
  };
}
