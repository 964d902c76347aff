/**
 * What a generated file may name: how types are written in it, and which
 * imports that takes.
 *
 * @module
 */
import type { Int64Type } from "#lib/objectapi/descriptor.ts";
import type { PrimitiveType, SymbolType, TypeRef } from "#lib/idl/model.ts";
import { ImportList } from "./import_list.ts";
import { type Layout, list } from "./layout.ts";
import type { ModuleContext, RuntimeName } from "./module_context.ts";

/** File of a module's types, in its folder. */
export const API_FILE = "api.gen.ts";

/** File of a module's definition, in its folder. */
export const DEFINITION_FILE = "definition.gen.ts";

const TYPESCRIPT_TYPES = {
  bool: "boolean",
  int: "number",
  int32: "number",
  float: "number",
  float32: "number",
  float64: "number",
  string: "string",
  bytes: "Uint8Array",
  any: "unknown",
} as const;

const INT64_DEFAULTS: Readonly<Record<Int64Type, string>> = {
  bigint: "0n",
  number: "0",
  string: '"0"',
};

const DEFAULTS = {
  bool: "false",
  int: "0",
  int32: "0",
  float: "0",
  float32: "0",
  float64: "0",
  string: '""',
  bytes: "new Uint8Array()",
  any: "null",
} as const;

/** Names an export of a module in a file that stands elsewhere. */
type SymbolAccess = (
  module: string,
  name: string,
  scope: FileScope,
) => string;

/** Names of one generated file; remembers what has to be imported for them. */
export class FileScope {
  /** What the file imports so far. */
  readonly imports: ImportList = new ImportList();
  /** The module it belongs to. */
  readonly context: ModuleContext;
  readonly #file: string;
  readonly #access: SymbolAccess | undefined;

  /**
   * Makes an empty scope.
   *
   * @param file The file, in the module's folder.
   * @param access How a file outside of the modules' folders names their exports.
   */
  constructor(context: ModuleContext, file: string, access?: SymbolAccess) {
    this.context = context;
    this.#file = file;
    this.#access = access;
  }

  /**
   * Names something of the runtime.
   *
   * @param isType Whether it is used as a type only.
   */
  runtime(name: RuntimeName, isType: boolean): string {
    const local = this.context.runtimeName(name);
    return this.imports.add(this.context.runtime, name, { local, isType });
  }

  /**
   * Names something that a module's file exports.
   *
   * @param use Whether it is used as a type only, and the file that exports it.
   */
  symbol(
    module: string,
    name: string,
    use: { readonly isType: boolean; readonly file?: string },
  ): string {
    const { isType, file = API_FILE } = use;
    const { context } = this;
    if (this.#access) return this.#access(module, name, this);
    if (module === context.module.name) {
      return file === this.#file
        ? name
        : this.imports.add(`./${file}`, name, { isType });
    }
    const { folder } = context.namesOf(module);
    const local = context.localName(module, name);
    return this.imports.add(`../${folder}/${file}`, name, { local, isType });
  }

  /**
   * Names something of the module's own types.
   *
   * @param name The name in the file of types.
   * @param isType Whether it is used as a type only.
   */
  api(name: string, isType: boolean): string {
    return this.symbol(this.context.module.name, name, { isType });
  }

  /**
   * Writes a type in TypeScript.
   *
   * @param type The type; null for void.
   * @returns For example `readonly Message[]`.
   */
  type(type: TypeRef | null): string {
    if (type === null) return "void";
    const element = type.kind === "primitive"
      ? this.#primitive(type)
      : type.kind === "interface"
      ? "unknown"
      : this.#symbol(type, "type", true);
    if (!type.array) return element;
    return `readonly ${element.includes(" ") ? `(${element})` : element}[]`;
  }

  /** Writes the descriptor of a type. */
  descriptor(type: TypeRef): Layout {
    const element = this.#elementDescriptor(type);
    if (!type.array) return element;
    return object([`kind: "array"`, ["element: ", element]]);
  }

  /** Writes the default of a type. */
  defaultValue(type: TypeRef): string {
    if (type.array) return "[]";
    if (type.kind === "primitive") {
      return type.name === "int64"
        ? INT64_DEFAULTS[this.context.int64]
        : DEFAULTS[type.name];
    }
    if (type.kind === "interface") return "null";
    const found = this.context.find(type);
    if (found?.kind === "enum") {
      const [first] = found.members;
      if (first === undefined) return "0";
      return `${this.#symbol(type, "type", false)}.${first.name}`;
    }
    return `${this.#symbol(type, "makeDefault", false)}()`;
  }

  #primitive({ name }: PrimitiveType): string {
    return name === "int64" ? this.context.int64 : TYPESCRIPT_TYPES[name];
  }

  #elementDescriptor(type: TypeRef): Layout {
    if (type.kind === "primitive") {
      const entries = [`kind: "${type.name}"`];
      if (type.name === "int64") entries.push(`as: "${this.context.int64}"`);
      return object(entries);
    }
    if (type.kind === "interface") {
      const name = JSON.stringify(type.name);
      return object([`kind: "extern"`, `name: ${name}`, "default: null"]);
    }
    const found = this.context.find(type);
    if (found?.kind === "enum" && found.members.length === 0) {
      return object([`kind: "int"`]);
    }
    return this.#symbol(type, "descriptor", false);
  }

  #symbol(
    type: SymbolType,
    what: "type" | "descriptor" | "makeDefault",
    isType: boolean,
  ): string {
    const names = this.context.namesOf(type.module).types.get(type.name);
    if (names === undefined) {
      throw new TypeError(
        `Cannot use type "${type.name}": module ${type.module} does not define it`,
      );
    }
    return this.symbol(type.module, names[what], { isType });
  }
}

/** An object literal on one line where it fits. */
export function object(entries: readonly Layout[]): Layout {
  return list("{", entries, "}", { padding: " " });
}
