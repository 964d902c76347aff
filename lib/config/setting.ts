/**
 * What a setting of the program is, where its value came from, and what is
 * wrong with one.
 *
 * @module
 */
import type { SettingValue, ValueRule } from "#lib/base/value_rule.ts";

/** A setting, as configuration, help and schema show it. */
export interface SettingDefinition extends ValueRule {
  /** Its place in the file, for example `broker.address`. */
  readonly path: string;
  /** What it does, in a few words, with its unit. */
  readonly summary: string;
  /** What holds where nobody says. */
  readonly default?: SettingValue;
  /** Variables of the environment that set it; the first one that is set counts. */
  readonly variables?: readonly string[];
  /** The option of the command line that sets it, without dashes. */
  readonly option?: string;
  /**
   * The option switches it off.
   *
   * @default {false}
   */
  readonly isOptionInverted?: boolean;
  /** What to write instead, for a secret: it is taken from the environment only. */
  readonly advice?: string;
}

/** Where a value came from. */
export type Origin =
  | { readonly kind: "default" }
  | {
    readonly kind: "file";
    /** The file, as the caller named it. */
    readonly file: string;
    /** Line, from 1. */
    readonly line: number;
    /** Column, from 1, in UTF-16 code units. */
    readonly column: number;
  }
  | {
    readonly kind: "variable";
    /** Name of the variable. */
    readonly name: string;
    /** The file of variables it stands in; left out for the process's own environment. */
    readonly file?: string;
  }
  | {
    readonly kind: "option";
    /** The option, with its dashes. */
    readonly name: string;
  };

/** A value and where it came from. */
export interface Sourced {
  /** The value. */
  readonly value: SettingValue;
  /** Where it came from. */
  readonly origin: Origin;
}

/** Something in a configuration that cannot be used. */
export interface Mistake {
  /** The setting, for example `broker.qos` or `devices.0.options.adapter`. */
  readonly path: string;
  /** Where it stands. */
  readonly origin: Origin;
  /** What stands there; never a secret. */
  readonly found: string;
  /** What should stand there. */
  readonly expected: string;
  /** A near name that was perhaps meant. */
  readonly suggestion?: string | undefined;
}

/**
 * Says where a value came from.
 *
 * @param origin Where.
 * @returns For example `smartbike.yaml:3:12`, `MQTT_PORT in .env`, `--broker` or `default`.
 */
export function describeOrigin(origin: Origin): string {
  switch (origin.kind) {
    case "default":
      return "default";
    case "file":
      return `${origin.file}:${origin.line}:${origin.column}`;
    case "variable":
      return origin.file === undefined
        ? origin.name
        : `${origin.name} in ${origin.file}`;
    case "option":
      return origin.name;
  }
}

/**
 * One line for a person or an editor.
 *
 * @param mistake The mistake.
 * @returns `file:line:column: Cannot use "path": what is found, what was expected`.
 *
 * @example Usage
 * ```ts
 * import { formatMistake } from "#lib/config/setting.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(
 *   formatMistake({
 *     path: "broker.protocol",
 *     origin: { kind: "file", file: "smartbike.yaml", line: 3, column: 13 },
 *     found: 'it is the text "atuo"',
 *     expected: "one of 5, 3.1.1, auto",
 *     suggestion: "auto",
 *   }),
 *   'smartbike.yaml:3:13: Cannot use "broker.protocol": it is the text "atuo", ' +
 *     'expected one of 5, 3.1.1, auto; did you mean "auto"?',
 * );
 * ```
 */
export function formatMistake(mistake: Mistake): string {
  const { path, origin, found, expected, suggestion } = mistake;
  const object = path === "" ? "the file" : `"${path}"`;
  const hint = suggestion === undefined
    ? ""
    : `; did you mean "${suggestion}"?`;
  return `${
    describeOrigin(origin)
  }: Cannot use ${object}: ${found}, expected ${expected}${hint}`;
}
