/**
 * The file of a module's service adapters.
 *
 * @module
 */
import type { Interface } from "#lib/idl/model.ts";
import { allMembers } from "#lib/idl/model.ts";
import { summarize } from "./api_file.ts";
import { brief, docComment } from "./doc_comment.ts";
import { DEFINITION_FILE, FileScope } from "./file_scope.ts";
import { block, hanging, type Layout, list, stack } from "./layout.ts";
import { isEmptyInterface, type ModuleContext } from "./module_context.ts";
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
 * @param context The module.
 * @returns `service_adapter.gen.ts`.
 */
export function serviceAdapterFile(context: ModuleContext): GeneratedFile {
  const scope = new FileScope(context, SERVICE_ADAPTER_FILE);
  const sections = context.module.interfaces.map((one) =>
    adapterClass(one, scope)
  );
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
  const isEmpty = isEmptyInterface(definition);
  const variable = (isEmpty ? "_" : "") + names.variable +
    (["service", "options"].includes(names.variable) ? "_" : "");
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
          block("{", servedMembers(definition, variable, scope), "},"),
          `{ ...options, definition: ${moduleDefinition} },`,
        ],
        ");",
      )],
      "}",
    ),
  ];
}

function servedMembers(
  definition: Interface,
  variable: string,
  scope: FileScope,
): readonly Layout[] {
  const members = scope.context.memberNames(definition);
  const { properties, operations, signals } = allMembers(definition);
  return [
    block(
      "properties: {",
      properties.map(({ name, readonly }) => {
        const { get, set, changed, parameter } = members.properties.get(name) ??
          { get: "", set: "", changed: "", parameter: "" };
        const value = parameter === variable ? "value" : parameter;
        return block(`${key(name)}: {`, [
          arrow("get: () =>", variable, get, []),
          ...(readonly
            ? []
            : [arrow(`set: (${value}) =>`, variable, set, [value])]),
          hanging("onChanged:", `${variable}.${changed},`),
        ], "},");
      }),
      "},",
    ),
    block(
      "operations: {",
      operations.map(({ name, params }) => {
        const method = members.operations.get(name) ?? "";
        const args = params.length === 0 ? [] : ["...args"];
        return arrow(`${key(name)}: (${args}) =>`, variable, method, args);
      }),
      "},",
    ),
    block(
      "signals: {",
      signals.map(({ name }) =>
        hanging(
          `${key(name)}:`,
          `${variable}.${members.signals.get(name)},`,
        )
      ),
      "},",
    ),
  ];
}

function arrow(
  start: string,
  object: string,
  method: string,
  args: readonly string[],
): Layout {
  return hanging(start, list(`${object}.${method}(`, args, "),"));
}
