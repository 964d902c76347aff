/**
 * A small interface, and a service and a client of it on a broker.
 *
 * @module
 */
import { Client, RemoteObject, Service } from "#lib/objectapi/mod.ts";
import type {
  ClientAdapterOptions,
  ServiceOptions,
} from "#lib/objectapi/mod.ts";
import { SimulatedObject } from "#lib/objectapi/mod.ts";
import type { Clock } from "#lib/base/clock.ts";

/** An interface with a property, a void operation, one with a result, and a signal. */
export const LAMP = {
  module: "demo",
  name: "Lamp",
  properties: { on: { type: { kind: "bool" } } },
  operations: {
    toggle: { params: [] },
    dim: {
      params: [{ name: "percent", type: { kind: "int" } }],
      returns: { kind: "int" },
    },
  },
  signals: { blinked: { params: [{ name: "count", type: { kind: "int" } }] } },
} as const;

/** The name that its service announces. */
export const LAMP_ADDRESS = "demo.Lamp";

/** A lamp on a broker, and how often each operation ran. */
export class LampBench implements AsyncDisposable {
  /** The object that is served. */
  readonly lamp: SimulatedObject = new SimulatedObject(LAMP);
  /** The arguments that `dim` ran with. */
  readonly dimmed: unknown[] = [];
  readonly #url: string;
  readonly #stack = new AsyncDisposableStack();
  #count = 0;

  /**
   * Makes a bench without connections.
   *
   * @param url The broker.
   */
  constructor(url: string) {
    this.#url = url;
    this.lamp.implement("dim", (percent) => {
      this.dimmed.push(percent);
      return percent;
    });
  }

  /**
   * Serves the lamp.
   *
   * @param options How the service behaves, and the object's identity.
   * @returns The service, once clients can use it.
   */
  async serve(
    options: ServiceOptions & { readonly object?: string } = {},
  ): Promise<Service> {
    const { object, ...others } = options;
    const id = `lamp-service-${++this.#count}`;
    const service = this.#stack.use(new Service(id, others));
    const served = this.#stack.use(this.lamp.serve(service, { object }));
    await service.connect(this.#url);
    await served.ready;
    return service;
  }

  /**
   * Connects a client.
   *
   * @param options How its adapter behaves.
   * @param clock Where it gets its time from.
   * @returns Its remote lamp, once it can be used.
   */
  async use(
    options: ClientAdapterOptions = {},
    clock?: Clock,
  ): Promise<RemoteObject> {
    const id = `lamp-client-${++this.#count}`;
    const client = this.#stack.use(
      new Client(id, clock ? { clock } : {}),
    );
    const remote = this.#stack.use(new RemoteObject(client, LAMP, options));
    await client.connect(this.#url);
    await remote.ready;
    return remote;
  }

  /** Ends all connections. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.#stack.disposeAsync();
  }
}

/**
 * Waits until a remote lamp is available or not.
 *
 * @param remote The lamp.
 * @param isAvailable What is waited for.
 */
export async function untilAvailable(
  remote: RemoteObject,
  isAvailable: boolean,
): Promise<void> {
  while (remote.isAvailable !== isAvailable) {
    await remote.onAvailabilityChanged.next();
  }
}
