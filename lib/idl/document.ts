/**
 * A module definition as read, before anything is looked up. Both forms, YAML
 * and IDL text, are read into this one; every part keeps its place.
 *
 * @module
 */
import type { DefinitionPosition } from "#lib/base/errors.ts";
import type { Meta } from "./model.ts";

/** The schema identifier of module definitions. */
export const MODULE_SCHEMA = "apigear.module/1.0";

/** The version of a module that names none. */
export const DEFAULT_VERSION = "1.0";

/** A piece of text and where it stands. */
export interface PlacedText {
  /** The text itself. */
  readonly value: string;
  /** Where it stands. */
  readonly at: DefinitionPosition;
}

/** What every named element has. Its name's position is the element's. */
export interface ElementNode {
  /** The name and where it stands. */
  readonly name: PlacedText;
  /** What the element is for; empty where nothing is said. */
  readonly description: string;
  /** Free keys; empty where there are none. */
  readonly meta: Meta;
}

/** A use of a type, not looked up yet. */
export interface TypeNode {
  /** The name without its module, and where it stands. */
  readonly name: PlacedText;
  /** The module it is imported from; null for a type of this module. */
  readonly import: PlacedText | null;
  /** Whether a list is meant. */
  readonly array: boolean;
}

/** Another module that is imported. */
export interface ImportNode extends ElementNode {
  /** The version asked for; null where none is. */
  readonly version: string | null;
}

/** A property, field or parameter. */
export interface NamedTypeNode extends ElementNode {
  /** What it holds. */
  readonly type: TypeNode;
  /** Whether it is marked read-only. */
  readonly readonly: boolean;
}

/** What an operation answers. */
export interface ReturnNode {
  /** The type of the answer; it may be `void`. */
  readonly type: TypeNode;
  /** What the answer says; empty where nothing is said. */
  readonly description: string;
  /** Free keys; empty where there are none. */
  readonly meta: Meta;
}

/** An operation or signal. */
export interface CallNode extends ElementNode {
  /** Parameters in the order of declaration. */
  readonly params: readonly NamedTypeNode[];
  /** What it answers; null for nothing. */
  readonly returns: ReturnNode | null;
}

/** An interface. */
export interface InterfaceNode extends ElementNode {
  /** The interface it extends; null without one. */
  readonly extends: TypeNode | null;
  /** Properties in the order of declaration. */
  readonly properties: readonly NamedTypeNode[];
  /** Operations in the order of declaration. */
  readonly operations: readonly CallNode[];
  /** Signals in the order of declaration. */
  readonly signals: readonly CallNode[];
}

/** A struct. */
export interface StructNode extends ElementNode {
  /** Fields in the order of declaration. */
  readonly fields: readonly NamedTypeNode[];
}

/** One value of an enum. */
export interface EnumMemberNode extends ElementNode {
  /** The number written beside it; null where there is none. */
  readonly value: number | null;
  /** Where the number stands, or else the name. */
  readonly valueAt: DefinitionPosition;
}

/** An enum. */
export interface EnumNode extends ElementNode {
  /** Members in the order of declaration. */
  readonly members: readonly EnumMemberNode[];
}

/** Which of the two forms a definition was written in. */
export type DocumentForm = "yaml" | "idl";

/** A module definition as read from one file. */
export interface ModuleDocument extends ElementNode {
  /** The file, as the caller named it. */
  readonly file: string;
  /** The form it was written in, which decides how enum members count. */
  readonly form: DocumentForm;
  /** False if parts were unreadable, so that a missing type may stand in them. */
  readonly complete: boolean;
  /** The version, or {@linkcode DEFAULT_VERSION}. */
  readonly version: string;
  /** Imports in the order of declaration. */
  readonly imports: readonly ImportNode[];
  /** Externs in the order of declaration. */
  readonly externs: readonly ElementNode[];
  /** Enums in the order of declaration. */
  readonly enums: readonly EnumNode[];
  /** Structs in the order of declaration. */
  readonly structs: readonly StructNode[];
  /** Interfaces in the order of declaration. */
  readonly interfaces: readonly InterfaceNode[];
}

/** Pieces of a type name as written: `demo.x.Point` is `Point` of `demo.x`. */
interface QualifiedName {
  /** The module; null where the name has no dot. */
  readonly module: string | null;
  /** The name after the last dot. */
  readonly name: string;
}

/**
 * Splits a type name at its last dot.
 *
 * @param text The name as written.
 * @returns The module and the name in it.
 */
export function splitQualifiedName(text: string): QualifiedName {
  const dot = text.lastIndexOf(".");
  return dot < 0
    ? { module: null, name: text }
    : { module: text.slice(0, dot), name: text.slice(dot + 1) };
}
