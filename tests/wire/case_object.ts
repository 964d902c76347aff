/**
 * The side of an interface that a wire case is about.
 *
 * @module
 */
import { SmartbikeError } from "#lib/base/errors.ts";
import type { MqttEndpoint, ProtocolVersion } from "#lib/mqtt/endpoint.ts";
import {
  Client,
  type InterfaceDescriptor,
  RemoteObject,
  ServedObject,
  Service,
} from "#lib/objectapi/mod.ts";
import { isRecord } from "#lib/objectapi/value.ts";
import { ScriptedObject } from "../fixtures/scripted_object.ts";
import { type Fields, fieldsOf, textOf } from "./wire_case.ts";

/** An error with any code, as an implementation may throw it. */
export class ScriptedError extends SmartbikeError {}

/** A service with one object. */
export class ServiceUnderTest implements AsyncDisposable {
  /** The connection. */
  readonly node: Service;
  /** The object behind the adapter. */
  readonly object: ScriptedObject;
  readonly #served: ServedObject;
  readonly #held = new Map<string, PromiseWithResolvers<unknown>[]>();

  /**
   * Makes a service that is not connected.
   *
   * @param descriptor The interface.
   * @param options Options of the service.
   */
  constructor(descriptor: InterfaceDescriptor, options: Fields) {
    this.node = new Service("service-under-test", options);
    this.object = new ScriptedObject(descriptor);
    this.#served = new ServedObject(
      this.node,
      descriptor,
      this.object.members,
    );
  }

  /**
   * Connects and waits until it can be used.
   *
   * @param url The broker.
   * @param protocolVersion The MQTT version.
   */
  async start(url: string, protocolVersion: ProtocolVersion): Promise<void> {
    await this.node.connect(url, undefined, { protocolVersion });
    await this.#served.ready;
  }

  /**
   * Says what an operation does.
   *
   * @param detail `operation`, and one of `returns`, `echoes`, `throws` and `holds`.
   */
  implement(detail: unknown): void {
    const keys = ["operation", "returns", "echoes", "throws", "holds", "emits"];
    const fields = fieldsOf(detail, keys);
    const operation = textOf(fields["operation"]);
    this.object.implement(operation, (...args) => {
      if ("throws" in fields) throw toError(fields["throws"]);
      if ("holds" in fields) return this.#hold(operation);
      if ("emits" in fields) {
        const { signal, args: values } = fieldsOf(fields["emits"]);
        this.object.emit(textOf(signal), values as readonly unknown[]);
      }
      return fields["echoes"] ? args[0] : fields["returns"];
    });
  }

  /**
   * Lets a held call end.
   *
   * @param detail `operation`, `call` (0 for the oldest that is held), and `returns` or `throws`.
   */
  release(detail: unknown): void {
    const keys = ["operation", "call", "returns", "throws"];
    const fields = fieldsOf(detail, keys);
    const held = this.#held.get(textOf(fields["operation"])) ?? [];
    const [call] = held.splice(Number(fields["call"] ?? 0), 1);
    if ("throws" in fields) call?.reject(toError(fields["throws"]));
    else call?.resolve(fields["returns"]);
  }

  /** Ends the adapter and the connection. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const call of [...this.#held.values()].flat()) call.resolve(null);
    await this.#served.close();
    await this.node.disconnect();
  }

  #hold(operation: string): Promise<unknown> {
    const call = Promise.withResolvers<unknown>();
    const held = this.#held.get(operation) ?? [];
    this.#held.set(operation, [...held, call]);
    return call.promise;
  }
}

/** A client with one adapter. */
export class ClientUnderTest implements AsyncDisposable {
  /** The connection. */
  readonly node: Client;
  /** The adapter. */
  readonly object: RemoteObject;
  readonly #changes = new Map<string, unknown[]>();
  readonly #signals = new Map<string, unknown[]>();
  readonly #calls = new Map<string, Promise<unknown>>();

  /**
   * Makes a client that is not connected, and listens to all its events.
   *
   * @param descriptor The interface.
   * @param options Options of the adapter.
   */
  constructor(descriptor: InterfaceDescriptor, options: Fields) {
    this.node = new Client("client-under-test");
    this.object = new RemoteObject(this.node, descriptor, options);
    for (const name of Object.keys(descriptor.properties)) {
      const values = remember(this.#changes, name);
      this.object.onPropertyChanged(name).add((value) => values.push(value));
    }
    for (const name of Object.keys(descriptor.signals)) {
      const heard = remember(this.#signals, name);
      this.object.signal(name).add((...args) => heard.push(args));
    }
  }

  /**
   * Connects and waits until it can be used.
   *
   * @param url The broker.
   * @param protocolVersion The MQTT version.
   */
  async start(url: string, protocolVersion: ProtocolVersion): Promise<void> {
    await this.node.connect(url, undefined, { protocolVersion });
    await this.object.ready;
  }

  /**
   * Calls an operation.
   *
   * @param detail `id`, `operation`, `args` and options of the call.
   */
  call(detail: unknown): void {
    const keys = ["id", "operation", "args", "timeoutMs"];
    const { id = "call", operation, args = [], ...options } = fieldsOf(
      detail,
      keys,
    );
    const result = this.object.call(
      textOf(operation),
      args as readonly unknown[],
      options,
    );
    result.catch(() => {});
    this.#calls.set(textOf(id), result);
  }

  /**
   * Waits for a call to end.
   *
   * @param id The call.
   * @returns What it gave.
   */
  outcome(id: unknown = "call"): Promise<unknown> {
    const result = this.#calls.get(textOf(id));
    return result ?? Promise.reject(new TypeError(`no call "${id}" was made`));
  }

  /**
   * Takes the values that a property changed to.
   *
   * @param name The property.
   * @returns The values since the last time.
   */
  takeChanges(name: string): readonly unknown[] {
    return this.#changes.get(name)?.splice(0) ?? [];
  }

  /**
   * Takes the arguments a signal came with.
   *
   * @param name The signal.
   * @returns Lists of arguments since the last time.
   */
  takeSignals(name: string): readonly unknown[] {
    return this.#signals.get(name)?.splice(0) ?? [];
  }

  /** Ends the adapter and the connection. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.node.disconnect();
    await this.object.close();
  }
}

/** Either side. */
export type ObjectUnderTest = ServiceUnderTest | ClientUnderTest;

/**
 * The MQTT client of either side.
 *
 * @param object The side.
 * @returns Its endpoint.
 */
export function endpointOf(object: ObjectUnderTest): MqttEndpoint {
  return object.node.endpoint;
}

function remember(lists: Map<string, unknown[]>, name: string): unknown[] {
  const list: unknown[] = [];
  lists.set(name, list);
  return list;
}

function toError(detail: unknown): unknown {
  if (!isRecord(detail)) return detail;
  const { code, message } = fieldsOf(detail, ["code", "message"]);
  if (code === undefined) return new TypeError(textOf(message));
  return new ScriptedError(textOf(code), textOf(message));
}
