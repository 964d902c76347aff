/**
 * The file of a module's client adapters.
 *
 * @module
 */
import type { Interface, Operation, Property } from "#lib/idl/model.ts";
import { summarize } from "./api_file.ts";
import { brief, describe, docComment } from "./doc_comment.ts";
import { FileScope } from "./file_scope.ts";
import {
  callTags,
  changedText,
  eventType,
  signalText,
  typedParameters,
} from "./interface_sections.ts";
import { block, type Layout, list, stack } from "./layout.ts";
import { type MemberNames, nameParameters } from "./member_names.ts";
import type { ModuleContext } from "./module_context.ts";
import type { InterfaceNames } from "./names.ts";
import { type GeneratedFile, sourceFile } from "./source_file.ts";
import {
  availabilityMembers,
  classHead,
  endings,
  generic,
  getter,
  head,
  readinessMembers,
  typed,
} from "./statements.ts";

/** Name of the file, in the module's folder. */
export const CLIENT_ADAPTER_FILE = "client_adapter.gen.ts";

/**
 * Writes the file of a module's client adapters.
 *
 * @returns `client_adapter.gen.ts`.
 */
export function clientAdapterFile(context: ModuleContext): GeneratedFile {
  const scope = new FileScope(context, CLIENT_ADAPTER_FILE);
  const sections = context.inheritance.interfaces.map((one) =>
    adapterClass(one, scope)
  );
  return sourceFile(scope, {
    name: CLIENT_ADAPTER_FILE,
    kind: "generated",
    summary: summarize(context.module, "objects that a service holds."),
    sections,
  });
}

function adapterClass(definition: Interface, scope: FileScope): Layout {
  const { names: moduleNames, inheritance } = scope.context;
  const names = moduleNames.interfaces.get(definition.name);
  if (names === undefined) return [];
  const contract = scope.api(names.contract, true);
  const base = inheritance.baseOf(definition);
  const parent = base && moduleNames.interfaces.get(base.name)?.clientAdapter;
  const members = memberMethods(definition, scope);
  const isEmpty = members.length === 0 && parent !== undefined;
  const methods: readonly Layout[] = [
    ...(isEmpty ? [] : [objectField(names, scope)]),
    constructorOf(definition, names, { scope, parent, isEmpty }),
    ...(parent === undefined ? adapterMembers(scope) : []),
    ...members,
    ...(parent === undefined
      ? endings("Ends all subscriptions.", names.clientAdapter)
      : []),
  ];
  return [
    docComment(
      `A \`${definition.name}\` that a service holds. ${brief(definition, "")}`
        .trimEnd(),
    ),
    block(
      parent === undefined
        ? classHead(names.clientAdapter, [contract, "AsyncDisposable"])
        : classHead(names.clientAdapter, [contract], parent),
      [stack(methods, 1)],
      "}",
    ),
  ];
}

function objectField(names: InterfaceNames, scope: FileScope): Layout {
  const object = scope.runtime("RemoteObject", false);
  const type = generic(object, [scope.api(names.members, true)]);
  return ["readonly #object: ", type, ";"];
}

/** What every adapter has, and inherits from that of its base. */
function adapterMembers(scope: FileScope): readonly Layout[] {
  const source = scope.runtime("Listenable", true);
  return [
    ...readinessMembers(source, {
      ready: "Resolves when all subscriptions stand for the first time.",
      onReady:
        "Fires when all subscriptions stand, at first and after each reconnect.",
    }),
    ...availabilityMembers(source),
  ];
}

function memberMethods(
  definition: Interface,
  scope: FileScope,
): readonly Layout[] {
  const { context } = scope;
  const members = context.memberNames(definition);
  const { properties, operations, signals } = context.inheritance
    .membersOf(definition);
  const source = properties.length + signals.length > 0
    ? scope.runtime("Listenable", true)
    : "";
  return [
    ...properties.map((one) => changedGetter(one, members, source, scope)),
    ...signals.map((one) =>
      getter(
        docComment(signalText(one)),
        members.signals.get(one.name) ?? "",
        eventType(source, typedParameters(one.params, scope)),
        list(
          "return this.#object.signal(",
          [JSON.stringify(one.name)],
          ");",
        ),
      )
    ),
    ...properties.flatMap((one) => accessors(one, members, scope)),
    ...operations.map((one) => operationMethod(one, members, scope)),
  ];
}

