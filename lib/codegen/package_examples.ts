/**
 * The examples of a package: a service of all its interfaces, and a client.
 *
 * @module
 */
import type { Interface } from "#lib/idl/model.ts";
import { docComment } from "./doc_comment.ts";
import { FileScope } from "./file_scope.ts";
import { INDEX_FILE } from "./index_file.ts";
import {
  block,
  type Layout,
  list,
  NEWLINE,
  overflows,
  quote,
  render,
  stack,
} from "./layout.ts";
import type { ModuleContext } from "./module_context.ts";
import { type InterfaceNames, memberName, untaken } from "./names.ts";
import { DEFAULT_RUNTIME, type GeneratedFile } from "./source_file.ts";

/** An interface in an example. */
interface Example {
  readonly definition: Interface;
  readonly names: InterfaceNames;
  readonly context: ModuleContext;
  /** What its module is called. */
  readonly space: string;
  /** The variable that holds its object. */
  readonly variable: string;
}

/** Words that the examples use themselves. */
const USED = [
  "answer",
  "client",
  "process",
  "served",
  "service",
  "show",
  "url",
];

/**
 * Writes the examples.
 *
 * @param name The package, for the names of service and client.
 * @returns `examples/service.ts` and `examples/client.ts`.
 */
export function exampleFiles(
  contexts: readonly ModuleContext[],
  name: string,
): readonly GeneratedFile[] {
  const spaces = nameSpaces(contexts);
  const taken = new Set([...USED, ...spaces.values()]);
  const examples = contexts.flatMap((context) =>
    context.module.interfaces.flatMap((definition) => {
      const names = context.names.interfaces.get(definition.name);
      if (names === undefined) return [];
      const variable = untaken(names.variable, taken);
      taken.add(variable);
      const space = spaces.get(context.module.name) ?? "";
      return [{ definition, names, context, space, variable }];
    })
  );
  const id = name.replace(/^@/, "").replaceAll("/", "-");
  return [
    exampleFile("service", examples, serviceSections(examples, id)),
    exampleFile("client", examples, clientSections(examples, spaces, id)),
  ];
}

/**
 * What modules are called where several of them are used.
 *
 * @returns For example `ioWorld`, by the name in the definition.
 */
export function nameSpaces(
  contexts: readonly ModuleContext[],
): ReadonlyMap<string, string> {
  const taken = new Set(USED);
  const spaces = new Map<string, string>();
  for (const { module } of contexts) {
    const space = untaken(memberName(module.name), taken);
    taken.add(space);
    spaces.set(module.name, space);
  }
  return spaces;
}

function exampleFile(
  role: "client" | "service",
  examples: readonly Example[],
  sections: readonly Layout[],
): GeneratedFile {
  const text = role === "service"
    ? "Serves the starters until it is interrupted."
    : "Shows what a service reports until it is interrupted.";
  const body = render(stack([
    stack(importsOf(role, examples)),
    `const url = process.argv[2] ?? "mqtt://127.0.0.1:1883";`,
    ...sections,
  ], 1));
  const header = render([
    body.split("\n").some(overflows)
      ? ["// deno-fmt-ignore-file", NEWLINE]
      : [],
    docComment(text, [{ tag: "@module", text: "" }]),
  ]);
  return {
    path: `examples/${role}.ts`,
    kind: "starter",
    text: `${header}${body}\n`,
  };
}

function importsOf(
  role: "client" | "service",
  examples: readonly Example[],
): readonly string[] {
  const name = role === "client" ? "Client" : "Service";
  const modules = new Map(
    examples.map(({ space, context }) => [context.names.folder, space]),
  );
  return [
    `import { ${name} } from "${DEFAULT_RUNTIME}";`,
    `import process from "node:process";`,
    ...[...modules].toSorted(([a], [b]) => a < b ? -1 : 1).map(
      ([folder, space]) =>
        `import * as ${space} from "../src/${folder}/${INDEX_FILE}";`,
    ),
  ];
}

function serviceSections(
  examples: readonly Example[],
  id: string,
): readonly Layout[] {
  const served = examples.map(({ space, names }) =>
    list(`new ${space}.${names.serviceAdapter}(`, [
      `new ${space}.${names.implementation}()`,
      "service",
    ], "),")
  );
  return [
    stack([
      `const service = new Service(${quote(`${id}-service`)});`,
      block("const served = [", served, "];"),
      `await service.connect(url);`,
      `await Promise.all(served.map(({ ready }) => ready));`,
      `process.once("SIGINT", () => service[Symbol.asyncDispose]());`,
      "console.log(`Serving on ${url}, until Ctrl+C`);",
    ]),
  ];
}

function clientSections(
  examples: readonly Example[],
  spaces: ReadonlyMap<string, string>,
  id: string,
): readonly Layout[] {
  const ready = examples.map(({ variable }) => `${variable}.ready`);
  return [
    block("function show(name: string): (...values: unknown[]) => void {", [
      "return (...values) => console.log(name, ...values);",
    ], "}"),
    `const client = new Client(${quote(`${id}-client`)});`,
    ...examples.map((one) => stack(observed(one))),
    stack([
      "await client.connect(url);",
      list("await Promise.all([", ready, "]);"),
      ...called(examples, spaces),
      `process.once("SIGINT", () => client[Symbol.asyncDispose]());`,
      "console.log(`Listening on ${url}, until Ctrl+C`);",
    ]),
  ];
}

/** The handlers of an interface's properties and signals. */
function observed({ definition, names, context, ...one }: Example): Layout[] {
  const { properties, signals } = context.inheritance.membersOf(definition);
  const members = context.memberNames(definition);
  const events = [
    ...properties.map(({ name }) => ({
      name,
      event: members.properties.get(name)?.changed,
    })),
    ...signals.map(({ name }) => ({ name, event: members.signals.get(name) })),
  ];
  return [
    list(`const ${one.variable} = new ${one.space}.${names.clientAdapter}(`, [
      "client",
    ], ");"),
    ...events.map(({ name, event }) =>
      list(`${one.variable}.${event}.add(`, [
        `show(${quote(`${definition.name}.${name}`)})`,
      ], ");")
    ),
  ];
}

/** A call of the first operation. */
function called(
  examples: readonly Example[],
  spaces: ReadonlyMap<string, string>,
): Layout[] {
  for (const { definition, context, variable } of examples) {
    const { operations } = context.inheritance.membersOf(definition);
    const [operation] = operations;
    if (operation === undefined) continue;
    const scope = new FileScope(
      context,
      "",
      (module, name) => `${spaces.get(module)}.${name}`,
    );
    const method = context.memberNames(definition).operations
      .get(operation.name);
    const args = operation.params.map(({ type }) => scope.defaultValue(type));
    const call = `await ${variable}.${method}(`;
    if (operation.returns === null) return [list(call, args, ");")];
    const name = quote(`${definition.name}.${operation.name}`);
    return [
      list(`const answer = ${call}`, args, ");"),
      list("console.log(", [name, '"answered"', "answer"], ");"),
    ];
  }
  return [];
}
