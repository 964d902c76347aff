/**
 * A bike on the network.
 *
 * @module
 */
import type { Bike as BikeHub } from "#lib/bike/bike.ts";
import type { ControllerOptions } from "#lib/bike/controller.ts";
import type { Service } from "#lib/objectapi/mod.ts";
import { Bike } from "./bike.ts";
import { BikeServiceAdapter } from "./service_adapter.gen.ts";

/** A bike on the network; it ends when disposed. */
export interface BikeOnNetwork extends AsyncDisposable {
  /** Resolves when clients can use the bike for the first time. */
  readonly ready: Promise<void>;
}

/**
 * Shows a bike to ApiGear clients. When the service loses its connection,
 * clients that hold a channel count as lost.
 *
 * @param hub The bike.
 * @param service The connection; it may be connected before or after.
 * @param options How commands of its clients are taken.
 * @returns The bike on the network.
 */
export function serveBike(
  hub: BikeHub,
  service: Service,
  options?: ControllerOptions,
): BikeOnNetwork {
  const bike = new Bike(hub, options);
  const adapter = new BikeServiceAdapter(bike, service);
  const end = new AbortController();
  service.onDisconnected.add(() => bike.loseControllers(), {
    signal: end.signal,
  });
  return {
    ready: adapter.ready,
    async [Symbol.asyncDispose]() {
      end.abort();
      bike.close();
      await adapter.close();
    },
  };
}
