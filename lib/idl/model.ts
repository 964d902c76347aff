/**
 * The resolved model of module definitions: every type looked up, every enum
 * member numbered, every inherited member in place. All of it is plain JSON
 * data, so two modules are equal exactly if their JSON is. Where an element
 * stands in its file is kept beside the model, in {@linkcode Positions}.
 *
 * @module
 */
import type { PrimitiveName } from "#lib/base/primitive_type.ts";

import type { DefinitionPosition } from "#lib/base/errors.ts";

/** Any JSON value. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/** Free keys of an element, for example `ts.import` of an extern. */
export type Meta = { readonly [key: string]: JsonValue };

/** What every named element has. */
export interface NamedElement {
  /** The name, unchanged, as it goes over the wire. */
  readonly name: string;
  /** What the element is for; empty where the definition says nothing. */
  readonly description: string;
  /** Free keys; empty where the definition has none. */
  readonly meta: Meta;
}

/** What a module can define, in the order in which a type name is looked up. */
export const SYMBOL_KINDS = ["extern", "enum", "struct", "interface"] as const;

/** What a module can define. */
export type SymbolKind = (typeof SYMBOL_KINDS)[number];

/** A use of a primitive type. */
export interface PrimitiveType {
  /** Distinguishes the kinds of {@linkcode TypeRef}. */
  readonly kind: "primitive";
  /** Which primitive. */
  readonly name: PrimitiveName;
  /** Whether a list of values is meant; there are no nested lists. */
  readonly array: boolean;
}

/** A use of a type that a module defines. */
export interface SymbolType {
  /** Distinguishes the kinds of {@linkcode TypeRef}. */
  readonly kind: SymbolKind;
  /** The module that defines the type. */
  readonly module: string;
  /** The type's name in that module. */
  readonly name: string;
  /** Whether a list of values is meant; there are no nested lists. */
  readonly array: boolean;
}

/** A use of a type. */
export type TypeRef = PrimitiveType | SymbolType;

/** Another module whose types this one uses. */
export type Import = NamedElement;

/** What stands for an extern in TypeScript, from its `ts.` meta keys. */
export interface ExternTarget {
  /** Module specifier of `ts.import`; null where the type needs no import. */
  readonly import: string | null;
  /** Name of the type there, from `ts.name`, else the extern's own name. */
  readonly name: string;
  /** Expression of `ts.default`; null where none is given. */
  readonly default: string | null;
}

/** A type that each target language supplies itself. */
export interface Extern extends NamedElement {
  /** Distinguishes the kinds of {@linkcode Definition}. */
  readonly kind: "extern";
  /** What stands for it in TypeScript; null without any `ts.` key. */
  readonly typescript: ExternTarget | null;
}

/** One value of an enum. */
interface EnumMember extends NamedElement {
  /** The number that goes over the wire. */
  readonly value: number;
}

/** A closed set of numbered names. The first member is the default. */
export interface Enum extends NamedElement {
  /** Distinguishes the kinds of {@linkcode Definition}. */
  readonly kind: "enum";
  /** Members in the order of declaration, numbered. */
  readonly members: readonly EnumMember[];
}

/** One part of a struct. */
export interface Field extends NamedElement {
  /** What it holds. */
  readonly type: TypeRef;
  /** Whether the definition marks it as read-only. */
  readonly readonly: boolean;
}

/** A record of named fields. */
export interface Struct extends NamedElement {
  /** Distinguishes the kinds of {@linkcode Definition}. */
  readonly kind: "struct";
  /** Fields in the order of declaration. */
  readonly fields: readonly Field[];
}

/** One parameter of an operation or signal. */
export interface Parameter extends NamedElement {
  /** What is passed. */
  readonly type: TypeRef;
}

/** What an operation answers. */
export interface ReturnValue {
  /** The type of the answer. */
  readonly type: TypeRef;
  /** What the answer says; empty where the definition says nothing. */
  readonly description: string;
  /** Free keys; empty where the definition has none. */
  readonly meta: Meta;
}

/** A value that the service holds and clients observe. */
export interface Property extends NamedElement {
  /** Distinguishes the kinds of {@linkcode Member}. */
  readonly kind: "property";
  /** What it holds. */
  readonly type: TypeRef;
  /** Whether clients may only observe it. */
  readonly readonly: boolean;
}

/** A call from a client to the service. */
export interface Operation extends NamedElement {
  /** Distinguishes the kinds of {@linkcode Member}. */
  readonly kind: "operation";
  /** Parameters in the order of declaration, which is their order on the wire. */
  readonly params: readonly Parameter[];
  /** What it answers; null for a void operation. */
  readonly returns: ReturnValue | null;
}

/** An event from the service to its clients. */
export interface Signal extends NamedElement {
  /** Distinguishes the kinds of {@linkcode Member}. */
  readonly kind: "signal";
  /** Parameters in the order of declaration, which is their order on the wire. */
  readonly params: readonly Parameter[];
}

/** Anything an interface consists of. */
type Member = Property | Operation | Signal;

/** The members of an interface by kind, each in the order of declaration. */
export interface Members {
  /** Values that clients observe. */
  readonly properties: readonly Property[];
  /** Calls that clients make. */
  readonly operations: readonly Operation[];
  /** Events that clients receive. */
  readonly signals: readonly Signal[];
}

/** Points at an interface. */
export interface InterfaceRef {
  /** The module that defines it. */
  readonly module: string;
  /** Its name there. */
  readonly name: string;
}

/** What a service offers. The members of its own are the interface's fields. */
export interface Interface extends NamedElement, Members {
  /** Distinguishes the kinds of {@linkcode Definition}. */
  readonly kind: "interface";
  /** The interface this one extends; null without one. */
  readonly extends: InterfaceRef | null;
  /** Members of all bases, those of the root first. */
  readonly inherited: Members;
}

/** Anything a module defines. */
export type Definition = Extern | Enum | Struct | Interface;

/** A module: a name space of definitions, one to a file. */
export interface Module extends NamedElement {
  /** Version as written, for example `1.0`. */
  readonly version: string;
  /** Modules whose types this one uses. */
  readonly imports: readonly Import[];
  /** Types that each target language supplies itself. */
  readonly externs: readonly Extern[];
  /** Enums in the order of declaration. */
  readonly enums: readonly Enum[];
  /** Structs in the order of declaration. */
  readonly structs: readonly Struct[];
  /** Interfaces in the order of declaration. */
  readonly interfaces: readonly Interface[];
}

/** Where model elements stand in their files, by identity. */
export type Positions = ReadonlyMap<object, DefinitionPosition>;

/**
 * All members of an interface, inherited ones first within each kind.
 *
 * @returns What a client or service of that interface has to offer.
 */
export function allMembers(definition: Interface): Members {
  const { inherited } = definition;
  return {
    properties: [...inherited.properties, ...definition.properties],
    operations: [...inherited.operations, ...definition.operations],
    signals: [...inherited.signals, ...definition.signals],
  };
}

/**
 * Finds what a type points at.
 *
 * @param modules The module that defines it and any others.
 * @returns The definition, or undefined for a primitive or an absent module.
 */
export function findDefinition(
  type: TypeRef,
  modules: readonly Module[],
): Definition | undefined {
  if (type.kind === "primitive") return undefined;
  const home = modules.find((module) => module.name === type.module);
  if (home === undefined) return undefined;
  const candidates: Record<SymbolKind, readonly Definition[]> = {
    extern: home.externs,
    enum: home.enums,
    struct: home.structs,
    interface: home.interfaces,
  };
  return candidates[type.kind].find(({ name }) => name === type.name);
}
