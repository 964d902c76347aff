/**
 * All values of a bike in one message, as Home Assistant's templates read them.
 *
 * @module
 */
import type { Bike } from "#lib/bike/bike.ts";
import type { DeviceStatus } from "#lib/bike/device.ts";
import { liveValue } from "#lib/bike/reading.ts";
import type { RideSummary, Sample } from "#lib/bike/ride_totals.ts";

/** What Home Assistant may not show any more as a text of its own. */
const MAX_TEXT_LENGTH = 250;

/**
 * The values of this moment; null where there is none.
 *
 * @param ride What the ride adds up to.
 * @param refusal Why a command of Home Assistant was refused last.
 */
export function stateOf(
  bike: Bike,
  ride: RideSummary,
  refusal: string | null,
): string {
  const live = (
    name: "powerWatts" | "cadenceRpm" | "speedMetersPerSecond",
  ) => liveValue(bike.read(name)) ?? null;
  const set = (
    name:
      | "inclinePercent"
      | "resistancePercent"
      | "targetPowerWatts"
      | "fanPercent",
  ) => liveValue(bike.read(name)) ?? null;
  const speed = live("speedMetersPerSecond");
  return JSON.stringify({
    power: round(live("powerWatts"), 0),
    cadence: round(live("cadenceRpm"), 0),
    heart_rate: liveValue(bike.read("heartRate"))?.rateBpm ?? null,
    speed: round(speed === null ? null : speed * 3.6, 1),
    riding: ride.isActive,
    distance: round(ride.distanceMeters / 1000, 3),
    duration: ride.movingSeconds,
    average_power: ride.averagePowerWatts,
    work: ride.workKilojoules,
    incline: set("inclinePercent"),
    resistance: set("resistancePercent"),
    target_power: set("targetPowerWatts"),
    fan: set("fanPercent"),
    can_incline: bike.canSet("inclinePercent"),
    can_resistance: bike.canSet("resistancePercent"),
    can_target_power: bike.canSet("targetPowerWatts"),
    can_fan: bike.canSet("fanPercent"),
    refusal: refusal?.slice(0, MAX_TEXT_LENGTH) ?? "none",
  });
}

/** The second of a ride, for its totals. */
export function sampleOf(bike: Bike, nowMs: number): Sample {
  return {
    second: Math.floor(nowMs / 1000),
    powerWatts: liveValue(bike.read("powerWatts")) ?? null,
    heartRateBpm: liveValue(bike.read("heartRate"))?.rateBpm ?? null,
    cadenceRpm: liveValue(bike.read("cadenceRpm")) ?? null,
    speedMetersPerSecond: liveValue(bike.read("speedMetersPerSecond")) ?? null,
    targetPowerWatts: liveValue(bike.read("targetPowerWatts")) ?? null,
  };
}

/**
 * A device's own values.
 *
 * @param status What the bike knows of it.
 * @param lastSeenMs When it reported last.
 */
export function deviceStateOf(
  status: DeviceStatus,
  lastSeenMs: number | undefined,
): string {
  // A minute is exact enough, and keeps the recorder's rows few.
  const minuteMs = 60_000;
  const seen = lastSeenMs === undefined
    ? null
    : new Date(Math.floor(lastSeenMs / minuteMs) * minuteMs).toISOString();
  return JSON.stringify({
    is_connected: status.isConnected,
    battery: liveValue(status.batteryPercent) ?? null,
    signal: liveValue(status.signalDbm) ?? null,
    last_seen: seen,
  });
}

function round(value: number | null, digits: number): number | null {
  if (value === null) return null;
  return Math.round(value * 10 ** digits) / 10 ** digits;
}
