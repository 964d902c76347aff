/**
 * The test of an interface in a package: each property, operation and signal of
 * the starter, over a broker in memory.
 *
 * @module
 */
import type { Interface, Operation, Property, Signal } from "#lib/idl/model.ts";
import { FileScope } from "./file_scope.ts";
import { INDEX_FILE } from "./index_file.ts";
import { docComment } from "./doc_comment.ts";
import { block, type Layout, list, quote, stack } from "./layout.ts";
import type { MemberNames } from "./member_names.ts";
import type { ModuleContext } from "./module_context.ts";
import { type InterfaceNames, untaken } from "./names.ts";
import { isComparable, sampleValue } from "./sample_value.ts";
import { type GeneratedFile, sourceFile } from "./source_file.ts";
import { head } from "./statements.ts";

/** What the tests import of their own. */
const NETWORK = "../network.ts";

/** What the sections of a test are written from. */
interface TestScope {
  readonly scope: FileScope;
  readonly names: InterfaceNames;
  readonly members: MemberNames;
}

/**
 * Writes the test of an interface.
 *
 * @returns For example `tests/io_world/hello_test.ts`.
 */
export function packageTestFile(
  definition: Interface,
  context: ModuleContext,
): GeneratedFile {
  const names = context.names.interfaces.get(definition.name);
  if (names === undefined) throw new TypeError(missing(definition, context));
  const name = `${names.file}_test.ts`;
  const scope = new FileScope(context, name, importFromSources);
  const members = context.memberNames(definition);
  const file = sourceFile(scope, {
    name,
    kind: "starter",
    summary:
      `\`${context.module.name}.${definition.name}\` between a service and a client.`,
    sections: sections(definition, { scope, names, members }),
  });
  return { ...file, path: `tests/${file.path}` };
}

function missing({ name }: Interface, { module }: ModuleContext): string {
  return `Cannot test "${name}": module ${module.name} does not define it`;
}

function importFromSources(
  module: string,
  name: string,
  scope: FileScope,
): string {
  const { context } = scope;
  const { folder } = context.namesOf(module);
  return scope.imports.add(`../../src/${folder}/${INDEX_FILE}`, name, {
    local: context.localName(module, name),
    isType: false,
  });
}

function sections(definition: Interface, test: TestScope): readonly Layout[] {
  const { properties, operations, signals } = test.scope.context.inheritance
    .membersOf(definition);
  const tests = [
    ...properties.map((one) => propertyTest(one, test)),
    ...operations.map((one) => operationTest(one, test)),
    ...signals.map((one) => signalTest(one, test)),
  ];
  const served = testCase("is served", "{ remote }", [
    "await remote.ready;",
  ], test);
  return [connected(test), ...(tests.length === 0 ? [served] : tests)];
}

/** The function that connects a local object with a client's view of it. */
function connected({ scope, names }: TestScope): Layout {
  const own = (name: string) => scope.api(name, false);
  const [local, remote, served] = [
    own(names.implementation),
    own(names.clientAdapter),
    own(names.serviceAdapter),
  ];
  const makeNetwork = scope.imports.add(NETWORK, "makeNetwork", {
    isType: false,
  });
  const objects = untaken("Objects", scope.context.names.taken);
  return stack([
    [
      docComment("A local object, and what a client sees of it."),
      block(`interface ${objects} {`, [
        `readonly local: ${local};`,
        `readonly remote: ${remote};`,
      ], "}"),
    ],
    block(
      head("async function connected", [
        `use: (objects: ${objects}) => Promise<void>`,
      ], ": Promise<void> {"),
      [
        `const network = ${makeNetwork}();`,
        `const local = new ${local}();`,
        list(`const served = new ${served}(`, [
          "local",
          "network.service",
        ], ");"),
        list(`const remote = new ${remote}(`, ["network.client"], ");"),
        [
          block("try {", [
            "await network.connect();",
            "await Promise.all([served.ready, remote.ready]);",
            "await use({ local, remote });",
          ], "} finally {"),
          block("", ["await network.close();"], "}"),
        ],
      ],
      "}",
    ),
  ], 1);
}

function propertyTest(property: Property, test: TestScope): Layout {
  const { scope, members } = test;
  const { get, set, changed } = members.properties.get(property.name) ??
    { get: "", set: "", changed: "" };
  const sample = sampleValue(property.type, scope);
  const value = sample ?? scope.defaultValue(property.type);
  const who = property.readonly ? "local" : "remote";
  const change = property.readonly
    ? list(`${who}.${set}(`, ["value"], ");")
    : list(`await ${who}.${set}(`, ["value"], ");");
  const isSeen = isComparable(property.type, scope);
  const name = `property ${property.name} ${
    property.readonly ? "is seen by a client" : "is set by a client"
  }`;
  const objects = isSeen || property.readonly
    ? "{ local, remote }"
    : "{ remote }";
  return testCase(name, objects, [
    ["const value = ", value, ";"],
    change,
    ...(isSeen ? comparison(get, changed, scope) : [`remote.${get}();`]),
  ], test);
}

function comparison(
  get: string,
  changed: string,
  scope: FileScope,
): readonly Layout[] {
  const becomes = scope.imports.add(NETWORK, "becomes", { isType: false });
  return [
    list(`await ${becomes}(`, [
      `() => remote.${get}()`,
      "value",
      `remote.${changed}`,
    ], ");"),
    list(`${assertion(scope)}(`, [`local.${get}()`, "value"], ");"),
  ];
}

function operationTest(operation: Operation, test: TestScope): Layout {
  const { scope, members } = test;
  const args = operation.params.map(({ type }) => scope.defaultValue(type));
  const method = members.operations.get(operation.name) ?? "";
  const name = `operation ${operation.name} is called by a client`;
  const result = operation.returns?.type;
  if (result === undefined || !isComparable(result, scope)) {
    const call = list(`await remote.${method}(`, args, ");");
    return testCase(name, "{ remote }", [call], test);
  }
  return testCase(name, "{ remote }", [
    list(`const answer = await remote.${method}(`, args, ");"),
    list(`${assertion(scope)}(`, [
      "answer",
      scope.defaultValue(result),
    ], ");"),
  ], test);
}

function signalTest(signal: Signal, test: TestScope): Layout {
  const { scope, members } = test;
  const event = members.signals.get(signal.name) ?? "";
  const soon = scope.imports.add(NETWORK, "soon", { isType: false });
  const args = signal.params.map(({ type }) => scope.defaultValue(type));
  const isSeen = signal.params.every(({ type }) => isComparable(type, scope));
  return testCase(
    `signal ${signal.name} is received by a client`,
    "{ local, remote }",
    [
      list(`const received = remote.${event}.next(`, [`${soon}()`], ");"),
      list(`local.${event}.fire(`, args, ");"),
      isSeen
        ? list(
          `${assertion(scope)}(`,
          ["await received", list("[", args, "]")],
          ");",
        )
        : "await received;",
    ],
    test,
  );
}

function assertion({ imports }: FileScope): string {
  return imports.add("node:assert/strict", "deepEqual", { isType: false });
}

function testCase(
  name: string,
  objects: string,
  body: readonly Layout[],
  { scope }: TestScope,
): Layout {
  const test = scope.imports.add("node:test", "test", { isType: false });
  return block(`${test}(${quote(name)}, async () => {`, [
    block(`await connected(async (${objects}) => {`, body, "});"),
  ], "});");
}
