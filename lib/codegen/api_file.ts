/**
 * The file of a module's types: enums, externs, structs and interfaces.
 *
 * @module
 */
import type { Module } from "#lib/idl/model.ts";
import { describe } from "./doc_comment.ts";
import { API_FILE, FileScope } from "./file_scope.ts";
import { enumSections } from "./enum_sections.ts";
import { externSections } from "./extern_sections.ts";
import { interfaceSections } from "./interface_sections.ts";
import type { ModuleContext } from "./module_context.ts";
import { type GeneratedFile, sourceFile } from "./source_file.ts";
import { sortStructs, structSections } from "./struct_sections.ts";

/** Writes the file of a module's types. */
export function apiFile(context: ModuleContext): GeneratedFile {
  const scope = new FileScope(context, API_FILE);
  const { module } = context;
  const sections = [
    ...module.enums.flatMap((one) => enumSections(one, scope)),
    ...module.externs.flatMap((one) => externSections(one, scope)),
    ...sortStructs(module).flatMap((one) => structSections(one, scope)),
    ...context.inheritance.interfaces.flatMap((one) =>
      interfaceSections(one, scope)
    ),
  ];
  return sourceFile(scope, {
    name: API_FILE,
    kind: "generated",
    summary: summarize(module, "its types."),
    sections,
  });
}

/**
 * The first lines of a file.
 *
 * @param content What the file holds, in a few words.
 * @returns Name and description of the module, and the content.
 */
export function summarize(module: Module, content: string): string {
  const head = `Module \`${module.name}\`: ${content}`;
  const text = describe(module, "");
  return text === "" ? head : `${head}\n\n${text}`;
}
