/**
 * What an interface consists of, as data: names and types, which generated
 * code declares and the runtime reads.
 *
 * @module
 */
import type { PrimitiveName } from "#lib/base/primitive_type.ts";

export type { PrimitiveName };

/** A primitive: `number`, `boolean`, `string`, `Uint8Array` (bytes), any JSON, or for int64 what `as` says. */
export interface PrimitiveDescriptor {
  /** Its name in the definition language. */
  readonly kind: PrimitiveName;
  /**
   * What an int64 is in the program: `bigint`; `number`, where a value beyond
   * ±(2^53 − 1) is refused; or a `string` of decimal digits.
   *
   * @default {number | bigint}, a bigint where a number would not be exact
   */
  readonly as?: Int64Type;
}

/** What an int64 can be in the program. */
export const INT64_TYPES = ["bigint", "number", "string"] as const;

/** What an int64 is in the program. */
export type Int64Type = (typeof INT64_TYPES)[number];

/** An enumeration: its members' integers travel on the wire. */
export interface EnumDescriptor {
  /** Distinguishes it from other types. */
  readonly kind: "enum";
  /** Its name in the definition. */
  readonly name: string;
  /** Names and values, in the order of their declaration; the first is the default. */
  readonly members: Readonly<Record<string, number>>;
}

/** A structure: an object with all its fields on the wire. */
export interface StructDescriptor {
  /** Distinguishes it from other types. */
  readonly kind: "struct";
  /** Its name in the definition. */
  readonly name: string;
  /** Types of its fields, in the order of their declaration. */
  readonly fields: Readonly<Record<string, TypeDescriptor>>;
}

/** An array of values of one type. */
export interface ArrayDescriptor {
  /** Distinguishes it from other types. */
  readonly kind: "array";
  /** Type of each element. */
  readonly element: TypeDescriptor;
}

/** A type that the definition leaves to its users; any JSON travels on the wire. */
export interface ExternDescriptor {
  /** Distinguishes it from other types. */
  readonly kind: "extern";
  /** Its name in the definition. */
  readonly name: string;
  /** The value before the first message. */
  readonly default: unknown;
}

/** The type of a value. */
export type TypeDescriptor =
  | PrimitiveDescriptor
  | EnumDescriptor
  | StructDescriptor
  | ArrayDescriptor
  | ExternDescriptor;

/** A property of an interface. */
export interface PropertyDescriptor {
  /** Type of its value. */
  readonly type: TypeDescriptor;
  /**
   * Only the service may change it.
   *
   * @default {false}
   */
  readonly readonly?: boolean;
  /** What it is for. */
  readonly description?: string;
}

/** A parameter of an operation or a signal. */
export interface ParameterDescriptor {
  /** Its name in the definition. */
  readonly name: string;
  /** Type of its value. */
  readonly type: TypeDescriptor;
}

/** An operation of an interface. */
export interface OperationDescriptor {
  /** Its parameters, in the order of their declaration. */
  readonly params: readonly ParameterDescriptor[];
  /** Type of its result; undefined for void. */
  readonly returns?: TypeDescriptor;
  /** What it is for. */
  readonly description?: string;
}

/** A signal of an interface. */
export interface SignalDescriptor {
  /** Its parameters, in the order of their declaration. */
  readonly params: readonly ParameterDescriptor[];
  /** What it is for. */
  readonly description?: string;
}

/** The TypeScript types of an interface's members, by name. */
export interface InterfaceMembers {
  /** Types of the properties. */
  readonly properties: Readonly<Record<string, unknown>>;
  /** Parameters and result of each operation; a void one has result `void`. */
  readonly operations: Readonly<
    Record<
      string,
      { readonly params: readonly unknown[]; readonly result: unknown }
    >
  >;
  /** Parameters of each signal. */
  readonly signals: Readonly<Record<string, readonly unknown[]>>;
}

/** An interface of a module; `Members` gives its members their TypeScript types. */
export interface InterfaceDescriptor<
  Members extends InterfaceMembers = InterfaceMembers,
> {
  /** Name of its module, for example `io.world`. */
  readonly module: string;
  /** Its name in the definition. */
  readonly name: string;
  /** Its properties, in the order of their declaration. */
  readonly properties: Readonly<
    Record<keyof Members["properties"] & string, PropertyDescriptor>
  >;
  /** Its operations, in the order of their declaration. */
  readonly operations: Readonly<
    Record<keyof Members["operations"] & string, OperationDescriptor>
  >;
  /** Its signals, in the order of their declaration. */
  readonly signals: Readonly<
    Record<keyof Members["signals"] & string, SignalDescriptor>
  >;
  /** What it is for. */
  readonly description?: string;
  /**
   * Identity of one object of the interface, such as `bike/000001`, in front
   * of ApiGear's topics; left out where there is one object on a broker.
   */
  readonly object?: string | undefined;
  /** Carries `Members` in the type system; never set. */
  readonly $members?: Members;
}

/**
 * The name an interface is addressed by, for example `io.world.Hello`.
 *
 * @param descriptor The interface.
 * @returns Module and interface name, joined by a dot.
 */
export function qualifiedName(
  descriptor: Pick<InterfaceDescriptor, "module" | "name">,
): string {
  return `${descriptor.module}.${descriptor.name}`;
}

/**
 * The name of an object: its identity, where it has one, and its interface.
 *
 * @param descriptor The interface, with the object's identity.
 * @returns For example `io.world.Hello` or `bike/000001/smartbike.Bike`.
 */
export function addressOf(
  descriptor: Pick<InterfaceDescriptor, "module" | "name" | "object">,
): string {
  const { object } = descriptor;
  const name = qualifiedName(descriptor);
  return object === undefined ? name : `${object}/${name}`;
}

/**
 * A type as the definition language writes it.
 *
 * @param type A type, or undefined for void.
 * @returns For example `int`, `Message` or `string[]`.
 */
export function typeName(type: TypeDescriptor | undefined): string {
  if (type === undefined) return "void";
  if (type.kind === "array") return `${typeName(type.element)}[]`;
  return "name" in type ? type.name : type.kind;
}
