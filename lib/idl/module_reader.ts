/**
 * A module definition in YAML or JSON, key by key.
 *
 * @module
 */
import {
  type CallNode,
  DEFAULT_VERSION,
  type ElementNode,
  type EnumMemberNode,
  type EnumNode,
  type ImportNode,
  type InterfaceNode,
  MODULE_SCHEMA,
  type ModuleDocument,
  type NamedTypeNode,
  type PlacedText,
  type ReturnNode,
  splitQualifiedName,
  type StructNode,
  type TypeNode,
} from "./document.ts";
import { FindingList } from "./finding.ts";
import { describeNode } from "#lib/base/yaml_node.ts";
import { NodeReader } from "./node_reader.ts";
import type { YamlNode } from "#lib/base/yaml_node.ts";
import { readYaml } from "#lib/base/yaml_reader.ts";

const ELEMENT_KEYS = ["name", "description", "meta"];
const TYPE_KEYS = ["type", "import", "array", "description", "meta"];
const NAMED_TYPE_KEYS = ["name", ...TYPE_KEYS, "readonly"];
const CALL_KEYS = [...ELEMENT_KEYS, "params", "return"];
const MODULE_KEYS = [
  "schema",
  "name",
  "version",
  "description",
  "meta",
  "imports",
  "externs",
  "interfaces",
  "structs",
  "enums",
];
const INTERFACE_KEYS = [
  ...ELEMENT_KEYS,
  "extends",
  "properties",
  "operations",
  "signals",
];
const VERSION = /^[0-9]+[.][0-9]+([.][0-9]+)*$/;

/**
 * Reads a module definition in YAML or JSON. Never throws.
 *
 * @param file The file, as findings shall name it.
 * @param findings Takes what is wrong.
 * @returns The definition, or null if not even its name can be read.
 */
export function readYamlModule(
  text: string,
  file: string,
  findings: FindingList,
): ModuleDocument | null {
  const root = readYamlRoot(text, file, findings, "module");
  if (root === null) return null;
  // What follows from broken text says nothing about the author's intention.
  const target = root.complete ? findings : new FindingList();
  return readModuleNode(root.node, file, target, root.complete);
}

/** The tree of a file. */
interface YamlRoot {
  /** The topmost node. */
  readonly node: YamlNode;
  /** False if the text is broken, so that parts of the tree are missing. */
  readonly complete: boolean;
}

/**
 * Reads a file as YAML and reports what is wrong with its text.
 *
 * @param file The file, as findings shall name it.
 * @param findings Takes what is wrong.
 * @param what What the file should hold, for the message.
 * @returns The tree, or null for an empty file.
 */
export function readYamlRoot(
  text: string,
  file: string,
  findings: FindingList,
  what: string,
): YamlRoot | null {
  const { root, problems } = readYaml(text);
  for (const { message, place, cause } of problems) {
    findings.add({
      rule: "syntax",
      at: { file, ...place, path: "" },
      action: "read",
      object: file,
      found: message,
      expected: "valid YAML or JSON",
    }, { cause });
  }
  const complete = problems.every(({ harmless }) => harmless);
  if (root !== null) return { node: root, complete };
  if (complete) {
    findings.add({
      rule: "wrong_value",
      at: { file, line: 1, column: 1, path: "" },
      action: "read",
      object: file,
      found: "it is empty",
      expected: `a ${what} definition`,
    });
  }
  return null;
}

/**
 * Reads a module definition from a tree.
 *
 * @param file The file, as findings shall name it.
 * @param findings Takes what is wrong.
 * @param complete False if parts of the tree are missing.
 * @returns The definition, or null if not even its name can be read.
 */
export function readModuleNode(
  node: YamlNode,
  file: string,
  findings: FindingList,
  complete = true,
): ModuleDocument | null {
  if (node.kind !== "map") {
    findings.add({
      rule: "wrong_value",
      at: { file, ...node.place, path: "" },
      action: "read",
      object: file,
      found: `it is ${describeNode(node)}`,
      expected: `a mapping with the keys ${MODULE_KEYS.join(", ")}`,
    });
    return null;
  }
  const context = { file, path: "", findings };
  const reader = new NodeReader(node, context, MODULE_KEYS);
  checkSchema(reader, MODULE_SCHEMA);
  const body = {
    file,
    form: "yaml" as const,
    complete,
    version: readVersion(reader) ?? DEFAULT_VERSION,
    imports: readAll(reader, "imports", ELEMENT_KEYS, readImport),
    externs: readAll(reader, "externs", ELEMENT_KEYS, readElement),
    enums: readAll(reader, "enums", [...ELEMENT_KEYS, "members"], readEnum),
    structs: readAll(
      reader,
      "structs",
      [...ELEMENT_KEYS, "fields"],
      readStruct,
    ),
    interfaces: readAll(reader, "interfaces", INTERFACE_KEYS, readInterface),
  };
  const element = readElement(reader, "module");
  return element === null ? null : { ...element, ...body };
}

