/**
 * The JSON form of resolved modules, as a service publishes them. Every module
 * is written as an `apigear.module/1.0` definition, so that other tools can read
 * it; enum members all have their number.
 *
 * @module
 */
import { checkDocuments, type CheckResult } from "./check.ts";
import { MODULE_SCHEMA } from "./document.ts";
import { FindingList } from "./finding.ts";
import type {
  Field,
  Interface,
  JsonValue,
  Module,
  NamedElement,
  Operation,
  Parameter,
  Property,
  Signal,
  TypeRef,
} from "./model.ts";
import { readModuleNode, readYamlRoot } from "./module_reader.ts";
import { NodeReader } from "./node_reader.ts";
import type { YamlNode } from "#lib/base/yaml_node.ts";

/** The schema identifier of several modules in one JSON text. */
const MODULES_SCHEMA = "smartbike.modules/1.0";

type Json = { [key: string]: JsonValue };

/**
 * One module as an `apigear.module/1.0` definition.
 *
 * @returns JSON data whose keys always have the same order.
 */
export function encodeModule(
  module: Module,
): { readonly [key: string]: JsonValue } {
  return {
    schema: MODULE_SCHEMA,
    name: module.name,
    version: module.version,
    ...notes(module),
    ...list("imports", module.imports.map(encodeElement)),
    ...list("externs", module.externs.map(encodeElement)),
    ...list(
      "interfaces",
      module.interfaces.map((one) => encodeInterface(one, module.name)),
    ),
    ...list(
      "structs",
      module.structs.map(({ fields, ...struct }) => ({
        ...encodeElement(struct),
        ...list("fields", fields.map((one) => encodeNamed(one, module.name))),
      })),
    ),
    ...list(
      "enums",
      module.enums.map(({ members, ...definition }) => ({
        ...encodeElement(definition),
        ...list(
          "members",
          members.map((one) => ({
            name: one.name,
            value: one.value,
            ...notes(one),
          })),
        ),
      })),
    ),
  };
}

/**
 * Writes modules as JSON text.
 *
 * @param modules The modules with everything they import.
 * @returns The text; equal modules give equal text.
 *
 * @example
 * ```ts
 * import { checkSources } from "#lib/idl/check.ts";
 * import { parseModules, stringifyModules } from "#lib/idl/definition_json.ts";
 * import assert from "node:assert/strict";
 *
 * const text = "module demo 1.0\ninterface Lamp { on: bool }\n";
 * const { modules } = checkSources([{ file: "demo.idl", text }]);
 * const json = stringifyModules(modules);
 * assert.deepEqual(parseModules(json, "lamp.json").modules, modules);
 * ```
 */
export function stringifyModules(modules: readonly Module[]): string {
  const encoded = modules.map(encodeModule);
  return JSON.stringify({ schema: MODULES_SCHEMA, modules: encoded });
}

/**
 * Reads what {@linkcode stringifyModules} wrote, or a single
 * `apigear.module/1.0` definition. No text makes it throw.
 *
 * @param text JSON text from anywhere.
 * @param file What findings shall call it.
 * @returns The resolved modules and all findings.
 */
export function parseModules(text: string, file: string): CheckResult {
  const findings = new FindingList();
  const root = readYamlRoot(text, file, findings, "module");
  const nodes = root === null ? [] : moduleNodes(root.node, file, findings);
  const documents = nodes
    .map((node) => readModuleNode(node, file, findings, root?.complete))
    .filter((document) => document !== null);
  return checkDocuments(documents, findings, [file]);
}

function moduleNodes(
  node: YamlNode,
  file: string,
  findings: FindingList,
): readonly YamlNode[] {
  if (node.kind !== "map") return [node];
  const find = (key: string): YamlNode | undefined =>
    node.entries.find((entry) => entry.key === key)?.value;
  const schema = find("schema");
  if (schema?.kind !== "scalar" || schema.value !== MODULES_SCHEMA) {
    return [node];
  }
  const context = { file, path: "", findings };
  const reader = new NodeReader(node, context, ["schema", "modules"]);
  return reader.nodes("modules");
}

function encodeInterface(one: Interface, home: string): Json {
  const { properties, operations, signals } = one;
  const calls = (members: readonly (Operation | Signal)[]): Json[] =>
    members.map((member) => encodeCall(member, home));
  return {
    ...encodeElement(one),
    ...(one.extends && {
      extends: {
        name: one.extends.name,
        ...importOf(one.extends.module, home),
      },
    }),
    ...list(
      "properties",
      properties.map((member) => encodeNamed(member, home)),
    ),
    ...list("operations", calls(operations)),
    ...list("signals", calls(signals)),
  };
}

function encodeCall(member: Operation | Signal, home: string): Json {
  const returns = member.kind === "operation" ? member.returns : null;
  return {
    ...encodeElement(member),
    ...list("params", member.params.map((param) => encodeNamed(param, home))),
    ...(returns && {
      return: { ...encodeType(returns.type, home), ...notes(returns) },
    }),
  };
}

function encodeNamed(one: Property | Field | Parameter, home: string): Json {
  return {
    name: one.name,
    ...encodeType(one.type, home),
    ...("readonly" in one && one.readonly && { readonly: true }),
    ...notes(one),
  };
}

function encodeType(type: TypeRef, home: string): Json {
  return {
    type: type.name,
    ...(type.kind !== "primitive" && importOf(type.module, home)),
    ...(type.array && { array: true }),
  };
}

function importOf(module: string, home: string): Json {
  return module === home ? {} : { import: module };
}

function encodeElement(element: NamedElement): Json {
  return { name: element.name, ...notes(element) };
}

function notes(
  { description, meta }: Pick<NamedElement, "description" | "meta">,
): Json {
  return {
    ...(description !== "" && { description }),
    ...(Object.keys(meta).length > 0 && { meta }),
  };
}

function list(key: string, items: readonly Json[]): Json {
  return items.length === 0 ? {} : { [key]: items };
}
