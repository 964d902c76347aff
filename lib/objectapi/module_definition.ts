/**
 * The definition of a module as data, which a service publishes so that others
 * can use what it serves without having the file.
 *
 * @module
 */

/** Any JSON value. */
export type JsonData =
  | null
  | boolean
  | number
  | string
  | readonly JsonData[]
  | { readonly [key: string]: JsonData };

/** A module's definition, with all that it imports. */
export interface ModuleDefinition {
  /** The module as an `apigear.module/1.0` definition. */
  readonly document: { readonly [key: string]: JsonData };
  /** The modules whose types it uses. */
  readonly imports?: readonly ModuleDefinition[];
}

/** Identifies several definitions in one JSON text, as `lib/idl` reads and writes them. */
const MODULES_SCHEMA = "smartbike.modules/1.0";

/** Several definitions in one JSON value, as `lib/idl` reads and writes them. */
interface ModuleDefinitions {
  /** Identifies the form. */
  readonly schema: typeof MODULES_SCHEMA;
  /** One `apigear.module/1.0` definition a module. */
  readonly modules: readonly ModuleDefinition["document"][];
}

/**
 * Brings definitions and all that they import together.
 *
 * @returns Each module once, by its name.
 */
export function encodeDefinitions(
  definitions: Iterable<ModuleDefinition>,
): ModuleDefinitions {
  const found = new Set(definitions);
  for (const { imports = [] } of found) {
    for (const one of imports) found.add(one);
  }
  const byName = new Map(
    [...found].map(({ document }) => [document["name"], document]),
  );
  return { schema: MODULES_SCHEMA, modules: [...byName.values()] };
}
