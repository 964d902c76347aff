/**
 * A local object that clients use: what service adapters stand on.
 *
 * @module
 */
import type { Listenable } from "#lib/base/event_hook.ts";
import type { Subscription } from "#lib/mqtt/endpoint.ts";
import type { InterfaceDescriptor, InterfaceMembers } from "./descriptor.ts";
import {
  OperationExecutor,
  type OperationHandler,
} from "./operation_executor.ts";
import {
  PropertyPublisher,
  type ServedProperty,
} from "./property_publisher.ts";
import type { ModuleDefinition } from "./module_definition.ts";
import { Readiness } from "./readiness.ts";
import { coreOf, type Service } from "./service.ts";
import { SignalEmitter } from "./signal_emitter.ts";
import {
  type Dialect,
  memberTopics,
  requireObjectId,
} from "./object_topics.ts";

/** How a service reaches the members of the object it serves. */
export interface ServedMembers<M extends InterfaceMembers> {
  /** Its properties, by name. */
  readonly properties: {
    readonly [K in keyof M["properties"]]: ServedProperty<M["properties"][K]>;
  };
  /** Its operations, by name; they may be async and run many at a time. */
  readonly operations: {
    readonly [K in keyof M["operations"]]: (
      ...args: M["operations"][K]["params"]
    ) => M["operations"][K]["result"] | Promise<M["operations"][K]["result"]>;
  };
  /** Its signals, by name. */
  readonly signals: {
    readonly [K in keyof M["signals"]]: Listenable<M["signals"][K]>;
  };
}

/** How a service adapter shows its object. */
export interface ServiceAdapterOptions {
  /**
   * Identity of the object, such as `bike/000001`, in front of ApiGear's
   * topics: clients find it under that identity only.
   *
   * @default none: the topics of ApiGear's specification
   */
  readonly object?: string | undefined;
}

/** What a service says of an object besides its members. */
export interface ServedObjectOptions extends ServiceAdapterOptions {
  /** The definition of the interface's module, for others to discover. */
  readonly definition?: ModuleDefinition;
}

/** The members of an object of any interface. */
interface AnyMembers {
  readonly properties: Readonly<Record<string, ServedProperty>>;
  readonly operations: Readonly<Record<string, OperationHandler>>;
  readonly signals: Readonly<Record<string, Listenable<readonly unknown[]>>>;
}

/**
 * Shows a local object on the network: publishes its properties and signals,
 * hands on the changes that clients ask for, and runs operations.
 */
export class ServedObject<M extends InterfaceMembers = InterfaceMembers>
  implements AsyncDisposable {
  readonly #service: Service;
  readonly #descriptor: InterfaceDescriptor;
  readonly #publishers: readonly PropertyPublisher[];
  readonly #executors: OperationExecutor[] = [];
  readonly #subscriptions: readonly Subscription[];
  readonly #readiness: Readiness;
  readonly #withdraw: (() => void) | undefined;
  readonly #end = new AbortController();

  /**
   * Subscribes to all that clients may ask for.
   *
   * @param service The connection; it may be connected before or after.
   * @param descriptor The interface.
   * @param members How to reach the object's members.
   * @param options What else to announce with the object.
   * @throws {RangeError} If the object's identity cannot stand in front of a topic.
   */
  constructor(
    service: Service,
    descriptor: InterfaceDescriptor<M>,
    members: ServedMembers<M>,
    options: ServedObjectOptions = {},
  ) {
    this.#service = service;
    const { definition, object } = options;
    this.#descriptor = object === undefined
      ? descriptor
      : { ...descriptor, object: requireObjectId(object) };
    const { properties, operations, signals }: AnyMembers = members;
    this.#publishers = Object.entries(properties).map(([name, property]) =>
      new PropertyPublisher(
        service,
        this.#descriptor,
        name,
        property,
        this.#end.signal,
      )
    );
    for (const [name, source] of Object.entries(signals)) {
      const emitter = new SignalEmitter(service, this.#descriptor, name);
      source.add((...args) => emitter.emit(args), { signal: this.#end.signal });
    }
    this.#subscriptions = [
      ...this.#publishers.flatMap(({ subscriptions }) => subscriptions),
      ...Object.entries(operations).flatMap(([name, handler]) =>
        this.#serveOperation(name, handler)
      ),
    ];
    this.#withdraw = coreOf(service).announcement?.add({
      descriptor: this.#descriptor,
      ...(definition && { definition }),
    });
    this.#readiness = new Readiness(
      service.endpoint,
      this.#subscriptions,
      () => this.#publishAll(),
    );
  }

  /**
   * Resolves when all subscriptions stand and all properties are published
   * for the first time; rejects if the broker refuses a subscription.
   */
  get ready(): Promise<void> {
    return this.#readiness.first;
  }

  /** Fires when the object can be used, at first and after each reconnect. */
  get onReady(): Listenable<[]> {
    return this.#readiness.onReady;
  }

  /** Stops serving; the values it published stay with the broker. */
  async close(): Promise<void> {
    this.#end.abort();
    for (const executor of this.#executors) executor.close();
    this.#withdraw?.();
    this.#readiness.close();
    await Promise.all(
      this.#subscriptions.map(({ unsubscribe }) => unsubscribe()),
    );
  }

  /** The same as {@linkcode ServedObject.close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #publishAll(): Promise<void> {
    await Promise.all(this.#publishers.map((publisher) => publisher.publish()));
  }

  /**
   * Over MQTT 3.1.1 the response topic of an MQTT 5 request is lost, so only
   * those of the other kind are heard there; a caller then learns that nobody
   * takes the first kind, and sends the second.
   */
  #serveOperation(
    name: string,
    handler: OperationHandler,
  ): readonly Subscription[] {
    const executor = new OperationExecutor(
      this.#service,
      this.#descriptor,
      name,
      handler,
    );
    this.#executors.push(executor);
    const listen = (topic: string, dialect: Dialect) =>
      this.#service.endpoint.subscribe(
        topic,
        (message) => executor.execute(message, dialect),
        { qos: 2, ...(dialect === "v5" && { protocolVersion: "5" }) },
      );
    return [
      ...memberTopics(this.#descriptor, "rpc", name).map((topic) =>
        listen(topic, "v5")
      ),
      ...memberTopics(this.#descriptor, "rpc/v3", name).map((topic) =>
        listen(topic, "v3")
      ),
    ];
  }
}
