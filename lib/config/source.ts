/**
 * Where values come from, and what is wrong with one.
 *
 * @module
 */
import type { SettingValue } from "#lib/base/value_rule.ts";

/** Where a value came from. */
export type SettingOrigin =
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
  readonly origin: SettingOrigin;
}

/** Something in a configuration that cannot be used. */
export interface Mistake {
  /** The setting, for example `broker.qos` or `devices.0.options.adapter`. */
  readonly path: string;
  /** Where it stands. */
  readonly origin: SettingOrigin;
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
 * @returns For example `smartbike.yaml:3:12`, `MQTT_PORT in .env`, `--broker` or `default`.
 */
export function describeOrigin(origin: SettingOrigin): string {
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
 * @returns What cannot be used, what was found there and what was expected; a place in a file comes first.
 *
 * @example Usage
 * ```ts
 * import { formatMistake } from "#lib/config/source.ts";
 * import assert from "node:assert/strict";
 *
 * const mistake = {
 *   path: "broker.protocol",
 *   found: 'found the text "atuo"',
 *   expected: "one of 5, 3.1.1, auto",
 *   suggestion: "auto",
 * };
 * assert.equal(
 *   formatMistake({
 *     ...mistake,
 *     origin: { kind: "file", file: "smartbike.yaml", line: 3, column: 13 },
 *   }),
 *   'smartbike.yaml:3:13: Cannot use "broker.protocol": found the text "atuo", ' +
 *     'expected one of 5, 3.1.1, auto; did you mean "auto"?',
 * );
 * assert.equal(
 *   formatMistake({ ...mistake, origin: { kind: "option", name: "--protocol" } }),
 *   'Cannot use --protocol: found the text "atuo", ' +
 *     'expected one of 5, 3.1.1, auto; did you mean "auto"?',
 * );
 * ```
 */
export function formatMistake(mistake: Mistake): string {
  const { path, origin, found, expected, suggestion } = mistake;
  const hint = suggestion === undefined
    ? ""
    : `; did you mean "${suggestion}"?`;
  const rest = `${found}, expected ${expected}${hint}`;
  const object = path === "" ? "the file" : `"${path}"`;
  switch (origin.kind) {
    case "default":
      return `Cannot use ${object}: ${rest}`;
    case "file":
      return `${describeOrigin(origin)}: Cannot use ${object}: ${rest}`;
    default:
      return `Cannot use ${describeOrigin(origin)}: ${rest}`;
  }
}
