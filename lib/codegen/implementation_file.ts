/**
 * The starter of a local implementation: a class that holds its properties and
 * answers with defaults. It belongs to its user once it is written.
 *
 * @module
 */
import type {
  Interface,
  Operation,
  Property,
  Signal,
  TypeRef,
} from "#lib/idl/model.ts";
import { brief, describe, docComment } from "./doc_comment.ts";
import { FileScope } from "./file_scope.ts";
import {
  callTags,
  changedText,
  eventType,
  signalText,
  typedParameters,
} from "./interface_sections.ts";
import { block, hanging, type Layout, list, stack } from "./layout.ts";
import {
  type MemberNames,
  nameParameters,
  type PropertyNames,
} from "./member_names.ts";
import type { ModuleContext } from "./module_context.ts";
import { memberName, untaken } from "./names.ts";
import { type GeneratedFile, sourceFile } from "./source_file.ts";
import { classHead, head, key, typed } from "./statements.ts";

/**
 * Writes the starter of an implementation.
 *
 * @returns For example `hello.ts`.
 */
export function implementationFile(
  definition: Interface,
  context: ModuleContext,
): GeneratedFile {
  const names = context.names.interfaces.get(definition.name);
  const name = `${names?.file}.ts`;
  const scope = new FileScope(context, name);
  return sourceFile(scope, {
    name,
    kind: "starter",
    summary:
      `The local implementation of \`${context.module.name}.${definition.name}\`.`,
    sections: implementationSections(definition, scope),
  });
}

function implementationSections(
  definition: Interface,
  scope: FileScope,
): readonly Layout[] {
  const { context } = scope;
  const names = context.names.interfaces.get(definition.name);
  if (names === undefined) return [];
  const members = context.memberNames(definition);
  const { properties, operations, signals } = context.inheritance
    .membersOf(definition);
  const constant = untaken("PROPERTIES", context.names.taken);
  const hook = properties.length + signals.length > 0
    ? scope.runtime("EventHook", false)
    : "";
  const fields: readonly Layout[] = [
    ...properties.map((one) => changedHook(one, members, hook, scope)),
    ...signals.map((one) => signalHook(one, members, hook, scope)),
    ...properties.map((one) => field(one, scope)),
  ];
  const methods: readonly Layout[] = [
    ...(fields.length === 0 ? [] : [stack(fields)]),
    ...properties.flatMap((one) =>
      propertyMethods(one, members, constant, scope)
    ),
    ...operations.map((one) => operationMethod(one, members, scope)),
  ];
  const implementation: Layout = [
    docComment(describe(definition, `A local \`${definition.name}\`.`)),
    block(
      classHead(
        names.implementation,
        [scope.api(names.contract, true)],
        baseClass(definition, scope),
      ),
      methods.length === 0 ? [] : [stack(methods, 1)],
      "}",
    ),
  ];
  if (properties.every(({ type }) => isCompared(type))) return [implementation];
  const descriptor = scope.api(names.descriptor, false);
  return [
    hanging(`const ${constant} =`, `${descriptor}.properties;`),
    implementation,
  ];
}

/** The starter of the base; it is that of the same folder. */
function baseClass(
  definition: Interface,
  { context, imports }: FileScope,
): string | undefined {
  const base = context.inheritance.baseOf(definition);
  const names = base && context.names.interfaces.get(base.name);
  return names && imports.add(`./${names.file}.ts`, names.implementation, {
    isType: false,
  });
}

function changedHook(
  property: Property,
  members: MemberNames,
  hook: string,
  scope: FileScope,
): Layout {
  const { changed, parameter } = namesOf(property, members);
  const value = typed(parameter, scope.type(property.type));
  return hookField(changedText(property), changed, hook, [value]);
}

function signalHook(
  signal: Signal,
  members: MemberNames,
  hook: string,
  scope: FileScope,
): Layout {
  return hookField(
    signalText(signal),
    members.signals.get(signal.name) ?? "",
    hook,
    typedParameters(signal.params, scope),
  );
}

function hookField(
  text: string,
  name: string,
  hook: string,
  params: readonly Layout[],
): Layout {
  return [
    docComment(text),
    `readonly ${name}: `,
    eventType(hook, params),
    ` = `,
    list(`new ${hook}(`, [JSON.stringify(name)], ");"),
  ];
}

function field(property: Property, scope: FileScope): Layout {
  const type = scope.type(property.type);
  const value = scope.defaultValue(property.type);
  return hanging(`#${fieldName(property)}: ${type} =`, `${value};`);
}

function propertyMethods(
  property: Property,
  members: MemberNames,
  constant: string,
  scope: FileScope,
): readonly Layout[] {
  const { get, set, changed, parameter } = namesOf(property, members);
  const type = scope.type(property.type);
  const name = fieldName(property);
  const action = property.readonly
    ? `Changes \`${property.name}\`, which clients only observe.`
    : `Changes \`${property.name}\`, unless it is the same already.`;
  const text = brief(property, "The new value.");
  return [
    [
      docComment(describe(property, `Property \`${property.name}\`.`)),
      block(head(get, [], `: ${type} {`), [`return this.#${name};`], "}"),
    ],
    [
      docComment(action, [{ tag: `@param ${parameter}`, text }]),
      block(head(set, [typed(parameter, type)], ": void {"), [
        sameCheck(property, constant, parameter, scope),
        `this.#${name} = ${parameter};`,
        `this.${changed}.fire(${parameter});`,
      ], "}"),
    ],
  ];
}

function sameCheck(
  property: Property,
  constant: string,
  parameter: string,
  scope: FileScope,
): Layout {
  const own = `this.#${fieldName(property)}`;
  if (isCompared(property.type)) {
    return `if (${parameter} === ${own}) return;`;
  }
  const equal = scope.runtime("equalValues", false);
  const quoted = key(property.name);
  const step = quoted === property.name ? `.${quoted}` : `[${quoted}]`;
  const call = list(`${equal}(`, [
    `${constant}${step}.type`,
    parameter,
    own,
  ], ")");
  return list("if (", [call], ") return;", { trailing: "" });
}

/** Whether `===` compares two values. */
function isCompared(type: TypeRef): boolean {
  if (type.array) return false;
  if (type.kind === "enum") return true;
  return type.kind === "primitive" &&
    !["bytes", "any", "float", "float32"].includes(type.name);
}

function operationMethod(
  operation: Operation,
  members: MemberNames,
  scope: FileScope,
): Layout {
  const names = nameParameters(operation.params).map((name) => `_${name}`);
  const result = operation.returns?.type;
  const params = names.map((name, index) => {
    const param = operation.params[index];
    return typed(name, scope.type(param?.type ?? null));
  });
  const value = result ? scope.defaultValue(result) : "";
  return [
    docComment(
      describe(operation, `Operation \`${operation.name}\`.`),
      callTags(operation, names),
    ),
    block(
      head(
        members.operations.get(operation.name) ?? "",
        params,
        `: Promise<${scope.type(result ?? null)}> {`,
      ),
      [`return Promise.resolve(${value});`],
      "}",
    ),
  ];
}

function namesOf({ name }: Property, members: MemberNames): PropertyNames {
  return members.properties.get(name) ??
    { get: "", set: "", changed: "", parameter: "" };
}

function fieldName({ name }: Property): string {
  return memberName(name) === "constructor" ? "constructor_" : memberName(name);
}
