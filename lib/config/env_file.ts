/**
 * Files of variables, as the predecessor's start scripts read them: lines of
 * `NAME=value`, with or without `export`, in the quotes of a shell.
 *
 * @module
 */

/** A line that sets a variable. */
const ASSIGNMENT = /^\s*(?:export\s+)?(?<name>[A-Za-z_]\w*)=(?<text>.*)$/;

/** One piece of a value: in single quotes, in double quotes, behind a backslash, or bare. */
const PIECE =
  /'(?<single>[^']*)'|"(?<double>(?:\\.|[^"\\])*)"|\\(?<escaped>.)|(?<bare>[^\s'"\\]+)/y;

/**
 * Reads such a file. Lines that set no variable are left out, as a shell's
 * other commands mean nothing here; `$NAME` stays as it is written.
 *
 * @returns Values by name; of two lines for one variable the last counts.
 *
 * @example Usage
 * ```ts
 * import { readEnvFile } from "#lib/config/env_file.ts";
 * import assert from "node:assert/strict";
 *
 * const variables = readEnvFile('export DEVICE_ID=000007 # mine\nMQTT_PASSWORD="p#1"\n');
 * assert.equal(variables.get("DEVICE_ID"), "000007");
 * assert.equal(variables.get("MQTT_PASSWORD"), "p#1");
 * ```
 */
export function readEnvFile(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const line of text.split(/\r\n|\r|\n/)) {
    const { name, text = "" } = ASSIGNMENT.exec(line)?.groups ?? {};
    if (name !== undefined) values.set(name, unquote(text));
  }
  return values;
}

/** As a shell reads one word; what stands behind the word is left out. */
function unquote(text: string): string {
  let value = "";
  PIECE.lastIndex = 0;
  for (let piece = PIECE.exec(text); piece; piece = PIECE.exec(text)) {
    const { single, double, escaped, bare } = piece.groups ?? {};
    value += single ?? double?.replace(/\\(["\\$`])/g, "$1") ?? escaped ??
      bare ?? "";
  }
  return value;
}
