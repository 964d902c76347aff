/**
 * The file that exports all modules of a package.
 *
 * @module
 */
import { docComment } from "./doc_comment.ts";
import { INDEX_FILE } from "./index_file.ts";
import { NEWLINE, render, stack } from "./layout.ts";
import type { ModuleContext } from "./module_context.ts";
import { type GeneratedFile, MARKER } from "./source_file.ts";

/**
 * Writes the file that exports all modules. A module that has a name which an
 * earlier one has too is exported as an object.
 *
 * @param spaces What each is called as an object.
 */
export function packageIndexFile(
  contexts: readonly ModuleContext[],
  spaces: ReadonlyMap<string, string>,
): GeneratedFile {
  const taken = new Set<string>();
  const exports = contexts.map(({ module, names }) => {
    const isClear = taken.isDisjointFrom(names.taken);
    for (const name of names.taken) taken.add(name);
    const what = isClear ? "*" : `* as ${spaces.get(module.name)}`;
    return `export ${what} from "./src/${names.folder}/${INDEX_FILE}";`;
  });
  const inputs = contexts.map(({ input }) => input).join(", ");
  const text = render([
    [`${MARKER} ${inputs}; DO NOT EDIT.`, NEWLINE],
    docComment("All modules of the package.", [{ tag: "@module", text: "" }]),
    NEWLINE,
    stack(exports.toSorted((a, b) => sourceOf(a) < sourceOf(b) ? -1 : 1)),
  ]);
  return { path: "mod.ts", kind: "generated", text: `${text}\n` };
}

function sourceOf(statement: string): string {
  return statement.replace(/^.* from /, "");
}
