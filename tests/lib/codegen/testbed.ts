/**
 * The test-bed modules, loaded.
 *
 * @module
 */
import { requireModules } from "#lib/idl/check.ts";
import { loadModules, type LoadResult } from "#lib/idl/load.ts";
import { diskReader, MODULE_NAMES, MODULES } from "../idl/files.ts";

/**
 * Loads all test-bed modules from their YAML form.
 *
 * @returns The modules.
 */
export async function loadTestbed(): Promise<LoadResult> {
  const files = MODULE_NAMES.map((name) => `${MODULES}/${name}.module.yaml`);
  const loaded = await loadModules(files, diskReader);
  requireModules(loaded);
  return loaded;
}
