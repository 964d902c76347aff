/**
 * A module with all that is needed to write its files.
 *
 * @module
 */
import type {
  Definition,
  Interface,
  Members,
  Module,
  TypeRef,
} from "#lib/idl/model.ts";
import { allMembers, findDefinition } from "#lib/idl/model.ts";
import { Inheritance } from "./inheritance.ts";
import { type MemberNames, nameMembers } from "./member_names.ts";
import type { Int64Type } from "#lib/objectapi/descriptor.ts";
import { type ModuleNames, nameModule, typeName, untaken } from "./names.ts";

/** What generated files import from the runtime, none of which a module's own names may hide. */
const RUNTIME_NAMES = [
  "ArrayDescriptor",
  "CallOptions",
  "Client",
  "ClientAdapterOptions",
  "EnumDescriptor",
  "equalValues",
  "EventHook",
  "Listenable",
  "ExternDescriptor",
  "InterfaceDescriptor",
  "isValue",
  "ModuleDefinition",
  "RemoteObject",
  "ServedMembers",
  "ServedObject",
  "ServiceAdapterOptions",
  "Service",
  "OperationDescriptor",
  "PropertyDescriptor",
  "SignalDescriptor",
  "StructDescriptor",
  "TypeDescriptor",
] as const;

/** What a generated file may import from the runtime. */
export type RuntimeName = (typeof RUNTIME_NAMES)[number];

/** What a module's files are written from. */
export class ModuleContext {
  /** The module. */
  readonly module: Module;
  /** The names of what it defines. */
  readonly names: ModuleNames;
  /** The file it was read from, as the files shall name it. */
  readonly input: string;
  /** What the files import the runtime from. */
  readonly runtime: string;
  /** What an int64 is in the program. */
  readonly int64: Int64Type;
  /** How its interfaces extend each other. */
  readonly inheritance: Inheritance;
  readonly #memberNames = new Map<Interface, MemberNames>();
  readonly #modules: ReadonlyMap<string, Module>;
  readonly #names: ReadonlyMap<string, ModuleNames>;

  /**
   * Brings together what belongs to a module.
   *
   * @param modules It and all that it imports.
   * @param origin Where it comes from and what its files import.
   */
  constructor(
    module: Module,
    modules: readonly Module[],
    origin: {
      readonly input: string;
      readonly runtime: string;
      readonly int64: Int64Type;
    },
  ) {
    this.module = module;
    this.inheritance = new Inheritance(module);
    this.input = origin.input;
    this.runtime = origin.runtime;
    this.int64 = origin.int64;
    this.#modules = new Map(modules.map((one) => [one.name, one]));
    this.#names = new Map(modules.map((one) => [one.name, nameModule(one)]));
    this.names = this.namesOf(module.name);
  }

  /** Whether the module imports itself over others. */
  get isCircular(): boolean {
    const found = new Set(importsOf(this.module));
    for (const name of found) {
      const imported = this.#modules.get(name);
      for (const one of imported ? importsOf(imported) : []) found.add(one);
    }
    return found.has(this.module.name);
  }

  /**
   * The names that a module's definitions have in its own files.
   *
   * @param module Name of this module or of one that it imports.
   */
  namesOf(module: string): ModuleNames {
    const names = this.#names.get(module);
    if (names === undefined) {
      throw new TypeError(
        `Cannot generate "${this.module.name}": module ${module} is missing, expected all that it imports`,
      );
    }
    return names;
  }

  /**
   * What a name of another module is called in the files of this one.
   *
   * @param module Name of the other module.
   * @returns The same, or with the module's name before it where it is taken.
   */
  localName(module: string, name: string): string {
    if (module === this.module.name) return name;
    const isTaken = this.names.taken.has(name) ||
      RUNTIME_NAMES.some((known) => known === name) ||
      this.#closure().some((other) =>
        other !== module && this.namesOf(other).taken.has(name)
      );
    if (!isTaken) return name;
    return untaken(prefixed(module, name), this.names.taken);
  }

  /**
   * What a name of the runtime is called in the files of this module.
   *
   * @returns The same, or with an underscore where it is taken.
   */
  runtimeName(name: RuntimeName): string {
    return untaken(name, this.names.taken);
  }

  /**
   * Finds what a type points at.
   *
   * @returns The definition; undefined for a primitive.
   */
  find(type: TypeRef): Definition | undefined {
    return findDefinition(type, [...this.#modules.values()]);
  }

  /**
   * Names the members that the code of an interface of this module writes.
   *
   * @returns The names of what {@linkcode Inheritance.membersOf} gives.
   */
  memberNames(definition: Interface): MemberNames {
    const known = this.#memberNames.get(definition);
    if (known) return known;
    const base = this.inheritance.baseOf(definition);
    const names = base === undefined
      ? nameMembers(this.#lineOf(definition))
      : nameMembers([definition], this.memberNames(base));
    this.#memberNames.set(definition, names);
    return names;
  }

  #lineOf(definition: Interface): readonly Members[] {
    const line: Members[] = [];
    let current: Interface | undefined = definition;
    while (current !== undefined) {
      line.unshift(current);
      current = this.#baseOf(current);
    }
    return line;
  }

  #baseOf(definition: Interface): Interface | undefined {
    const base = definition.extends;
    if (base === null) return undefined;
    return this.#modules.get(base.module)?.interfaces
      .find(({ name }) => name === base.name);
  }

  /** All modules whose names may appear in the files of this one. */
  #closure(): readonly string[] {
    const found = new Set([this.module.name]);
    for (const name of found) {
      const { imports = [] } = this.#modules.get(name) ?? {};
      for (const one of imports) found.add(one.name);
    }
    found.delete(this.module.name);
    return [...found];
  }
}

/**
 * Checks whether an interface has no members at all.
 *
 * @returns True without own and inherited members.
 */
export function isEmptyInterface(definition: Interface): boolean {
  return Object.values(allMembers(definition)).flat().length === 0;
}

function prefixed(module: string, name: string): string {
  const upper = typeName(module);
  const first = name.charAt(0);
  const isType = first === first.toUpperCase();
  const prefix = isType
    ? upper
    : upper.charAt(0).toLowerCase() + upper.slice(1);
  return prefix + first.toUpperCase() + name.slice(1);
}

function importsOf({ imports }: Module): readonly string[] {
  return imports.map(({ name }) => name);
}
