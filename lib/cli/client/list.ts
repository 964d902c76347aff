/**
 * `smartbike client … list`.
 *
 * @module
 */
import type {
  InterfaceDescriptor,
  TypeDescriptor,
} from "#lib/objectapi/mod.ts";
import { qualifiedName, typeName } from "#lib/objectapi/descriptor.ts";
import { wrap } from "#lib/base/wrap.ts";
import type { Output } from "../output.ts";
import { describeParameters } from "./value_text.ts";

/** One line of the list, for a person and for a program. */
interface Entry {
  readonly kind: "property" | "operation" | "signal" | "enum" | "struct";
  readonly name: string;
  readonly text: string;
  readonly json: Readonly<Record<string, unknown>>;
  readonly description?: string | undefined;
}

/**
 * Prints the members of interfaces and the types they use.
 *
 * @param json Prints one JSON value a line.
 */
export function listInterfaces(
  descriptors: readonly InterfaceDescriptor[],
  output: Output,
  json: boolean,
): void {
  for (const descriptor of descriptors) {
    const entries = [...memberEntries(descriptor), ...typeEntries(descriptor)];
    const name = qualifiedName(descriptor);
    if (json) {
      for (const entry of entries) output.line(toJson(name, entry));
      continue;
    }
    const { description } = descriptor;
    output.line(name);
    for (const line of wrap(description ?? "", { columns: MAX_WIDTH - 2 })) {
      output.line(`  ${line}`);
    }
    for (const entry of entries) {
      for (const line of toLines(entry)) output.line(line);
    }
  }
}

/** The longest line, in characters, where its words allow. */
const MAX_WIDTH = 80;

/** Where the second and later lines of a member begin. */
const INDENT = 13;

/** A member on as many lines as it takes: what it looks like, then what it is for. */
function toLines({ kind, text, description }: Entry): readonly string[] {
  const columns = MAX_WIDTH - INDENT - 2;
  const [first = "", ...others] = wrap(text, { columns, gap: /(?<=[,{]) / });
  const words = wrap(description ?? "", { columns });
  return [
    `  ${kind.padEnd(9)}  ${first}`,
    ...others.map((line) => `${" ".repeat(INDENT + 2)}${line}`),
    ...words.map((line) => `${" ".repeat(INDENT + 2)}${line}`),
  ];
}

function toJson(name: string, entry: Entry): string {
  const { kind, json, description } = entry;
  return JSON.stringify({
    interface: name,
    [kind]: entry.name,
    ...json,
    ...(description !== undefined && { description }),
  });
}

function memberEntries(descriptor: InterfaceDescriptor): readonly Entry[] {
  const { properties, operations, signals } = descriptor;
  return [
    ...Object.entries(properties).map(([name, property]): Entry => {
      const { readonly = false, description } = property;
      const type = typeName(property.type);
      const text = `${name}: ${type}${readonly ? " (read-only)" : ""}`;
      const json = { type, readonly };
      return { kind: "property", name, text, json, description };
    }),
    ...Object.entries(operations).map(([name, operation]): Entry => {
      const { params, description } = operation;
      const returns = typeName(operation.returns);
      const text = `${name}${describeParameters(params)}: ${returns}`;
      const json = { params: toJsonParameters(params), returns };
      return { kind: "operation", name, text, json, description };
    }),
    ...Object.entries(signals).map(([name, signal]): Entry => {
      const { params, description } = signal;
      const text = `${name}${describeParameters(params)}`;
      const json = { params: toJsonParameters(params) };
      return { kind: "signal", name, text, json, description };
    }),
  ];
}

function toJsonParameters(
  params: readonly { readonly name: string; readonly type: TypeDescriptor }[],
) {
  return params.map(({ name, type }) => ({ name, type: typeName(type) }));
}

function typeEntries(descriptor: InterfaceDescriptor): readonly Entry[] {
  const { properties, operations, signals } = descriptor;
  const found = new Map<string, Entry>();
  const types = [
    ...Object.values(properties).map(({ type }) => type),
    ...[...Object.values(operations), ...Object.values(signals)]
      .flatMap(({ params }) => params.map(({ type }) => type)),
    ...Object.values(operations).map(({ returns }) => returns),
  ];
  for (const type of types) if (type) collectTypes(type, found);
  return [...found.values()];
}

function collectTypes(type: TypeDescriptor, found: Map<string, Entry>): void {
  if (type.kind === "array") return collectTypes(type.element, found);
  if (type.kind !== "enum" && type.kind !== "struct") return;
  const { kind, name } = type;
  if (found.has(name)) return;
  if (type.kind === "enum") {
    const members = Object.entries(type.members);
    const text = members.map(([key, value]) => `${key} = ${value}`).join(", ");
    const json = { members: type.members };
    found.set(name, { kind, name, text: `${name} { ${text} }`, json });
    return;
  }
  const fields = Object.entries(type.fields);
  const names = fields.map(([key, field]) => [key, typeName(field)]);
  const text = names.map(([key, field]) => `${key}: ${field}`).join(", ");
  const json = { fields: Object.fromEntries(names) };
  found.set(name, { kind, name, text: `${name} { ${text} }`, json });
  for (const [, field] of fields) collectTypes(field, found);
}
