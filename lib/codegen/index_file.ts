/**
 * The file that exports all of a module.
 *
 * @module
 */
import { summarize } from "./api_file.ts";
import { CLIENT_ADAPTER_FILE } from "./client_adapter_file.ts";
import { API_FILE, DEFINITION_FILE, FileScope } from "./file_scope.ts";
import { stack } from "./layout.ts";
import type { ModuleContext } from "./module_context.ts";
import { SERVICE_ADAPTER_FILE } from "./service_adapter_file.ts";
import { type GeneratedFile, sourceFile } from "./source_file.ts";

/** File that exports all of a module, in its folder. */
export const INDEX_FILE = "mod.gen.ts";

/** Writes the file that exports all of a module. */
export function indexFile(context: ModuleContext): GeneratedFile {
  const { interfaces } = context.module;
  const names = [...context.names.interfaces.values()];
  const files = [
    API_FILE,
    DEFINITION_FILE,
    ...(interfaces.length === 0
      ? []
      : [CLIENT_ADAPTER_FILE, SERVICE_ADAPTER_FILE]),
    ...names.map(({ file }) => `${file}.ts`),
  ];
  return sourceFile(new FileScope(context, INDEX_FILE), {
    name: INDEX_FILE,
    kind: "generated",
    summary: summarize(context.module, "all of it."),
    sections: [
      stack(files.toSorted().map((file) => `export * from "./${file}";`)),
    ],
  });
}
