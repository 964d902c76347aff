/**
 * Interfaces in TypeScript: what local and remote objects have in common, the
 * types of the members, and the descriptor.
 *
 * @module
 */
import type {
  Interface,
  Operation,
  Parameter,
  Property,
  Signal,
} from "#lib/idl/model.ts";
import { brief, describe, docComment, type DocTag } from "./doc_comment.ts";
import { type FileScope, object } from "./file_scope.ts";
import { block, type Layout, list, NEWLINE } from "./layout.ts";
import {
  type MemberNames,
  nameParameters,
  type PropertyNames,
} from "./member_names.ts";
import type { InterfaceNames } from "./names.ts";
import {
  constant,
  generic,
  head,
  key,
  lazyBlock,
  satisfies,
  textEntry,
  typed,
} from "./statements.ts";

/**
 * Writes an interface.
 *
 * @param scope The names of the file.
 * @returns Contract, types of the members and descriptor.
 */
export function interfaceSections(
  definition: Interface,
  scope: FileScope,
): readonly Layout[] {
  return [
    contractSection(definition, scope),
    membersSection(definition, scope),
    descriptorSection(definition, scope),
  ];
}

/** Tags for the parameters and the result of an operation. */
export function callTags(
  operation: Operation,
  names: readonly string[],
): readonly DocTag[] {
  const { params, returns } = operation;
  return [
    ...params.map((param, index) => ({
      tag: `@param ${names[index]}`,
      text: brief(param, `Parameter \`${param.name}\`.`),
    })),
    ...(returns
      ? [{
        tag: "@returns",
        text: brief(returns, `The result of \`${operation.name}\`.`),
      }]
      : []),
  ];
}

/**
 * Parameters with their types.
 *
 * @param scope The names of the file.
 * @returns For example `msg: Message`.
 */
export function typedParameters(
  params: readonly Parameter[],
  scope: FileScope,
): readonly Layout[] {
  const names = nameParameters(params);
  return params.map(({ type }, index) =>
    typed(names[index] ?? "", scope.type(type))
  );
}

/**
 * The type of an event: a hook of the runtime with its arguments.
 *
 * @param hook `Listenable` or `EventHook`, as the file calls it.
 * @param params The arguments with their types.
 * @returns For example `Listenable<[msg: Message]>`.
 */
export function eventType(hook: string, params: readonly Layout[]): Layout {
  return generic(hook, [list("[", params, "]")]);
}

/** What is said of a property's event. */
export function changedText({ name }: Property): string {
  return `Fires with the new value of \`${name}\`.`;
}

/** What is said of a signal's event. */
export function signalText(signal: Signal): string {
  return `Fires on signal \`${signal.name}\`${
    signal.description.trim() === "" ? "." : `: ${describe(signal, "")}`
  }`;
}

function contractSection(definition: Interface, scope: FileScope): Layout {
  const { context } = scope;
  const names = context.names.interfaces.get(definition.name);
  if (names === undefined) return [];
  const members = context.memberNames(definition);
  const { properties, operations, signals } = definition;
  const source = properties.length + signals.length > 0
    ? scope.runtime("Listenable", true)
    : "";
  const lines = [
    ...properties.map((one) => changedLine(one, members, source, scope)),
    ...signals.map((one) => signalLine(one, members, source, scope)),
    ...properties.flatMap((one) => propertyLines(one, members, scope)),
    ...operations.map((one) => operationLine(one, members, scope)),
  ];
  const base = definition.extends && scope.symbol(
    definition.extends.module,
    context.namesOf(definition.extends.module).interfaces
      .get(definition.extends.name)?.contract ?? "",
    { isType: true },
  );
  const ending = base === null ? "" : ` extends ${base}`;
  return [
    docComment(describe(definition, `Interface \`${definition.name}\`.`)),
    lines.length === 0 && base === null
      ? ["// deno-lint-ignore no-empty-interface", NEWLINE]
      : [],
    block(`export interface ${names.contract}${ending} {`, lines, "}"),
  ];
}

function propertyNames(
  members: MemberNames,
  { name }: Property,
): PropertyNames {
  return members.properties.get(name) ??
    { get: "", set: "", changed: "", parameter: "" };
}

function changedLine(
  property: Property,
  members: MemberNames,
  source: string,
  scope: FileScope,
): Layout {
  const { changed, parameter } = propertyNames(members, property);
  const value = typed(parameter, scope.type(property.type));
  return [
    docComment(changedText(property)),
    `readonly ${changed}: `,
    eventType(source, [value]),
    ";",
  ];
}

function signalLine(
  signal: Signal,
  members: MemberNames,
  source: string,
  scope: FileScope,
): Layout {
  return [
    docComment(signalText(signal)),
    `readonly ${members.signals.get(signal.name)}: `,
    eventType(source, typedParameters(signal.params, scope)),
    ";",
  ];
}

