/**
 * The file of a module's service adapters.
 *
 * @module
 */
import type { Interface, Property } from "#lib/idl/model.ts";
import { summarize } from "./api_file.ts";
import { brief, docComment } from "./doc_comment.ts";
import { DEFINITION_FILE, FileScope } from "./file_scope.ts";
import { block, hanging, type Layout, list, stack } from "./layout.ts";
import type { MemberNames } from "./member_names.ts";
import { isEmptyInterface, type ModuleContext } from "./module_context.ts";
import { untaken } from "./names.ts";
import { type GeneratedFile, sourceFile } from "./source_file.ts";
import {
  classHead,
  endings,
  generic,
  head,
  key,
  readinessMembers,
  typed,
} from "./statements.ts";

/** Name of the file, in the module's folder. */
export const SERVICE_ADAPTER_FILE = "service_adapter.gen.ts";

/**
 * Writes the file of a module's service adapters.
 *
 * @returns `service_adapter.gen.ts`.
 */
export function serviceAdapterFile(context: ModuleContext): GeneratedFile {
  const scope = new FileScope(context, SERVICE_ADAPTER_FILE);
  const sections = context.inheritance.interfaces.flatMap((one) => [
    ...membersFunction(one, scope),
    adapterClass(one, scope),
  ]);
  return sourceFile(scope, {
    name: SERVICE_ADAPTER_FILE,
    kind: "generated",
    summary: summarize(context.module, "local objects that clients use."),
    sections,
  });
}

function adapterClass(definition: Interface, scope: FileScope): Layout {
  const names = scope.context.names.interfaces.get(definition.name);
  if (names === undefined) return [];
  const object = scope.runtime("ServedObject", false);
  const source = scope.runtime("Listenable", true);
  const methods: readonly Layout[] = [
    [
      "readonly #object: ",
      generic(object, [scope.api(names.members, true)]),
      ";",
    ],
    constructorOf(definition, object, scope),
    ...readinessMembers(source, {
      ready: "Resolves when clients can use the object for the first time.",
      onReady:
        "Fires when clients can use the object, at first and after each reconnect.",
    }),
    ...endings("Stops serving.", names.serviceAdapter),
  ];
  return [
    docComment(
      `Shows a local \`${definition.name}\` on the network. ${
        brief(definition, "")
      }`.trimEnd(),
    ),
    block(
      classHead(names.serviceAdapter, ["AsyncDisposable"]),
      [stack(methods, 1)],
      "}",
    ),
  ];
}

function constructorOf(
  definition: Interface,
  object: string,
  scope: FileScope,
): Layout {
  const { module, names: moduleNames } = scope.context;
  const names = moduleNames.interfaces.get(definition.name);
  if (names === undefined) return [];
  const service = scope.runtime("Service", true);
  const options = scope.runtime("ServiceAdapterOptions", true);
  const contract = scope.api(names.contract, true);
  const descriptor = scope.api(names.descriptor, false);
  const variable = variableOf(definition, scope);
  const moduleDefinition = scope.symbol(module.name, moduleNames.definition, {
    isType: false,
    file: DEFINITION_FILE,
  });
  return [
    docComment("Subscribes to all that clients may ask for.", [
      { tag: `@param ${variable}`, text: "The local object." },
      {
        tag: "@param service",
        text: "The connection; it may be connected before or after.",
      },
      { tag: "@param options", text: "How the object is shown." },
    ]),
    block(
      head("constructor", [
        typed(variable, contract),
        `service: ${service}`,
        `options: ${options} = {}`,
      ], " {"),
      [block(
        `this.#object = new ${object}(`,
        [
          `service,`,
          `${descriptor},`,
          isShared(definition, scope)
            ? `${functionName(definition, scope)}(${variable}),`
            : block("{", servedMembers(definition, variable, scope), "},"),
          `{ ...options, definition: ${moduleDefinition} },`,
        ],
        ");",
      )],
      "}",
    ),
  ];
}

/** The parameter that takes the local object. */
function variableOf(definition: Interface, { context }: FileScope): string {
  const name = context.names.interfaces.get(definition.name)?.variable ?? "";
  const isTaken = ["inherited", "options", "service"].includes(name);
  return (isEmptyInterface(definition) ? "_" : "") + name +
    (isTaken ? "_" : "");
}

/** Whether the adapters of several interfaces use an interface's members. */
function isShared(
  definition: Interface,
  { context: { inheritance } }: FileScope,
): boolean {
  return inheritance.isExtended(definition) ||
    inheritance.baseOf(definition) !== undefined;
}

function functionName(
  definition: Interface,
  { context: { names } }: FileScope,
): string {
  const name = names.interfaces.get(definition.name)?.members ?? "";
  return untaken(name.charAt(0).toLowerCase() + name.slice(1), names.taken);
}

/** What the members of interfaces that extend each other have in common. */
function membersFunction(
  definition: Interface,
  scope: FileScope,
): readonly Layout[] {
  const { inheritance, names } = scope.context;
  const own = names.interfaces.get(definition.name);
  if (own === undefined || !isShared(definition, scope)) return [];
  const variable = variableOf(definition, scope);
  const base = inheritance.baseOf(definition);
  const type = generic(scope.runtime("ServedMembers", true), [
    scope.api(own.members, true),
  ]);
  return [[
    docComment(
      `How the members of a local \`${definition.name}\` are reached.`,
    ),
    block(
      head(`function ${functionName(definition, scope)}`, [
        typed(variable, scope.api(own.contract, true)),
      ], [": ", type, " {"]),
      [
        ...(base
          ? [`const inherited = ${functionName(base, scope)}(${variable});`]
          : []),
        block("return {", servedMembers(definition, variable, scope), "};"),
      ],
      "}",
    ),
  ]];
}

function servedMembers(
  definition: Interface,
  variable: string,
  scope: FileScope,
): readonly Layout[] {
  const { context } = scope;
  const members = context.memberNames(definition);
  const { properties, operations, signals } = context.inheritance
    .membersOf(definition);
  const hasBase = context.inheritance.baseOf(definition) !== undefined;
  const part = (name: string, entries: readonly Layout[]): Layout =>
    block(
      `${name}: {`,
      hasBase ? [`...inherited.${name},`, ...entries] : entries,
      "},",
    );
  return [
    part(
      "properties",
      properties.map((one) => propertyEntry(one, members, variable)),
    ),
    part(
      "operations",
      operations.map(({ name, params }) => {
        const method = members.operations.get(name) ?? "";
        const args = params.length === 0 ? [] : ["...args"];
        return arrow(`${key(name)}: (${args}) =>`, variable, method, args);
      }),
    ),
    part(
      "signals",
      signals.map(({ name }) =>
        hanging(
          `${key(name)}:`,
          `${variable}.${members.signals.get(name)},`,
        )
      ),
    ),
  ];
}

function propertyEntry(
  { name, readonly }: Property,
  members: MemberNames,
  variable: string,
): Layout {
  const { get, set, changed, parameter } = members.properties.get(name) ??
    { get: "", set: "", changed: "", parameter: "" };
  const value = parameter === variable ? "value" : parameter;
  return block(`${key(name)}: {`, [
    arrow("get: () =>", variable, get, []),
    ...(readonly ? [] : [arrow(`set: (${value}) =>`, variable, set, [value])]),
    hanging("onChanged:", `${variable}.${changed},`),
  ], "},");
}

function arrow(
  start: string,
  object: string,
  method: string,
  args: readonly string[],
): Layout {
  return hanging(start, list(`${object}.${method}(`, args, "),"));
}
