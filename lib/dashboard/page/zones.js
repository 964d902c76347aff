// @ts-check
/**
 * Training zones: of power in parts of the threshold power (Coggan's seven), of
 * heart rate in parts of the highest (five).
 */
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
const POWER_BOUNDS = [0.55, 0.75, 0.9, 1.05, 1.2, 1.5, 2];

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
 * @param {number} thresholdWatts
 * @returns {Zone}
 */
export function powerZone(watts, thresholdWatts) {
  return zoneOf(watts, thresholdWatts, POWER_BOUNDS, POWER_ZONES);
}

/**
 * @param {number} rateBpm
 * @param {number} maximumBpm
 * @returns {Zone}
 */
export function heartZone(rateBpm, maximumBpm) {
  return zoneOf(rateBpm, maximumBpm, HEART_BOUNDS, HEART_ZONES);
}