function propertyLines(
  property: Property,
  members: MemberNames,
  scope: FileScope,
): readonly Layout[] {
  const { get, set, parameter } = propertyNames(members, property);
  const type = scope.type(property.type);
  const text = describe(property, `Property \`${property.name}\`.`);
  const reader: Layout = [docComment(text), `${get}(): ${type};`];
  if (property.readonly) return [reader];
  const tags = [{
    tag: `@param ${parameter}`,
    text: brief(property, "The new value."),
  }];
  return [reader, [
    docComment(`Changes \`${property.name}\`.`, tags),
    head(set, [typed(parameter, type)], ": unknown;"),
  ]];
}

function operationLine(
  operation: Operation,
  members: MemberNames,
  scope: FileScope,
): Layout {
  const names = nameParameters(operation.params);
  return [
    docComment(
      describe(operation, `Operation \`${operation.name}\`.`),
      callTags(operation, names),
    ),
    head(
      members.operations.get(operation.name) ?? "",
      typedParameters(operation.params, scope),
      `: Promise<${scope.type(operation.returns?.type ?? null)}>;`,
    ),
  ];
}

function membersSection(definition: Interface, scope: FileScope): Layout {
  const { names, inheritance } = scope.context;
  const own = names.interfaces.get(definition.name);
  const { properties, operations, signals } = inheritance.membersOf(definition);
  const base = namesOfBase(definition, scope)?.members;
  const part = (name: string, lines: readonly Layout[]): Layout => {
    const inherited = base && `${base}["${name}"]`;
    if (lines.length === 0) {
      return `${name}: ${inherited ?? "Record<never, never>"};`;
    }
    return block(
      `${name}: ${inherited ? `${inherited} & ` : ""}{`,
      lines,
      "};",
    );
  };
  return [
    docComment(
      `The TypeScript types of the members of \`${definition.name}\`.`,
    ),
    block(`export type ${own?.members} = {`, [
      part(
        "properties",
        properties.map(({ name, type }) =>
          typed(key(name), `${scope.type(type)};`)
        ),
      ),
      part(
        "operations",
        operations.map(({ name, params, returns }) =>
          block(`${key(name)}: {`, [
            list("params: [", typedParameters(params, scope), "];"),
            `result: ${scope.type(returns?.type ?? null)};`,
          ], "};")
        ),
      ),
      part(
        "signals",
        signals.map(({ name, params }) =>
          list(`${key(name)}: [`, typedParameters(params, scope), "];")
        ),
      ),
    ], "};"),
  ];
}

/** The names of the base whose code an interface builds on. */
function namesOfBase(
  definition: Interface,
  { context }: FileScope,
): InterfaceNames | undefined {
  const base = context.inheritance.baseOf(definition);
  return base && context.names.interfaces.get(base.name);
}

function descriptorSection(definition: Interface, scope: FileScope): Layout {
  const { module, names, inheritance } = scope.context;
  const own = names.interfaces.get(definition.name);
  const { properties, operations, signals } = inheritance.membersOf(definition);
  const base = namesOfBase(definition, scope)?.descriptor;
  const type = generic(scope.runtime("InterfaceDescriptor", true), [
    own?.members ?? "",
  ]);
  const part = (name: string, entries: readonly Layout[]): Layout =>
    lazyBlock(
      name,
      base ? [`...${base}.${name},`, ...entries] : entries,
      { type, scope },
    );
  return [
    docComment(`The members of \`${definition.name}\`.`),
    constant(own?.descriptor ?? "", type, [
      `module: ${JSON.stringify(module.name)},`,
      `name: ${JSON.stringify(definition.name)},`,
      ...description(definition),
      part("properties", properties.map((one) => propertyEntry(one, scope))),
      part("operations", operations.map((one) => callEntry(one, scope))),
      part("signals", signals.map((one) => callEntry(one, scope))),
    ]),
  ];
}

function propertyEntry(one: Property, scope: FileScope): Layout {
  return block(`${key(one.name)}: {`, [
    ["type: ", scope.descriptor(one.type), ","],
    ...(one.readonly ? ["readonly: true,"] : []),
    ...description(one),
  ], `}${satisfies(one.name, "PropertyDescriptor", scope)},`);
}

function callEntry(call: Operation | Signal, scope: FileScope): Layout {
  const params = call.params.map(({ name, type }): Layout => [
    object([
      `name: ${JSON.stringify(name)}`,
      ["type: ", scope.descriptor(type)],
    ]),
    ",",
  ]);
  const returns = call.kind === "operation" ? call.returns : null;
  const type = call.kind === "operation"
    ? "OperationDescriptor"
    : "SignalDescriptor";
  const ending = satisfies(call.name, type, scope);
  return block(`${key(call.name)}: {`, [
    block("params: [", params, "],"),
    ...(returns ? [["returns: ", scope.descriptor(returns.type), ","]] : []),
    ...description(call),
  ], `}${ending},`);
}

function description(
  { description }: Pick<Interface, "description">,
): readonly Layout[] {
  return description.trim() === ""
    ? []
    : [textEntry("description", description.trim())];
}