/** How an adapter stands to others. */
interface Place {
  readonly scope: FileScope;
  /** The adapter that it extends. */
  readonly parent: string | undefined;
  /** Whether it has no members but those of its parent. */
  readonly isEmpty: boolean;
}

function constructorOf(
  definition: Interface,
  names: InterfaceNames,
  { scope, parent, isEmpty }: Place,
): Layout {
  const client = scope.runtime("Client", true);
  const options = scope.runtime("ClientAdapterOptions", true);
  const object = scope.runtime("RemoteObject", false);
  const descriptor = scope.api(names.descriptor, false);
  const isExtended = scope.context.inheritance.isExtended(definition);
  const type = isExtended
    ? `${client} | ${object}<${scope.api(names.members, true)}>`
    : client;
  const connection = "The connection; it may be connected before or after";
  return [
    docComment("Subscribes to the object's properties and signals.", [
      {
        tag: "@param client",
        text: isExtended
          ? `${connection}. An adapter of an extending interface gives its object.`
          : `${connection}.`,
      },
      { tag: "@param options", text: "How the adapter behaves." },
    ]),
    block(
      head("constructor", [`client: ${type}`, `options?: ${options}`], " {"),
      assignments(
        list(isExtended ? `${object}.of(` : `new ${object}(`, [
          "client",
          descriptor,
          "options",
        ], ")"),
        { parent, isEmpty },
      ),
      "}",
    ),
  ];
}

function assignments(
  object: Layout,
  { parent, isEmpty }: Pick<Place, "parent" | "isEmpty">,
): readonly Layout[] {
  if (parent === undefined) return [["this.#object = ", object, ";"]];
  return [
    ["const object = ", object, ";"],
    "super(object);",
    ...(isEmpty ? [] : ["this.#object = object;"]),
  ];
}

function changedGetter(
  property: Property,
  members: MemberNames,
  source: string,
  scope: FileScope,
): Layout {
  const names = members.properties.get(property.name);
  const value = typed(names?.parameter ?? "", scope.type(property.type));
  return getter(
    docComment(changedText(property)),
    names?.changed ?? "",
    eventType(source, [value]),
    list(
      "return this.#object.onPropertyChanged(",
      [JSON.stringify(property.name)],
      ");",
    ),
  );
}

function accessors(
  property: Property,
  members: MemberNames,
  scope: FileScope,
): readonly Layout[] {
  const { get, set, parameter } = members.properties.get(property.name) ??
    { get: "", set: "", parameter: "" };
  const type = scope.type(property.type);
  const name = JSON.stringify(property.name);
  const text = describe(property, `Property \`${property.name}\`.`);
  const reader: Layout = [
    docComment(text, [{
      tag: "@returns",
      text: "What the service reported last.",
    }]),
    block(
      head(get, [], `: ${type} {`),
      [list("return this.#object.get(", [name], ");")],
      "}",
    ),
  ];
  if (property.readonly) return [reader];
  return [reader, [
    docComment(`Asks the service to change \`${property.name}\`.`, [
      {
        tag: `@param ${parameter}`,
        text: brief(property, "The wanted value."),
      },
      {
        tag: "@returns",
        text: "Resolves when the broker has the request; need not be awaited.",
      },
    ]),
    block(
      head(set, [typed(parameter, type)], ": Promise<void> {"),
      [list("return this.#object.set(", [name, parameter], ");")],
      "}",
    ),
  ]];
}

function operationMethod(
  operation: Operation,
  members: MemberNames,
  scope: FileScope,
): Layout {
  const names = nameParameters(operation.params);
  let options = "options";
  while (names.includes(options)) options += "_";
  const type = scope.runtime("CallOptions", true);
  const tags = callTags(operation, names);
  const own = { tag: `@param ${options}`, text: "How this call is made." };
  return [
    docComment(
      describe(operation, `Operation \`${operation.name}\`.`),
      tags.toSpliced(names.length, 0, own),
    ),
    block(
      head(members.operations.get(operation.name) ?? "", [
        ...typedParameters(operation.params, scope),
        `${options}?: ${type}`,
      ], `: Promise<${scope.type(operation.returns?.type ?? null)}> {`),
      [list("return this.#object.call(", [
        JSON.stringify(operation.name),
        list("[", names, "]"),
        options,
      ], ");")],
      "}",
    ),
  ];
}
