/**
 * Which names the generated code gives to what a module defines.
 *
 * | definition | generated names |
 * | --- | --- |
 * | module `io.world` | folder `io_world`, `ioWorldDefinition` |
 * | enum, struct, extern `Message` | `Message`, `messageDescriptor`, `isMessage`, `defaultMessage` |
 * | interface `Hello` | `Hello`, `IHello`, `HelloMembers`, `helloDescriptor`, `HelloClientAdapter`, `HelloServiceAdapter` |
 *
 * A name that is taken already gets an underscore: the definition's own names
 * come first, those made of them follow in the order of declaration.
 *
 * @module
 */
import type { Module } from "#lib/idl/model.ts";
import {
  toLowerCamelCase,
  toSnakeCase,
  toUpperCamelCase,
} from "#lib/base/naming.ts";
import { escapeReservedWord, isReservedWord } from "#lib/idl/reserved_words.ts";

/** Types of the language that generated code uses besides those that are reserved anyway. */
const USED_TYPES: ReadonlySet<string> = new Set(["AsyncDisposable"]);

/** What an enum, struct or extern is called. */
interface TypeNames {
  /** Its type, and the object that holds an enum's members. */
  readonly type: string;
  /** Its descriptor. */
  readonly descriptor: string;
  /** The function that says whether a value has the type. */
  readonly guard: string;
  /** The function that makes a value of defaults. */
  readonly makeDefault: string;
}

/** What an interface is called. */
export interface InterfaceNames {
  /** The class of the local implementation. */
  readonly implementation: string;
  /** What local and remote objects have in common. */
  readonly contract: string;
  /** The TypeScript types of its members. */
  readonly members: string;
  /** Its descriptor. */
  readonly descriptor: string;
  /** The class of its client adapter. */
  readonly clientAdapter: string;
  /** The class of its service adapter. */
  readonly serviceAdapter: string;
  /** A variable that holds an object of it. */
  readonly variable: string;
  /** File of the local implementation, without `.ts`. */
  readonly file: string;
}

/** What a module and its definitions are called. */
export interface ModuleNames {
  /** Its folder. */
  readonly folder: string;
  /** The constant that holds its definition. */
  readonly definition: string;
  /** Enums, structs and externs by the name in the definition. */
  readonly types: ReadonlyMap<string, TypeNames>;
  /** Interfaces by the name in the definition. */
  readonly interfaces: ReadonlyMap<string, InterfaceNames>;
  /** Every name that the module's files export. */
  readonly taken: ReadonlySet<string>;
}

/**
 * Names what a module defines.
 *
 * @returns Its names; equal modules get equal ones.
 */
export function nameModule(module: Module): ModuleNames {
  const taken = new Set<string>();
  const take = (name: string): string => {
    const free = untaken(name, taken);
    taken.add(free);
    return free;
  };
  const values = [...module.enums, ...module.externs, ...module.structs];
  const own = new Map(
    [...values, ...module.interfaces].map(({ name }) => [
      name,
      take(escapeReservedWord(typeName(name), "type")),
    ]),
  );
  const types = new Map(
    values.map(({ name }) => [name, {
      type: own.get(name) ?? name,
      descriptor: take(`${toLowerCamelCase(bare(name))}Descriptor`),
      guard: take(`is${typeName(bare(name))}`),
      makeDefault: take(`default${typeName(bare(name))}`),
    }]),
  );
  const interfaces = new Map(
    module.interfaces.map(({ name }) => [name, {
      implementation: own.get(name) ?? name,
      contract: take(`I${typeName(bare(name))}`),
      members: take(`${typeName(bare(name))}Members`),
      descriptor: take(`${toLowerCamelCase(bare(name))}Descriptor`),
      clientAdapter: take(`${typeName(bare(name))}ClientAdapter`),
      serviceAdapter: take(`${typeName(bare(name))}ServiceAdapter`),
      variable: parameterName(name),
      file: toSnakeCase(name),
    }]),
  );
  return {
    folder: toSnakeCase(module.name),
    definition: take(`${toLowerCamelCase(bare(module.name))}Definition`),
    types,
    interfaces,
    taken,
  };
}

/**
 * A name of upper camel case; one that has it already stays as it is.
 *
 * @returns For example `EnumWithUnderScores` for `Enum_With_Under_scores`.
 */
export function typeName(name: string): string {
  return /^[A-Z][A-Za-z0-9]*$/.test(name) ? name : toUpperCamelCase(name);
}

/**
 * A name of lower camel case; one that has it already stays as it is.
 *
 * @returns For example `somePower` for `SOME_POWER`.
 */
export function memberName(name: string): string {
  return /^[a-z][A-Za-z0-9]*$/.test(name) ? name : toLowerCamelCase(name);
}

/**
 * The name of a parameter or variable.
 *
 * @returns A name of lower camel case that is no keyword.
 */
export function parameterName(name: string): string {
  return escapeReservedWord(memberName(name), "parameter");
}

/**
 * A name that is not taken.
 *
 * @param taken Names that are in use.
 * @returns The name, with as many underscores as it needs.
 */
export function untaken(name: string, taken: ReadonlySet<string>): string {
  let free = name;
  while (
    taken.has(free) || USED_TYPES.has(free) || isReservedWord(free, "type")
  ) free += "_";
  return free;
}

/** Without the underscores at its end, so that more can follow. */
function bare(name: string): string {
  return name.replace(/_+$/, "");
}
