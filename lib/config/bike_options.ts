/**
 * From a configuration to how a bike behaves.
 *
 * @module
 */
import type { BikeOptions } from "#lib/bike/bike.ts";
import type { FailSafeOptions, SafeValues } from "#lib/bike/fail_safe.ts";
import type { StaleAfterMs } from "#lib/bike/staleness.ts";
import type { Config } from "./schema.ts";

/** How a bike behaves. */
export function bikeOptionsOf(config: Config): BikeOptions {
  const failSafe = failSafeOf(config);
  return {
    limits: config.limits,
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
