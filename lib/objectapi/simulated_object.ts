/**
 * A local object of any interface, made from its descriptor alone.
 *
 * @module
 */
import { deepEqual } from "#lib/base/deep_equal.ts";
import { EventHook, type Listenable } from "#lib/base/event_hook.ts";
import { decodeArguments, decodeValue } from "./decode_value.ts";
import {
  type InterfaceDescriptor,
  type OperationDescriptor,
  qualifiedName,
  type TypeDescriptor,
} from "./descriptor.ts";
import type { ServedProperty } from "./property_publisher.ts";
import { ServedObject, type ServedObjectOptions } from "./served_object.ts";
import type { Service } from "./service.ts";
import { defaultValue, equalValues } from "./value.ts";

/** Carries an operation out; may be async. */
export type SimulatedOperation = (...args: readonly unknown[]) => unknown;

/** How a simulated object behaves. */
export interface SimulatedObjectOptions {
  /**
   * Operations return the first argument that has the type of their result,
   * instead of a default.
   *
   * @default {false}
   */
  readonly echo?: boolean;
}

/**
 * Holds the properties of an interface, which clients may change unless they
 * are read-only, and answers operations with defaults until that is changed.
 *
 * @example Usage
 * ```ts
 * import { SimulatedObject } from "#lib/objectapi/simulated_object.ts";
 * import assert from "node:assert/strict";
 *
 * const lamp = new SimulatedObject({
 *   module: "demo",
 *   name: "Lamp",
 *   properties: { on: { type: { kind: "bool" } } },
 *   operations: {},
 *   signals: {},
 * });
 * assert.equal(lamp.get("on"), false);
 * lamp.set("on", true);
 * assert.equal(lamp.get("on"), true);
 * ```
 */
export class SimulatedObject {
  /** The interface. */
  readonly descriptor: InterfaceDescriptor;
  readonly #values = new Map<string, unknown>();
  readonly #changed = new Map<string, EventHook<[value: unknown]>>();
  readonly #signals = new Map<string, EventHook<readonly unknown[]>>();
  readonly #operations = new Map<string, SimulatedOperation>();

  /**
   * Makes an object whose properties have their defaults.
   *
   * @param descriptor The interface.
   * @param options How it behaves.
   */
  constructor(
    descriptor: InterfaceDescriptor,
    options: SimulatedObjectOptions = {},
  ) {
    this.descriptor = descriptor;
    for (const [name, { type }] of Object.entries(descriptor.properties)) {
      this.#values.set(name, defaultValue(type));
      this.#changed.set(name, new EventHook(`${name} changed`));
    }
    for (const name of Object.keys(descriptor.signals)) {
      this.#signals.set(name, new EventHook(name));
    }
    for (const [name, operation] of Object.entries(descriptor.operations)) {
      this.#operations.set(name, answer(operation, options.echo ?? false));
    }
  }

  /** Qualified name of the interface, for example `io.world.Hello`. */
  get name(): string {
    return qualifiedName(this.descriptor);
  }

  /**
   * Reads a property.
   *
   * @param name Name of a property.
   * @returns Its value.
   * @throws {RangeError} If the interface has no such property.
   */
  get(name: string): unknown {
    this.#find(this.#changed, "property", name);
    return this.#values.get(name);
  }

  /**
   * Changes a property, also one that clients only observe; the same value
   * changes nothing.
   *
   * @param name Name of a property.
   * @param value The new value.
   * @throws {RangeError} If the interface has no such property.
   * @throws {PayloadError} If the value does not have the property's type.
   */
  set(name: string, value: unknown): void {
    const hook = this.#find(this.#changed, "property", name);
    const type = this.descriptor.properties[name]?.type ?? { kind: "any" };
    const decoded = decodeValue(type, value, { path: name, strict: true });
    if (equalValues(type, decoded, this.#values.get(name))) return;
    this.#values.set(name, decoded);
    hook.fire(decoded);
  }

  /**
   * The event of changes of a property.
   *
   * @param name Name of a property.
   * @returns Fires with each new value, whoever changed it.
   * @throws {RangeError} If the interface has no such property.
   */
  onPropertyChanged(name: string): Listenable<[value: unknown]> {
    return this.#find(this.#changed, "property", name);
  }

  /**
   * Emits a signal.
   *
   * @param name Name of a signal.
   * @param args Its arguments.
   * @throws {RangeError} If the interface has no such signal.
   * @throws {PayloadError} If an argument does not have its type.
   */
  emit(name: string, ...args: readonly unknown[]): void {
    const hook = this.#find(this.#signals, "signal", name);
    const { params = [] } = this.descriptor.signals[name] ?? {};
    hook.fire(...decodeArguments(params, args, { path: name, strict: true }));
  }

  /**
   * Implements an operation.
   *
   * @param name Name of an operation.
   * @param run Carries it out; what it throws is reported to the caller.
   * @throws {RangeError} If the interface has no such operation.
   */
  implement(name: string, run: SimulatedOperation): void {
    this.#find(this.#operations, "operation", name);
    this.#operations.set(name, run);
  }

  /**
   * Shows the object on the network.
   *
   * @param service The connection; it may be connected before or after.
   * @param options What else to announce with the object.
   * @returns Stops serving when closed.
   */
  serve(service: Service, options?: ServedObjectOptions): ServedObject {
    const { properties, operations } = this.descriptor;
    return new ServedObject(service, this.descriptor, {
      properties: Object.fromEntries(
        Object.keys(properties).map((name) => [name, this.#serve(name)]),
      ),
      operations: Object.fromEntries(
        Object.keys(operations).map((name) => [
          name,
          (...args) => this.#operations.get(name)?.(...args),
        ]),
      ),
      signals: Object.fromEntries(this.#signals),
    }, options);
  }

  #serve(name: string): ServedProperty {
    return {
      get: () => this.get(name),
      set: (value) => this.set(name, value),
      onChanged: this.onPropertyChanged(name),
    };
  }

  #find<Found>(
    members: ReadonlyMap<string, Found>,
    kind: string,
    name: string,
  ): Found {
    const found = members.get(name);
    if (found !== undefined) return found;
    const known = [...members.keys()].join(", ") || "none";
    throw new RangeError(
      `Cannot use "${name}": ${this.name} has no such ${kind}, expected one of ${known}`,
    );
  }
}

function answer(
  { params, returns }: OperationDescriptor,
  echo: boolean,
): SimulatedOperation {
  const at = echo && returns !== undefined
    ? params.findIndex(({ type }) => isSameType(type, returns))
    : -1;
  return at < 0 ? () => defaultValue(returns) : (...args) => args[at];
}

function isSameType(a: TypeDescriptor, b: TypeDescriptor): boolean {
  return a === b || deepEqual(a, b);
}