/**
 * Reports a `schema` key that names another schema.
 *
 * @param reader The topmost mapping of a file.
 * @param schema The schema it should name.
 */
export function checkSchema(reader: NodeReader, schema: string): void {
  const text = reader.text("schema");
  if (text === undefined || text.value === schema) return;
  reader.report({
    rule: "schema",
    at: text.at,
    action: "use schema",
    object: text.value,
    found: "it is unknown",
    expected: schema,
    suggestion: schema,
  });
}

/**
 * Reads a `version` key and reports one that is not digits and dots.
 *
 * @returns The version; undefined if absent or wrong.
 */
export function readVersion(reader: NodeReader): string | undefined {
  const text = reader.text("version");
  if (text === undefined || VERSION.test(text.value)) return text?.value;
  reader.report({
    rule: "version",
    at: text.at,
    action: "use version",
    object: text.value,
    found: "it is no version",
    expected: 'numbers with dots between them, in quotes, such as "1.0"',
  });
  return undefined;
}

function readAll<Node>(
  reader: NodeReader,
  key: string,
  keys: readonly string[],
  read: (reader: NodeReader, what: string) => Node | null,
): Node[] {
  const what = key.replace(/ies$/, "y").replace(/s$/, "");
  return reader
    .children(key, keys)
    .map((child) => read(child, what))
    .filter((child) => child !== null);
}

function readElement(reader: NodeReader, what: string): ElementNode | null {
  const name = reader.requiredText("name", what);
  const description = reader.description();
  const meta = reader.meta();
  if (name === undefined) return null;
  const at = { ...name.at, path: what === "module" ? "" : reader.at.path };
  return { name: { ...name, at }, description, meta };
}

function readImport(reader: NodeReader, what: string): ImportNode | null {
  const element = readElement(reader, what);
  return element && { ...element, version: null };
}

function readEnum(reader: NodeReader, what: string): EnumNode | null {
  const keys = [...ELEMENT_KEYS, "value"];
  const members = readAll(reader, "members", keys, readEnumMember);
  const element = readElement(reader, what);
  return element && { ...element, members };
}

function readEnumMember(
  reader: NodeReader,
  what: string,
): EnumMemberNode | null {
  const value = reader.integer("value");
  const element = readElement(reader, what);
  if (element === null) return null;
  const valueAt = reader.has("value")
    ? reader.valueAt("value")
    : element.name.at;
  return { ...element, value, valueAt };
}

function readStruct(reader: NodeReader, what: string): StructNode | null {
  const fields = readAll(reader, "fields", NAMED_TYPE_KEYS, readNamedType);
  const element = readElement(reader, what);
  return element && { ...element, fields };
}

function readInterface(reader: NodeReader, what: string): InterfaceNode | null {
  const base = reader.child("extends", ["name", "import"]);
  const body = {
    extends: base === undefined ? null : readType(base, "name", "extends"),
    properties: readAll(reader, "properties", NAMED_TYPE_KEYS, readNamedType),
    operations: readAll(reader, "operations", CALL_KEYS, readCall),
    signals: readAll(reader, "signals", CALL_KEYS, readCall),
  };
  const element = readElement(reader, what);
  return element && { ...element, ...body };
}

function readCall(reader: NodeReader, what: string): CallNode | null {
  const params = readAll(reader, "params", NAMED_TYPE_KEYS, readNamedType);
  const returns = readReturn(reader);
  if (what === "signal" && reader.has("return")) {
    reportIgnored(reader, "return", "a signal answers nothing");
  }
  const element = readElement(reader, what);
  return element && {
    ...element,
    params,
    returns: what === "signal" ? null : returns,
  };
}

function readReturn(reader: NodeReader): ReturnNode | null {
  const child = reader.child("return", TYPE_KEYS);
  if (child === undefined) return null;
  const description = child.description();
  const meta = child.meta();
  const type = readType(child, "type", "return");
  return type && { type, description, meta };
}

function readNamedType(reader: NodeReader, what: string): NamedTypeNode | null {
  const type = readType(reader, "type", what);
  const readonly = reader.flag("readonly");
  if (readonly && what === "param") {
    reportIgnored(reader, "readonly", "it says nothing about a parameter");
  }
  const element = readElement(reader, what);
  return element && type && { ...element, type, readonly };
}

function readType(
  reader: NodeReader,
  key: string,
  what: string,
): TypeNode | null {
  const text = reader.requiredText(key, what);
  const written = reader.text("import");
  const array = key === "type" && reader.flag("array");
  if (text === undefined) return null;
  const { module, name } = splitQualifiedName(text.value);
  const qualified: PlacedText | null = module === null
    ? null
    : { value: module, at: text.at };
  return {
    name: { value: name, at: text.at },
    import: written ?? qualified,
    array,
  };
}

function reportIgnored(reader: NodeReader, key: string, found: string): void {
  reader.report({
    rule: "ignored_key",
    at: reader.keyAt(key),
    action: "use key",
    object: key,
    found,
    expected: "no such key here",
  });
}
