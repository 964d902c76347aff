/**
 * A value together with how far it can be trusted.
 *
 * @module
 */

/**
 * How far a value can be trusted: `unknown` (there never was one), `live`,
 * `stale` (it is older than it may be), `disconnected` (its device is gone).
 */
export const VALUE_STATES = [
  "unknown",
  "live",
  "stale",
  "disconnected",
] as const;

/** How far a value can be trusted. */
export type ValueState = (typeof VALUE_STATES)[number];

/** A value with its state, its time and its origin. */
export interface Reading<T> {
  /** How far it can be trusted. */
  readonly state: ValueState;
  /** The newest value; undefined in state `unknown`. Only in state `live` is it current. */
  readonly value?: T;
  /** When the device reported it, in milliseconds since 1970-01-01 UTC. */
  readonly timeMs?: number;
  /** The device that reported it. */
  readonly device?: string;
}

/** What stands before the first report. */
export const UNKNOWN: Reading<never> = Object.freeze({ state: "unknown" });

/**
 * The value, if it is current.
 *
 * @returns Its value in state `live`, otherwise undefined.
 */
export function liveValue<T>(reading: Reading<T>): T | undefined {
  return reading.state === "live" ? reading.value : undefined;
}

/**
 * Checks whether two readings say the same, whenever they were taken.
 *
 * @returns True if state, value and device are equal.
 */
export function isSameReading<T>(a: Reading<T>, b: Reading<T>): boolean {
  return a.state === b.state && a.device === b.device &&
    isSameValue(a.value, b.value);
}

/**
 * Compares plain values all the way down.
 *
 * @returns True if they are equal.
 */
export function isSameValue(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object") return false;
  if (a === null || b === null) return false;
  const entries = Object.entries(a);
  const others = new Map<string, unknown>(Object.entries(b));
  return entries.length === others.size &&
    entries.every(([key, value]) =>
      others.has(key) && isSameValue(value, others.get(key))
    );
}
