/**
 * From resolved modules to TypeScript files. Pure: equal modules give equal
 * text, and nothing is read or written.
 *
 * @module
 */
import type { Int64Type } from "#lib/objectapi/descriptor.ts";
import type { LoadResult } from "#lib/idl/load.ts";
import type { Module, Positions } from "#lib/idl/model.ts";
import { apiFile } from "./api_file.ts";
import { clientAdapterFile } from "./client_adapter_file.ts";
import { definitionFile } from "./definition_file.ts";
import { implementationFile } from "./implementation_file.ts";
import { indexFile } from "./index_file.ts";
import { ModuleContext } from "./module_context.ts";
import { serviceAdapterFile } from "./service_adapter_file.ts";
import { DEFAULT_RUNTIME, type GeneratedFile } from "./source_file.ts";

/** How files are generated. */
export interface GenerateOptions {
  /**
   * Module specifier that generated files import the runtime from.
   *
   * @default {"@smartbike/smartbike"}
   */
  readonly runtime?: string;
  /**
   * What an int64 is in the program: exact as `bigint` and `string`; as
   * `number` values beyond ±(2^53 − 1) are refused.
   *
   * @default {"bigint"}
   */
  readonly int64?: Int64Type;
  /** Where the modules stand, to name the input in each file. */
  readonly positions?: Positions;
}

/**
 * Generates the files of modules: a folder each, with types, client adapters,
 * service adapters, definition, index and one starter an interface.
 *
 * @param modules The modules with all that they import.
 * @param options How they are generated.
 * @returns The files, module by module.
 *
 * @example
 * ```ts
 * import { checkSources } from "#lib/idl/check.ts";
 * import { generateFiles } from "#lib/codegen/generate.ts";
 * import assert from "node:assert/strict";
 *
 * const text = "module demo 1.0\ninterface Lamp { on: bool }\n";
 * const { modules } = checkSources([{ file: "demo.idl", text }]);
 * assert.deepEqual(generateFiles(modules).map(({ path }) => path), [
 *   "demo/api.gen.ts",
 *   "demo/definition.gen.ts",
 *   "demo/client_adapter.gen.ts",
 *   "demo/service_adapter.gen.ts",
 *   "demo/lamp.ts",
 *   "demo/mod.gen.ts",
 * ]);
 * ```
 */
export function generateFiles(
  modules: readonly Module[],
  options: GenerateOptions = {},
): readonly GeneratedFile[] {
  return moduleContexts(modules, options).flatMap(moduleFiles);
}

/**
 * Brings together what the files of each module are written from.
 *
 * @param modules The modules with all that they import.
 * @param options How they are generated.
 * @returns One context a module.
 */
export function moduleContexts(
  modules: readonly Module[],
  options: GenerateOptions = {},
): readonly ModuleContext[] {
  const { runtime = DEFAULT_RUNTIME, int64 = "bigint", positions } = options;
  return modules.map((module) => {
    const file = positions?.get(module)?.file ?? module.name;
    const input = file.replaceAll("\\", "/").replace(/^.*\//, "");
    return new ModuleContext(module, modules, { input, runtime, int64 });
  });
}

/**
 * Generates the files of what was loaded.
 *
 * @param loaded The modules, valid ones only.
 * @param options How they are generated.
 * @returns The files, module by module.
 */
export function generateLoaded(
  loaded: Pick<LoadResult, "modules" | "positions">,
  options: Omit<GenerateOptions, "positions"> = {},
): readonly GeneratedFile[] {
  const { modules, positions } = loaded;
  return generateFiles(modules, { ...options, positions });
}

/** Generates the files of one module. */
export function moduleFiles(
  context: ModuleContext,
): readonly GeneratedFile[] {
  const { interfaces } = context.module;
  const adapters = interfaces.length === 0
    ? []
    : [clientAdapterFile(context), serviceAdapterFile(context)];
  return [
    apiFile(context),
    definitionFile(context),
    ...adapters,
    ...interfaces.map((one) => implementationFile(one, context)),
    indexFile(context),
  ];
}
