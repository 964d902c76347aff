/**
 * An object that a service holds, as its clients see it: what client adapters
 * stand on.
 *
 * @module
 */
import { ConnectionError } from "#lib/base/errors.ts";
import { EventHook, type Listenable } from "#lib/base/event_hook.ts";
import { getLogger } from "#lib/base/logger.ts";
import { callsOf, type Client } from "./client.ts";
import {
  addressOf,
  type InterfaceDescriptor,
  type InterfaceMembers,
} from "./descriptor.ts";
import {
  type CallOptions,
  type InvokerOptions,
  OperationInvoker,
} from "./operation_invoker.ts";
import { PropertyObserver } from "./property_observer.ts";
import { Readiness } from "./readiness.ts";
import { SignalReceiver } from "./signal_receiver.ts";
import { requireObjectId } from "./object_topics.ts";

const logger = getLogger("objectapi");

/** How a client adapter behaves. */
export interface ClientAdapterOptions extends InvokerOptions {
  /**
   * Identity of the object, such as `bike/000001`, in front of ApiGear's
   * topics.
   *
   * @default none: the topics of ApiGear's specification
   */
  readonly object?: string | undefined;
}

/** Name of a property. */
export type PropertyName<M extends InterfaceMembers> =
  & keyof M["properties"]
  & string;

/** Name of an operation. */
export type OperationName<M extends InterfaceMembers> =
  & keyof M["operations"]
  & string;

/** Name of a signal. */
export type SignalName<M extends InterfaceMembers> =
  & keyof M["signals"]
  & string;

/**
 * Keeps a remote object's properties in step with its service, hears its
 * signals and calls its operations. Values are checked against the descriptor
 * at the border, which is what its static types rest on.
 */
