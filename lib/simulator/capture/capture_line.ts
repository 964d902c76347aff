/**
 * One line of a capture, not checked before: every part is taken with a check.
 *
 * @module
 */
import { ConfigError } from "#lib/base/errors.ts";
import { assignedUuid } from "#lib/gatt/uuids.ts";

/** The longest value of a characteristic, in bytes (Core Specification 5.4, volume 3, part F, 3.2.9). */
const MOST_BYTES = 512;

const FULL_UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const WAHOO = /^a026[0-9a-f]{4}$/;

/** Where a line stands. */
interface LinePosition {
  /** The file, as messages call it. */
  readonly file: string;
  /** The line's number, from 1. */
  readonly line: number;
}

/** An object on a line of JSON, which can say where it stands. */
export class CaptureLine {
  readonly #position: LinePosition;
  readonly #values: Readonly<Record<string, unknown>>;

  /**
   * Takes a value.
   *
   * @throws {ConfigError} If it is no object.
   */
  constructor(value: unknown, position: LinePosition) {
    this.#position = position;
    this.#values = isRecord(value)
      ? value
      : refuse(position, { key: "the line", value, expected: "an object" });
  }

  /**
   * Reads a line.
   *
   * @throws {ConfigError} If it is no object of JSON.
   */
  static parse(text: string, position: LinePosition): CaptureLine {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      refuse(position, { key: "the line", value: text, expected: "JSON" });
    }
    return new CaptureLine(value, position);
  }

  /**
   * Checks whether the line has something.
   *
   * @returns True if it stands there.
   */
  has(key: string): boolean {
    return Object.hasOwn(this.#values, key);
  }

  /**
   * Takes a text.
   *
   * @throws {ConfigError} If there is none.
   */
  text(key: string): string {
    const value = this.#values[key];
    return typeof value === "string" ? value : this.#refuse(key, value, "text");
  }

  /**
   * Takes a number.
   *
   * @param min The smallest that will do.
   * @param max The largest that will do.
   * @throws {ConfigError} If there is none, or it is out of range.
   */
  number(key: string, min: number, max: number): number {
    const value = this.#values[key];
    const isGood = typeof value === "number" && value >= min && value <= max;
    return isGood
      ? value
      : this.#refuse(key, value, `a number from ${min} to ${max}`);
  }

  /**
   * Takes one of some texts.
   *
   * @returns The one that stands there.
   * @throws {ConfigError} If it is none of them.
   */
  choice<T extends string>(key: string, choices: readonly T[]): T {
    return this.#choose(key, this.#values[key], choices);
  }

  /**
   * Takes a UUID.
   *
   * @returns The full UUID, lower case.
   * @throws {ConfigError} If it is none.
   */
  uuid(key: string): string {
    return this.#toUuid(key, this.#values[key]);
  }

  /**
   * Takes a list of UUIDs.
   *
   * @returns Full UUIDs, lower case.
   * @throws {ConfigError} If one is none.
   */
  uuids(key: string): readonly string[] {
    return this.#list(key).map((value) => this.#toUuid(key, value));
  }

  /**
   * Takes bytes in hexadecimal digits.
   *
   * @returns The bytes.
   * @throws {ConfigError} If there are none, or too many.
   */
  bytes(key: string): Uint8Array {
    return this.#toBytes(key, this.#values[key]);
  }

  /**
   * Takes values by characteristic.
   *
   * @returns Pairs of full UUID and value.
   * @throws {ConfigError} If one of either is none.
   */
  bytesByUuid(key: string): readonly (readonly [string, Uint8Array])[] {
    const values = this.#values[key];
    if (!isRecord(values)) return this.#refuse(key, values, "an object");
    return Object.entries(values).map(([uuid, hex]) =>
      [this.#toUuid(key, uuid), this.#toBytes(key, hex)] as const
    );
  }

  /**
   * Takes a list of lines within the line.
   *
   * @returns The elements, which say that they stand in this line.
   * @throws {ConfigError} If one is no object.
   */
  parts(key: string): readonly CaptureLine[] {
    return this.#list(key).map((value) =>
      new CaptureLine(value, this.#position)
    );
  }

  /**
   * Takes a list of some texts.
   *
   * @returns Those that stand there.
   * @throws {ConfigError} If one is none of them.
   */
  choices<T extends string>(key: string, choices: readonly T[]): readonly T[] {
    return this.#list(key).map((value) => this.#choose(key, value, choices));
  }

  #list(key: string): readonly unknown[] {
    const value = this.#values[key];
    return Array.isArray(value) ? value : this.#refuse(key, value, "a list");
  }

  #choose<T extends string>(
    key: string,
    value: unknown,
    choices: readonly T[],
  ): T {
    return choices.find((choice) => choice === value) ??
      this.#refuse(key, value, `one of ${choices.join(", ")}`);
  }

  #toUuid(key: string, value: unknown): string {
    const text = typeof value === "string" ? value.toLowerCase() : "";
    if (FULL_UUID.test(text)) return text;
    if (/^[0-9a-f]{4}$/.test(text)) return assignedUuid(parseInt(text, 16));
    if (WAHOO.test(text)) return `${text}-0a7d-4ab3-97fa-f1500f9feb8b`;
    return this.#refuse(
      key,
      value,
      "a UUID, an assigned number or a Wahoo number",
    );
  }

  #toBytes(key: string, value: unknown): Uint8Array {
    const isGood = typeof value === "string" &&
      /^([0-9a-f]{2})*$/i.test(value) && value.length <= 2 * MOST_BYTES;
    return isGood
      ? Uint8Array.fromHex(value)
      : this.#refuse(key, value, "pairs of hexadecimal digits, at most 512");
  }

  #refuse(key: string, value: unknown, expected: string): never {
    return refuse(this.#position, { key, value, expected });
  }
}

/** What is wrong with a capture. */
interface Fault {
  /** Where in the line. */
  readonly key: string;
  /** What stands there. */
  readonly value: unknown;
  /** What should stand there. */
  readonly expected: string;
}

/**
 * Refuses a capture.
 *
 * @param position Where something is wrong.
 * @throws {ConfigError} Always.
 */
export function refuse(
  { file, line }: LinePosition,
  { key, value, expected }: Fault,
): never {
  const received = (JSON.stringify(value) ?? "missing").slice(0, 64);
  throw new ConfigError(
    `Cannot replay "${file}": in line ${line} ${key} is ${received}, expected ${expected}`,
    { option: key, value: received, file, line },
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
