/**
 * The settings that hold, whoever said so.
 *
 * @module
 */
import type { SettingValue } from "#lib/base/value_rule.ts";
import type { Origin, SettingDefinition, Sourced } from "./setting.ts";
import { SETTINGS } from "./settings_table.ts";

/** A setting with what holds for it. */
export interface SettingState extends Sourced {
  /** The setting. */
  readonly definition: SettingDefinition;
}

/** The settings that hold: those that were given, and the defaults of the table. */
export class Settings {
  readonly #values: ReadonlyMap<string, Sourced>;

  /**
   * Completes what was given.
   *
   * @param given Settings by path.
   */
  constructor(given: ReadonlyMap<string, Sourced>) {
    this.#values = given;
  }

  /** All settings that have a value, in the order of the table. */
  get all(): readonly SettingState[] {
    return SETTINGS.flatMap((definition) => {
      const { path, default: value } = definition;
      const given = this.#values.get(path);
      if (given) return [{ ...given, definition }];
      const origin: Origin = { kind: "default" };
      return value === undefined ? [] : [{ value, origin, definition }];
    });
  }

  /**
   * Where a setting's value came from.
   *
   * @param path The setting.
   * @returns Its origin; `default` where nobody said anything.
   */
  origin(path: string): Origin {
    return this.#values.get(path)?.origin ?? { kind: "default" };
  }

  /**
   * Tells whether there is a setting, with or without a value.
   *
   * @param path Its path.
   * @returns True if the table has it.
   */
  has(path: string): boolean {
    return definitionOf(path) !== undefined;
  }

  /**
   * Reads a text.
   *
   * @param path The setting.
   * @returns Its value; undefined if it has none.
   * @throws {TypeError} If there is no such setting of texts.
   */
  text(path: string): string | undefined {
    const value = this.#read(path, "text");
    return value === undefined ? undefined : String(value);
  }

  /**
   * Reads a number.
   *
   * @param path The setting.
   * @returns Its value; undefined if it has none.
   * @throws {TypeError} If there is no such setting of numbers.
   */
  number(path: string): number | undefined {
    const value = this.#read(path, "number");
    return value === undefined ? undefined : Number(value);
  }

  /**
   * Reads a flag.
   *
   * @param path The setting.
   * @returns Its value.
   * @throws {TypeError} If there is no such setting that is true or false.
   */
  flag(path: string): boolean {
    return this.#read(path, "flag") === true;
  }

  /**
   * Reads a value of any type.
   *
   * @param path The setting.
   * @returns Its value; undefined if it has none.
   */
  value(path: string): SettingValue | undefined {
    return this.#values.get(path)?.value ?? definitionOf(path)?.default;
  }

  #read(
    path: string,
    type: SettingDefinition["type"],
  ): SettingValue | undefined {
    if (definitionOf(path)?.type !== type) {
      throw new TypeError(`Cannot read "${path}": there is no such ${type}`);
    }
    return this.value(path);
  }
}

const DEFINITIONS = new Map(SETTINGS.map((one) => [one.path, one]));

function definitionOf(path: string): SettingDefinition | undefined {
  return DEFINITIONS.get(path);
}
