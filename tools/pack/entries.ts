/**
 * What the npm package offers: the exports of deno.json that run without Deno.
 *
 * @module
 */
import config from "../../deno.json" with { type: "json" };

/** Drivers reach devices through Deno; they are in the JSR package alone. */
const DENO_ONLY: ReadonlySet<string> = new Set(["./driver"]);

/** One sub-path of the package. */
export interface PackageEntry {
  /** The sub-path, for example `./hello`. */
  readonly subPath: string;
  /** Its source file, from the repository's folder, for example `mod.ts`. */
  readonly source: string;
}

/** The sub-paths of the npm package. */
export const ENTRIES: readonly PackageEntry[] = Object.entries(config.exports)
  .filter(([subPath]) => !DENO_ONLY.has(subPath))
  .map(([subPath, source]) => ({
    subPath,
    source: source.replace(/^\.\//, ""),
  }));
