/**
 * How a raw integer in a frame stands for a value, in both directions.
 *
 * @module
 */

/** The raw integers a place in a frame can hold. */
export interface Bounds {
  /** Smallest raw integer. */
  readonly minimum: number;
  /** Largest raw integer. */
  readonly maximum: number;
}

/** Turns raw integers into values and back. */
export interface Scale<T> {
  /**
   * Gives the value a raw integer stands for.
   *
   * @param raw What the frame holds.
   * @param bounds What the place can hold.
   * @returns The value; nothing if the raw integer is impossible.
   */
  toValue(raw: number, bounds: Bounds): T | undefined;
  /**
   * Gives the raw integer that stands for a value.
   *
   * @param value The value, not checked before.
   * @param bounds What the place can hold.
   * @returns The nearest raw integer; nothing if the value is impossible.
   */
  toRaw(value: unknown, bounds: Bounds): number | undefined;
  /**
   * Describes the possible values, for error messages.
   *
   * @param bounds What the place can hold.
   * @returns For example `a number from 0 to 100`.
   */
  expected(bounds: Bounds): string;
}

/** How a raw integer becomes a number: `(raw - zero) * factor / divisor`. */
export interface NumberOptions extends Partial<Bounds> {
  /**
   * Raw steps in one unit; 100 for a resolution of 0.01.
   *
   * @default {1}
   */
  readonly divisor?: number;
  /**
   * Multiplies the raw integer; 3 with divisor 100 for a resolution of 0.03.
   *
   * @default {1}
   */
  readonly factor?: number;
  /**
   * The raw integer that stands for the number 0.
   *
   * @default {0}
   */
  readonly zero?: number;
}

/**
 * A number with a resolution.
 *
 * @param options Resolution, zero point and narrower bounds of the raw integer.
 */
export function number(options: NumberOptions = {}): Scale<number> {
  const { divisor = 1, factor = 1, zero = 0 } = options;
  const lowest = (b: Bounds) =>
    Math.max(b.minimum, options.minimum ?? -Infinity);
  const highest = (b: Bounds) =>
    Math.min(b.maximum, options.maximum ?? Infinity);
  const isIn = (raw: number, b: Bounds) =>
    raw >= lowest(b) && raw <= highest(b);
  const { minimum = -Infinity, maximum = Infinity } = options;
  const scaled = (raw: number) => (raw - zero) * factor / divisor;
  return {
    // What a place holds never exceeds the place.
    toValue: (raw) => raw < minimum || raw > maximum ? undefined : scaled(raw),
    toRaw(value, bounds) {
      if (typeof value !== "number") return undefined;
      const raw = Math.round(value * divisor / factor) + zero;
      return isIn(raw, bounds) ? raw : undefined;
    },
    expected: (bounds) =>
      `a number from ${scaled(lowest(bounds))} to ${scaled(highest(bounds))}`,
  };
}

/**
 * A number with a raw integer that stands for "not available".
 *
 * @param unavailable The raw integer that stands for `null`.
 * @param options Resolution, zero point and narrower bounds of the raw integer.
 */
export function numberOrNull(
  unavailable: number,
  options: NumberOptions = {},
): Scale<number | null> {
  const available = number(options);
  return {
    toValue: (raw, bounds) =>
      raw === unavailable ? null : available.toValue(raw, bounds),
    toRaw(value, bounds) {
      if (value === null) return unavailable;
      const raw = available.toRaw(value, bounds);
      return raw === unavailable ? undefined : raw;
    },
    expected: (bounds) => `${available.expected(bounds)} or null`,
  };
}

/**
 * A closed set of names: any other raw integer is impossible.
 *
 * @param names The names by raw integer.
 */
export function name<T extends string>(
  names: Readonly<Record<number, T>>,
): Scale<T> {
  const codes = new Map<string, number>();
  for (const [code, text] of Object.entries<T>(names)) {
    codes.set(text, Number(code));
  }
  return {
    toValue: (raw) => names[raw],
    toRaw: (value) => typeof value === "string" ? codes.get(value) : undefined,
    expected: () => `one of ${[...codes.keys()].join(", ")}`,
  };
}

/** What an {@linkcode openName} gives for a raw integer without a name. */
export type ReservedName = `reserved${number}`;

/**
 * A set of names that later editions may extend: another raw integer becomes
 * `reserved` and its number.
 *
 * @param names The names by raw integer.
 */
export function openName<T extends string>(
  names: Readonly<Record<number, T>>,
): Scale<T | ReservedName> {
  const known = name(names);
  return {
    toValue: (raw, bounds) => known.toValue(raw, bounds) ?? `reserved${raw}`,
    toRaw(value, bounds) {
      const [, digits] = /^reserved(\d+)$/.exec(String(value)) ?? [];
      const raw = digits === undefined
        ? known.toRaw(value, bounds)
        : Number(digits);
      return raw === undefined || raw > bounds.maximum ? undefined : raw;
    },
    expected: (bounds) =>
      `${
        known.expected(bounds)
      }, or reserved and a number up to ${bounds.maximum}`,
  };
}

/** A boolean: 0 is false, anything else is true. */
export function boolean(): Scale<boolean> {
  return {
    toValue: (raw) => raw !== 0,
    toRaw: (value) => typeof value === "boolean" ? Number(value) : undefined,
    expected: () => "true or false",
  };
}
