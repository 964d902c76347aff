/**
 * From settings to how a bike behaves.
 *
 * @module
 */
import type { PaceOptions } from "#lib/bike/actuators.ts";
import type { BikeOptions } from "#lib/bike/bike.ts";
import type { FailSafeOptions, SafeValues } from "#lib/bike/fail_safe.ts";
import { LIMIT_NAMES, type LimitSettings } from "#lib/bike/limits.ts";
import type { StaleAfterMs } from "#lib/bike/staleness.ts";
import { CHANNELS, METRIC_NAMES } from "#lib/bike/values.ts";
import type { Settings } from "./settings.ts";

/**
 * How a bike behaves.
 *
 * @param settings The settings.
 * @returns Its options, complete.
 */
export function bikeOptionsOf(settings: Settings): BikeOptions {
  const holdMs = settings.number("bike.holdMs");
  const failSafe = failSafeOf(settings);
  return {
    limits: limitsOf(settings),
    staleAfterMs: staleAfterOf(settings),
    pace: paceOf(settings),
    ...(holdMs !== undefined && { holdMs }),
    ...(failSafe && { failSafe }),
  };
}

/**
 * How far actuators may be driven.
 *
 * @param settings The settings.
 * @returns A range for each limit.
 */
export function limitsOf(settings: Settings): LimitSettings {
  return Object.fromEntries(LIMIT_NAMES.map((name) => {
    const min = settings.number(`limits.${name}.min`);
    const max = settings.number(`limits.${name}.max`);
    return [name, {
      ...(min !== undefined && { min }),
      ...(max !== undefined && { max }),
    }];
  }));
}

function staleAfterOf(settings: Settings): StaleAfterMs {
  return Object.fromEntries(METRIC_NAMES.flatMap((name) => {
    const timeMs = settings.number(`staleAfterMs.${name}`);
    return timeMs === undefined ? [] : [[name, timeMs]];
  }));
}

function paceOf(settings: Settings): PaceOptions {
  return Object.fromEntries(CHANNELS.map((channel) => {
    const times = ["minIntervalMs", "maxAgeMs", "timeoutMs"].flatMap((key) => {
      const timeMs = settings.number(`pace.${channel}.${key}`);
      return timeMs === undefined ? [] : [[key, timeMs]];
    });
    return [channel, Object.fromEntries(times)];
  }));
}

function failSafeOf(settings: Settings): FailSafeOptions | undefined {
  const values = safeValuesOf(settings);
  if (Object.keys(values).length === 0) return undefined;
  const afterMs = settings.number("failSafe.afterMs");
  return {
    values,
    afterDeviceLoss: settings.flag("failSafe.afterDeviceLoss"),
    ...(afterMs !== undefined && { afterMs }),
  };
}

function safeValuesOf(settings: Settings): SafeValues {
  const read = (name: string) => settings.number(`failSafe.values.${name}`);
  const inclinePercent = read("inclinePercent");
  const resistancePercent = read("resistancePercent");
  const fanPercent = read("fanPercent");
  const targetPowerWatts = read("targetPowerWatts");
  const gradePercent = read("simulation.gradePercent");
  return {
    ...(inclinePercent !== undefined && { inclinePercent }),
    ...(resistancePercent !== undefined && { resistancePercent }),
    ...(fanPercent !== undefined && { fanPercent }),
    ...(targetPowerWatts !== undefined && { targetPowerWatts }),
    ...(gradePercent !== undefined && {
      simulation: {
        gradePercent,
        windSpeedMetersPerSecond: read("simulation.windSpeedMetersPerSecond") ??
          0,
        rollingResistanceCoefficient:
          read("simulation.rollingResistanceCoefficient") ?? 0,
        windResistanceKgPerMeter: read("simulation.windResistanceKgPerMeter") ??
          0,
      },
    }),
  };
}
