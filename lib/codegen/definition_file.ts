/**
 * The file of a module's definition, which a service publishes.
 *
 * @module
 */
import { encodeModule } from "#lib/idl/definition_json.ts";
import type { JsonValue } from "#lib/idl/model.ts";
import { docComment } from "./doc_comment.ts";
import { DEFINITION_FILE, FileScope } from "./file_scope.ts";
import { block, hanging, type Layout, quote } from "./layout.ts";
import type { ModuleContext } from "./module_context.ts";
import { type GeneratedFile, sourceFile } from "./source_file.ts";
import { constant, key } from "./statements.ts";

/** Writes the file of a module's definition. */
export function definitionFile(context: ModuleContext): GeneratedFile {
  const scope = new FileScope(context, DEFINITION_FILE);
  const { module, names } = context;
  const type = scope.runtime("ModuleDefinition", true);
  const imports = module.imports.map(({ name }) =>
    scope.symbol(name, context.namesOf(name).definition, {
      isType: false,
      file: DEFINITION_FILE,
    })
  );
  const section: Layout = [
    docComment(
      `Module \`${module.name}\` as an \`apigear.module/1.0\` definition.`,
    ),
    constant(names.definition, type, [
      entry("document", encodeModule(module)),
      ...(imports.length === 0 ? [] : [importsEntry(imports, context)]),
    ]),
  ];
  return sourceFile(scope, {
    name: DEFINITION_FILE,
    kind: "generated",
    summary:
      `Module \`${module.name}\`: its definition, for others to discover.`,
    sections: [section],
  });
}

/** On a circle of imports the others may not be evaluated yet. */
function importsEntry(
  imports: readonly string[],
  { isCircular }: ModuleContext,
): Layout {
  const items = imports.map((one) => `${one},`);
  if (!isCircular) return block("imports: [", items, "],");
  return block("get imports() {", [block("return [", items, "];")], "},");
}

function entry(name: string, value: JsonValue): Layout {
  const quoted = key(name);
  if (typeof value === "object" && value !== null) {
    return [`${quoted}: `, literal(value), ","];
  }
  return hanging(`${quoted}:`, `${scalar(value)},`);
}

/** Every entry and every item has its own line. */
function literal(value: JsonValue): Layout {
  if (isList(value)) {
    return block("[", value.map((item) => [literal(item), ","]), "]");
  }
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value);
    return block("{", entries.map(([name, one]) => entry(name, one)), "}");
  }
  return scalar(value);
}

function scalar(value: JsonValue): string {
  return typeof value === "string" ? quote(value) : JSON.stringify(value);
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
