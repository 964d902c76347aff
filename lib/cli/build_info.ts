/**
 * How the program was built.
 *
 * @module
 */
import own from "./build_info.json" with { type: "json" };

/** How a program was built; a build writes it into `build_info.json`. */
export interface BuildInfo {
  /** How it is put together: `source`, `compiled` by Deno, or `portable`, a self-extracting file. */
  readonly form: string;
  /** The commit it was built from; empty where that is not known. */
  readonly commit: string;
}

/** Whether `deno compile` made the program that runs. */
export const isCompiled: boolean = own.form === "compiled";

/**
 * Completes the version with the commit and the form.
 *
 * @example Usage
 * ```ts
 * import { describeVersion } from "#lib/cli/build_info.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(
 *   describeVersion("0.1.0", { form: "portable", commit: "ae3f8a1b2c3d" }),
 *   "0.1.0 (ae3f8a1b2c3d, portable)",
 * );
 * ```
 *
 * @param version The version, for example `0.1.0`.
 * @param build How the program was built; by default this one.
 */
export function describeVersion(
  version: string,
  build: BuildInfo = own,
): string {
  const { form, commit } = build;
  return form === "source"
    ? `${version} (from source)`
    : `${version} (${commit || "unknown commit"}, ${form})`;
}
