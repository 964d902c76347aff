/**
 * A bike on the network.
 *
 * @module
 */
import { getLogger } from "#lib/base/logger.ts";
import type { Bike as BikeHub } from "#lib/bike/bike.ts";
import type { ControllerOptions } from "#lib/bike/controller.ts";
import { discover, type Service } from "#lib/objectapi/mod.ts";
import { addressOf } from "#lib/objectapi/descriptor.ts";
import { ServiceWatch } from "#lib/objectapi/service_watch.ts";
import { bikeDescriptor } from "./api.gen.ts";
import { BikeObject } from "./bike.ts";
import { BikeServiceAdapter } from "./service_adapter.gen.ts";

const logger = getLogger("object");

/** The name of a bike without an identity. */
const ADDRESS = addressOf(bikeDescriptor);

/** How a bike is shown to ApiGear clients. */
interface ServeBikeOptions extends ControllerOptions {
  /**
   * Identity of the object, such as `bike/000001`, in front of ApiGear's
   * topics.
   *
   * @default the topics of ApiGear's specification, unless another bike is there
   */
  readonly object?: string | undefined;
  /**
   * Id of the bike. With it, and without an identity, the bike takes ApiGear's
   * topics only where no other bike on the broker has them; otherwise its
   * identity is `bike/` and the id, so that no call reaches two bikes.
   */
  readonly bikeId?: string | undefined;
}

/** A bike on the network; it ends when disposed. */
export interface BikeOnNetwork extends AsyncDisposable {
  /** Resolves when clients can use the bike for the first time. */
  readonly ready: Promise<void>;
}

/**
 * Shows a bike to ApiGear clients. When the service loses its connection,
 * clients that hold a channel count as lost.
 *
 * @param service The connection; it may be connected before or after.
 * @param options How it is shown, and how commands of its clients are taken.
 * @returns The bike on the network.
 */
export function serveBike(
  hub: BikeHub,
  service: Service,
  options: ServeBikeOptions = {},
): BikeOnNetwork {
  const { object, bikeId, ...controller } = options;
  const bike = new BikeObject(hub, controller);
  const end = new AbortController();
  service.onDisconnected.add(() => bike.loseControllers(), {
    signal: end.signal,
  });
  const shown = object !== undefined || bikeId === undefined
    ? new BikeServiceAdapter(bike, service, { object })
    : new UnsharedBike(bike, service, `bike/${bikeId}`);
  return {
    ready: shown.ready,
    async [Symbol.asyncDispose]() {
      end.abort();
      bike.close();
      await shown.close();
    },
  };
}

/** A bike on ApiGear's own topics, or under its identity where another bike has these. */
class UnsharedBike {
  readonly ready: Promise<void>;
  readonly #bike: BikeObject;
  readonly #service: Service;
  readonly #identity: string;
  readonly #watch: ServiceWatch;
  readonly #end = new AbortController();
  #adapter: BikeServiceAdapter | undefined;
  #hasIdentity = false;

  constructor(bike: BikeObject, service: Service, identity: string) {
    this.#bike = bike;
    this.#service = service;
    this.#identity = identity;
    this.#watch = new ServiceWatch(service.endpoint, service.clock);
    this.#watch.open();
    this.ready = this.#start();
    this.ready.catch(() => {});
  }

  async close(): Promise<void> {
    this.#end.abort();
    await this.#watch.close();
    await this.#adapter?.close();
  }

  async #start(): Promise<void> {
    const { signal } = this.#end;
    const { endpoint } = this.#service;
    if (!endpoint.connected) await endpoint.onConnected.next({ signal });
    const isTaken = await this.#isTaken();
    if (signal.aborted) return;
    this.#adapter = this.#serve(isTaken);
    if (!isTaken) {
      this.#watch.onUpdated.add(() => void this.#stepAside(), { signal });
    }
    await this.#untilReady(this.#adapter);
  }

  /** Who steps aside before it was ready is ready under its identity. */
  async #untilReady(adapter: BikeServiceAdapter): Promise<void> {
    try {
      await adapter.ready;
    } catch (error) {
      const other = this.#adapter;
      if (!other || other === adapter) throw error;
      await other.ready;
    }
  }

  /** Whether another bike is there. Where the broker will not say, nobody is. */
  async #isTaken(): Promise<boolean> {
    const { clock, endpoint } = this.#service;
    const { signal } = this.#end;
    try {
      const found = await discover(endpoint, { clock, signal });
      return found.some(({ id, alive, interfaces }) =>
        alive && id !== this.#ownId && interfaces.includes(ADDRESS)
      );
    } catch {
      return false;
    }
  }

  /** Of two that start at the same moment the one with the lower id stays. */
  async #stepAside(): Promise<void> {
    const others = this.#watch.servicesOf(ADDRESS)
      .filter((id) => id !== this.#ownId);
    if (!others.some((id) => id < this.#ownId)) return;
    const shared = this.#adapter;
    if (!shared || this.#hasIdentity || this.#end.signal.aborted) return;
    this.#adapter = this.#serve(true);
    await shared.close();
  }

  #serve(isTaken: boolean): BikeServiceAdapter {
    const object = isTaken ? this.#identity : undefined;
    this.#hasIdentity = isTaken;
    if (object !== undefined) {
      logger.warn(
        "Another bike on this broker is {address} already: this one is {object}/{address} (smartbike client --object {object} …)",
        { address: ADDRESS, object },
      );
    }
    return new BikeServiceAdapter(this.#bike, this.#service, { object });
  }

  get #ownId(): string {
    return this.#service.serviceId;
  }
}
