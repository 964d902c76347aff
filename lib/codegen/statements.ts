/**
 * Statements that several kinds of definitions need.
 *
 * @module
 */
import { docComment } from "./doc_comment.ts";
import type { FileScope } from "./file_scope.ts";
import type { RuntimeName } from "./module_context.ts";
import {
  block,
  hanging,
  type Layout,
  list,
  NEWLINE,
  overflows,
  quote,
  SPACE,
} from "./layout.ts";

/**
 * The key of an entry or a field. The linter would have identifiers in camel
 * case, but keys are the names on the wire, so others stand in quotes.
 *
 * @returns The name, in quotes where it is not in camel case.
 */
export function key(name: string): string {
  const isPlain = /^[A-Za-z][A-Za-z0-9]*_*$/.test(name) ||
    /^[A-Z][A-Z0-9_]*$/.test(name);
  return isPlain ? name : JSON.stringify(name);
}

/**
 * An exported constant that holds an object.
 *
 * @param entries The object's entries, each with a comma at its end.
 */
export function constant(
  name: string,
  type: Layout,
  entries: readonly Layout[],
): Layout {
  return block([`export const ${name}: `, type, " = {"], entries, "};");
}

/**
 * An entry that holds an object. Modules that import in a circle are evaluated
 * before what they import, so there the object is made when it is used.
 *
 * @param entries The object's entries, each with a comma at its end.
 * @param owner Type of the object that has the entry, and whether the module is
 * on a circle.
 * @returns The entry with a comma at its end.
 */
export function lazyBlock(
  name: string,
  entries: readonly Layout[],
  { type, scope }: { readonly type: Layout; readonly scope: FileScope },
): Layout {
  if (!scope.context.isCircular) return block(`${name}: {`, entries, "},");
  return block(
    [`get ${name}(): `, type, `["${name}"] {`],
    [block("return {", entries, "};")],
    "},",
  );
}

/** Names that every object inherits; TypeScript takes their types from there. */
const INHERITED: ReadonlySet<string> = new Set(
  Object.getOwnPropertyNames(Object.prototype),
);

/**
 * What stands behind the value of an entry, so that TypeScript knows its type
 * although the entry has a name that every object inherits.
 *
 * @param scope The names of the file.
 * @returns Nothing for other names.
 */
export function satisfies(
  name: string,
  type: RuntimeName,
  scope: FileScope,
): string {
  return INHERITED.has(name) ? ` satisfies ${scope.runtime(type, true)}` : "";
}

/** A type with arguments. */
export function generic(type: string, args: readonly Layout[]): Layout {
  return list(`${type}<`, args, ">", { trailing: "" });
}

/**
 * A name with its type: the type on the next line where the line is too long.
 *
 * @returns For example `msg: Message`.
 */
export function typed(name: string, type: Layout): Layout {
  return hanging(`${name}:`, type);
}

/**
 * The head of a function or method.
 *
 * @param name Its name, with all that stands before it.
 * @param params Its parameters with their types.
 * @param tail What follows the parameters: type of the result and the like.
 */
export function head(
  name: string,
  params: readonly Layout[],
  tail: Layout,
): Layout {
  return [list(`${name}(`, params, ")"), tail];
}

/**
 * A text as the value of an entry: on the next line where it is too long.
 *
 * @returns The entry with a comma at its end.
 */
export function textEntry(name: string, text: string): Layout {
  return hanging(`${name}:`, `${quote(text)},`);
}

/**
 * Writes the function that says whether a value has a type.
 *
 * @param names What the function, the type and its descriptor are called.
 * @param scope The names of the file.
 */
export function guardSection(
  names: {
    readonly guard: string;
    readonly type: string;
    readonly descriptor: string;
  },
  scope: FileScope,
): Layout {
  const { guard, type, descriptor } = names;
  const isValue = scope.runtime("isValue", false);
  return [
    docComment(`Checks whether a value is a valid {@linkcode ${type}}.`, [
      { tag: "@param value", text: "Anything." },
      { tag: "@returns", text: "True if it can be sent as it is." },
    ]),
    block(
      head(
        `export function ${guard}`,
        ["value: unknown"],
        `: value is ${type} {`,
      ),
      [`return ${isValue}(${descriptor}, value);`],
      "}",
    ),
  ];
}

/**
 * The head of an exported class.
 *
 * @param base The class it extends.
 * @returns Up to the opening brace.
 */
export function classHead(
  name: string,
  contracts: readonly string[],
  base?: string,
): Layout {
  const items = contracts.flatMap((contract, index) =>
    index === 0 ? [contract] : [",", SPACE, contract]
  );
  const contract = hanging("implements", [...items, " {"]);
  if (base === undefined) return hanging(`export class ${name}`, contract);
  const start = `export class ${name} extends ${base}`;
  if (!overflows(start)) return hanging(start, contract);
  const content: Layout = [NEWLINE, `extends ${base}`, NEWLINE, contract];
  return [`export class ${name}`, { kind: "indent", content }];
}

/** A getter of a class. */
export function getter(
  comment: Layout,
  name: string,
  type: Layout,
  body: Layout,
): Layout {
  return [comment, block([`get ${name}(): `, type, " {"], [body], "}")];
}

/**
 * What client and service adapters have in common.
 *
 * @param source `Listenable`, as the file calls it.
 * @param text What is said of the two members.
 * @returns The members `ready` and `onReady`.
 */
export function readinessMembers(
  source: string,
  text: { readonly ready: string; readonly onReady: string },
): readonly Layout[] {
  return [
    getter(
      docComment(text.ready),
      "ready",
      "Promise<void>",
      "return this.#object.ready;",
    ),
    getter(
      docComment(text.onReady),
      "onReady",
      `${source}<[]>`,
      "return this.#object.onReady;",
    ),
  ];
}

/**
 * The members by which a client sees whether its object is served.
 *
 * @param source How the file calls the type of events.
 * @returns The members `isAvailable` and `onAvailabilityChanged`.
 */
export function availabilityMembers(source: string): readonly Layout[] {
  return [
    getter(
      docComment(
        "Whether a service that serves the object is there; while it is not, values are the last ones. Undefined where no service announces itself.",
      ),
      "isAvailable",
      "boolean | undefined",
      "return this.#object.isAvailable;",
    ),
    getter(
      docComment("Fires when the object's service comes, and when it is gone."),
      "onAvailabilityChanged",
      `${source}<[isAvailable: boolean]>`,
      "return this.#object.onAvailabilityChanged;",
    ),
  ];
}

/**
 * The methods that end an adapter.
 *
 * @returns `close` and the one that disposes.
 */
export function endings(text: string, className: string): readonly Layout[] {
  return [
    [
      docComment(text),
      block(
        head("close", [], ": Promise<void> {"),
        ["return this.#object.close();"],
        "}",
      ),
    ],
    [
      docComment(`The same as {@linkcode ${className}.close}.`),
      block(
        head("[Symbol.asyncDispose]", [], ": Promise<void> {"),
        ["return this.close();"],
        "}",
      ),
    ],
  ];
}
