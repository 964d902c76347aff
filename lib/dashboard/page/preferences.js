// @ts-check
/// <reference lib="dom" />
/**
 * What the rider chose, kept in this browser.
 */
import { TILES } from "./tiles.js";

const KEY = "smartbike.preferences";

/**
 * @typedef {object} Preferences
 * @property {string[]} tiles Which numbers, in their order; the first four are large.
 * @property {"auto" | "dark" | "light"} theme
 * @property {"kmh" | "mph"} units
 * @property {number | null} thresholdWatts What is configured for the bike holds where it is null.
 * @property {number} maximumHeartRateBpm
 * @property {boolean} hasShortcuts
 * @property {boolean} keepsAwake
 * @property {"id" | "power" | "distance"} wallOrder
 */

/** The highest heart rate where nobody says. */
export const DEFAULT_MAXIMUM_BPM = 190;

/** @type {Preferences} */
const DEFAULTS = {
  tiles: [
    "power",
    "cadence",
    "heartRate",
    "speed",
    "time",
    "distance",
    "work",
    "averagePower",
    "normalizedPower",
    "incline",
  ],
  theme: "auto",
  units: "kmh",
  thresholdWatts: null,
  maximumHeartRateBpm: DEFAULT_MAXIMUM_BPM,
  hasShortcuts: true,
  keepsAwake: true,
  wallOrder: "id",
};

/**
 * @template {number | null} T
 * @param {unknown} value
 * @param {number} low
 * @param {number} high
 * @param {T} otherwise
 * @returns {number | T}
 */
function within(value, low, high, otherwise) {
  return typeof value === "number" && value >= low && value <= high
    ? value
    : otherwise;
}

/**
 * @template {string} T
 * @param {unknown} value
 * @param {readonly T[]} choices
 * @param {T} otherwise
 * @returns {T}
 */
function oneOf(value, choices, otherwise) {
  return choices.find((choice) => choice === value) ?? otherwise;
}

/** @returns {Record<string, unknown>} */
function readStored() {
  try {
    const stored = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    return typeof stored === "object" && stored !== null ? stored : {};
  } catch {
    return {};
  }
}

/** @returns {Preferences} */
function load() {
  const stored = readStored();
  const { tiles, hasShortcuts, keepsAwake } = stored;
  const chosen = Array.isArray(tiles)
    ? [...new Set(tiles)].filter((name) => TILES.has(name))
    : [];
  return {
    tiles: chosen.length > 0 ? chosen : DEFAULTS.tiles,
    theme: oneOf(stored.theme, ["auto", "dark", "light"], "auto"),
    units: oneOf(stored.units, ["kmh", "mph"], "kmh"),
    thresholdWatts: within(stored.thresholdWatts, 30, 600, null),
    maximumHeartRateBpm: within(
      stored.maximumHeartRateBpm,
      100,
      230,
      DEFAULT_MAXIMUM_BPM,
    ),
    hasShortcuts: hasShortcuts !== false,
    keepsAwake: keepsAwake !== false,
    wallOrder: oneOf(stored.wallOrder, ["id", "power", "distance"], "id"),
  };
}

/** @type {Preferences} */
export let preferences = load();

/** @type {Set<() => void>} */
const listeners = new Set();

/**
 * Calls back after each change, until the page is left.
 *
 * @param {() => void} listener
 * @returns {() => void} Stops it.
 */
export function onPreferences(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/**
 * Changes and keeps what the rider chose.
 *
 * @param {Partial<Preferences>} changed
 */
export function prefer(changed) {
  preferences = { ...preferences, ...changed };
  try {
    localStorage.setItem(KEY, JSON.stringify(preferences));
  } catch {
    // A browser that keeps nothing still shows it until the page is left.
  }
  applyTheme();
  for (const listener of listeners) listener();
}

/** Shows the theme that was chosen. */
export function applyTheme() {
  document.documentElement.dataset["theme"] = preferences.theme;
}
