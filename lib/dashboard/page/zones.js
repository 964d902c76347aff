// @ts-check
/**
 * Training zones: of power in parts of the threshold power (Coggan's seven), of
 * heart rate in parts of the highest (five).
 */
/** @import { BikeSnapshot } from "../bike_view.ts" */
/** @import { Preferences } from "./preferences.js" */
/** @typedef {{ number: number, name: string, count: number, share: number }} Zone */

const POWER_ZONES = [
  "Recovery",
  "Endurance",
  "Tempo",
  "Threshold",
  "VO₂ max",
  "Anaerobic",
  "Sprint",
];
const POWER_BOUNDS = [0.55, 0.75, 0.9, 1.05, 1.2, 1.5];

/** The last zone has no end: its bar is full at so much of where it begins. */
const LAST_ZONE = 4 / 3;

/**
 * What a rider's power is measured by.
 *
 * @typedef {object} RiderZones
 * @property {number} thresholdWatts
 * @property {readonly number[]} bounds Ends of all zones but the last, in parts of the threshold.
 */

/** Where nobody says. */
const DEFAULT_THRESHOLD_WATTS = 200;

/**
 * What was chosen on this page comes before what is configured.
 *
 * @param {Pick<BikeSnapshot, "rider"> | null} bike
 * @param {Preferences} preferences
 * @returns {RiderZones}
 */
export function zonesOf(bike, { thresholdWatts }) {
  const rider = bike?.rider;
  return {
    thresholdWatts: thresholdWatts ?? rider?.ftpWatts ??
      DEFAULT_THRESHOLD_WATTS,
    bounds: rider?.zonesPercent.map((percent) => percent / 100) ??
      POWER_BOUNDS,
  };
}

const HEART_ZONES = ["Very light", "Light", "Moderate", "Hard", "Maximum"];
const HEART_BOUNDS = [0.6, 0.7, 0.8, 0.9, 1];

/**
 * @param {number} value
 * @param {number} whole
 * @param {readonly number[]} bounds
 * @param {readonly string[]} names
 * @returns {Zone}
 */
function zoneOf(value, whole, bounds, names) {
  const part = value / whole;
  const index = bounds.findIndex((bound) => part < bound);
  const at = index < 0 ? bounds.length - 1 : index;
  const low = at === 0 ? 0 : bounds[at - 1] ?? 0;
  const high = bounds[at] ?? 1;
  const share = Math.min(1, Math.max(0, (part - low) / (high - low)));
  return { number: at + 1, name: names[at] ?? "", count: names.length, share };
}

/**
 * @param {number} watts
 * @param {RiderZones} zones
 * @returns {Zone}
 */
export function powerZone(watts, { thresholdWatts, bounds }) {
  const last = (bounds.at(-1) ?? 1) * LAST_ZONE;
  const names = bounds.length === POWER_BOUNDS.length
    ? POWER_ZONES
    : [...bounds, last].map((_, index) => `Zone ${index + 1}`);
  return zoneOf(watts, thresholdWatts, [...bounds, last], names);
}

/**
 * @param {number} rateBpm
 * @param {number} maximumBpm
 * @returns {Zone}
 */
export function heartZone(rateBpm, maximumBpm) {
  return zoneOf(rateBpm, maximumBpm, HEART_BOUNDS, HEART_ZONES);
}

/**
 * The five zones of the heart take the colours of the power zones that feel the same.
 *
 * @param {Zone} zone
 * @returns {number}
 */
export function colorOf({ number, count }) {
  return count === 5 ? [1, 2, 3, 5, 6][number - 1] ?? 1 : Math.min(7, number);
}