export class RemoteObject<M extends InterfaceMembers = InterfaceMembers>
  implements AsyncDisposable {
  readonly #properties: ReadonlyMap<string, PropertyObserver>;
  readonly #signals: ReadonlyMap<string, SignalReceiver>;
  readonly #invoker: OperationInvoker;
  readonly #readiness: Readiness;
  readonly #client: Client;
  readonly #address: string;
  readonly #onAvailabilityChanged: EventHook<[isAvailable: boolean]> =
    new EventHook("availability changed");
  readonly #end = new AbortController();
  #isClosed = false;

  /**
   * Subscribes to all properties and signals.
   *
   * @param client The connection; it may be connected before or after.
   * @param descriptor The interface.
   * @param options How the adapter behaves.
   * @throws {RangeError} If the object's identity cannot stand in front of a topic.
   */
  constructor(
    client: Client,
    descriptor: InterfaceDescriptor<M>,
    options: ClientAdapterOptions = {},
  ) {
    const { object } = options;
    if (object !== undefined) {
      descriptor = { ...descriptor, object: requireObjectId(object) };
    }
    this.#client = client;
    this.#address = addressOf(descriptor);
    this.#invoker = new OperationInvoker(client, descriptor, options);
    this.#properties = new Map(
      Object.keys(descriptor.properties).map((name) => [
        name,
        new PropertyObserver(client, descriptor, name),
      ]),
    );
    this.#signals = new Map(
      Object.keys(descriptor.signals).map((name) => [
        name,
        new SignalReceiver(client, descriptor, name),
      ]),
    );
    this.#readiness = new Readiness(client.endpoint, this.#subscriptions());
    this.#watch();
  }

  /**
   * Takes an object that is there, or makes one on a connection: what the
   * adapter of an interface does that others extend.
   *
   * @param client The connection, or the object.
   * @param descriptor The interface of an object that is made.
   * @param options How an object that is made behaves.
   * @returns The object.
   * @throws {RangeError} If its identity cannot stand in front of a topic.
   */
  static of<M extends InterfaceMembers>(
    client: Client | RemoteObject<M>,
    descriptor: InterfaceDescriptor<M>,
    options?: ClientAdapterOptions,
  ): RemoteObject<M> {
    return client instanceof RemoteObject
      ? client
      : new RemoteObject(client, descriptor, options);
  }

  /**
   * Whether a service that serves the object is there, as the services on the
   * broker say themselves. While it is not, values are the last ones of a
   * service that is gone. Undefined while nobody has said anything: services
   * made with ApiGear's own templates do not.
   */
  get isAvailable(): boolean | undefined {
    const state = callsOf(this.#client).watch.stateOf(this.#address);
    return state === "unknown" ? undefined : state === "alive";
  }

  /** Fires when the object's service comes, and when it is gone: ended, crashed or cut off. */
  get onAvailabilityChanged(): Listenable<[isAvailable: boolean]> {
    return this.#onAvailabilityChanged;
  }

  /** Resolves when all subscriptions stand for the first time; rejects if the broker refuses one. */
  get ready(): Promise<void> {
    return this.#readiness.first;
  }

  /** Fires when all subscriptions stand, at first and after each reconnect. */
  get onReady(): Listenable<[]> {
    return this.#readiness.onReady;
  }

  /**
   * The value the service reported last.
   *
   * @param name Name of a property.
   * @returns The value, or its type's default before the first message.
   */
  get<K extends PropertyName<M>>(name: K): M["properties"][K] {
    return this.#property(name).value as M["properties"][K];
  }

  /**
   * Checks whether the service has reported a property's value yet.
   *
   * @param name Name of a property.
   * @returns False while {@linkcode RemoteObject.get} gives the default.
   */
  isKnown(name: PropertyName<M>): boolean {
    return this.#property(name).isKnown;
  }

  /**
   * Asks the service to change a property; the local value changes when the service reports it.
   *
   * @param name Name of a property that is not read-only.
   * @param value The wanted value.
   * @returns Resolves when the broker has the request; need not be awaited.
   * @throws {PayloadError} If the value does not have the property's type.
   * @throws {ConnectionError} Reason `no_service` where the broker reports that nobody serves.
   * @throws {TypeError} If the property is read-only.
   */
  set<K extends PropertyName<M>>(
    name: K,
    value: M["properties"][K],
  ): Promise<void> {
    const done = this.#isClosed || callsOf(this.#client).isClosed
      ? Promise.reject(this.#closedError(name))
      : this.#property(name).set(value);
    done.catch((error) => logger.warn("{error}", { error }));
    return done;
  }

  /**
   * The event of changes of a property.
   *
   * @param name Name of a property.
   * @returns Fires with the new value, whenever it differs from the one before.
   */
  onPropertyChanged<K extends PropertyName<M>>(
    name: K,
  ): Listenable<[value: M["properties"][K]]> {
    return this.#property(name).onChanged as Listenable<
      [value: M["properties"][K]]
    >;
  }

  /**
   * As {@linkcode RemoteObject.onPropertyChanged}, and also the first value
   * even if it is the default, so that a caller can wait for it.
   *
   * @param name Name of a property.
   * @returns Fires with the first value the service reports, and then whenever it differs from the one before.
   */
  onPropertyReceived<K extends PropertyName<M>>(
    name: K,
  ): Listenable<[value: M["properties"][K]]> {
    return this.#property(name).onReceived as Listenable<
      [value: M["properties"][K]]
    >;
  }

  /**
   * The event of a signal.
   *
   * @param name Name of a signal.
   * @returns Fires with the signal's arguments.
   * @throws {TypeError} If the interface has no such signal.
   */
  signal<K extends SignalName<M>>(name: K): Listenable<M["signals"][K]> {
    const receiver = this.#signals.get(name);
    if (!receiver) throw noMember(name);
    return receiver.onSignal as unknown as Listenable<M["signals"][K]>;
  }

  /**
   * Calls an operation.
   *
   * @param name Name of an operation.
   * @param args Its arguments.
   * @param options How this call is made.
   * @returns The result.
   * @throws {PayloadError} If an argument or the result does not have its type.
   * @throws {RemoteError} If the service refused or failed the operation.
   * @throws {TimeoutError} If no reply came in time.
   * @throws {ConnectionError} If nobody serves, or the connection was lost.
   */
  async call<K extends OperationName<M>>(
    name: K,
    args: M["operations"][K]["params"],
    options?: CallOptions,
  ): Promise<M["operations"][K]["result"]> {
    const result = await this.#invoker.invoke(name, args, options);
    return result as M["operations"][K]["result"];
  }

  /** Ends all subscriptions. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#end.abort();
    this.#readiness.close();
    await Promise.all([
      callsOf(this.#client).watch.close(),
      this.#invoker.close(),
      ...this.#subscriptions().map(({ unsubscribe }) => unsubscribe()),
    ]);
  }

  /** The same as {@linkcode RemoteObject.close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #watch(): void {
    const { watch } = callsOf(this.#client);
    const { signal } = this.#end;
    watch.open();
    watch.onChanged.add((address, state) => {
      if (address !== this.#address) return;
      this.#onAvailabilityChanged.fire(state === "alive");
    }, { signal });
    let before = 1;
    watch.onUpdated.add((address) => {
      if (address !== this.#address) return;
      const ids = watch.servicesOf(address);
      if (ids.length > Math.max(1, before)) {
        logger.warn(
          "{count} services serve {address} ({ids}): each carries out what is called, give each object an identity of its own",
          { count: ids.length, address, ids: ids.join(", ") },
        );
      }
      before = ids.length;
    }, { signal });
  }

  #closedError(name: string): ConnectionError {
    const what = this.#isClosed
      ? "adapter was closed"
      : "client is disconnected";
    return new ConnectionError(
      `Cannot set "${name}": its ${what}`,
      this.#client.endpoint.brokerUrl,
      "closed",
    );
  }

  #subscriptions() {
    return [...this.#properties.values(), ...this.#signals.values()]
      .flatMap(({ subscriptions }) => subscriptions);
  }

  #property(name: string): PropertyObserver {
    const property = this.#properties.get(name);
    if (!property) throw noMember(name);
    return property;
  }
}

function noMember(name: string): TypeError {
  return new TypeError(`Cannot use "${name}": there is no such member`);
}
