/**
 * All bikes on a broker.
 *
 * @module
 */
import { type Clock, systemClock } from "#lib/base/clock.ts";
import { EventHook } from "#lib/base/event_hook.ts";
import { getLogger } from "#lib/base/logger.ts";
import type { BikeMessage, BikeNews, BikeWire } from "#lib/bike/remote_bike.ts";
import type { MqttEndpoint, MqttMessage } from "#lib/mqtt/endpoint.ts";
import type { Sample } from "#lib/bike/ride_totals.ts";
import { type BikeSnapshot, BikeView } from "./bike_view.ts";
import type { SampleRow } from "./sample_history.ts";

const logger = getLogger("dashboard");

/** The most bikes that are kept. */
const MAX_BIKES = 200;

/** Time between two seconds of a ride. */
const SECOND_MS = 1000;

/** What a fleet stands on. */
interface FleetOptions {
  /** The connection to the broker. */
  readonly endpoint: MqttEndpoint;
  /** How bikes are read and commanded. */
  readonly wire: BikeWire;
  /**
   * Where the time comes from.
   *
   * @default {systemClock}
   */
  readonly clock?: Clock;
}

/** How the connection to the broker is. */
export interface BrokerState {
  /** Whether it is there. */
  readonly isConnected: boolean;
  /** Since when, in milliseconds since 1970-01-01 UTC. */
  readonly sinceMs: number;
}

/** All bikes on a broker, as their messages show them. */
export class Fleet implements Disposable {
  /** Fires with the id of a bike that is to be shown anew. */
  readonly onChanged: EventHook<[bikeId: string]> = new EventHook(
    "bike changed",
  );
  /** Fires with each second of a ride. */
  readonly onSample: EventHook<[bikeId: string, row: SampleRow]> =
    new EventHook("sample");
  /** Fires with the first second of a ride that was filled later. */
  readonly onFilled: EventHook<[bikeId: string, second: number]> =
    new EventHook("filled");
  /** Fires when the connection to the broker came or went. */
  readonly onBroker: EventHook<[]> = new EventHook("broker");
  /** Fires with each message. */
  readonly onNews: EventHook<[bikeId: string, news: BikeNews]> = new EventHook(
    "news",
  );
  /** Resolves when all that the broker keeps is on its way; rejects where it refuses. */
  readonly ready: Promise<void>;
  /** The connection to the broker. */
  readonly endpoint: MqttEndpoint;
  /** How bikes are read and commanded. */
  readonly wire: BikeWire;
  readonly #clock: Clock;
  readonly #bikes = new Map<string, BikeView>();
  readonly #states = new Map<string, string>();
  readonly #end = new AbortController();
  #brokerSinceMs: number;
  #hasWarned = false;
  #stopTimer: () => void = () => {};

  /**
   * Subscribes to all bikes.
   *
   * @param options What it stands on.
   */
  constructor({ endpoint, wire, clock = systemClock }: FleetOptions) {
    this.endpoint = endpoint;
    this.wire = wire;
    this.#clock = clock;
    this.#brokerSinceMs = clock.now();
    const { signal } = this.#end;
    const onMessage = (message: MqttMessage) => this.#receive(message);
    const subscriptions = wire.filters.map((filter) =>
      endpoint.subscribe(filter, onMessage, { signal })
    );
    this.ready = Promise.all(subscriptions.map(({ ready }) => ready))
      .then(() => {});
    this.ready.catch(() => {});
    const onBroker = () => this.#onBroker();
    endpoint.onConnected.add(onBroker, { signal });
    endpoint.onDisconnected.add(onBroker, { signal });
    this.#schedule();
  }

  /** How the connection to the broker is. */
  get broker(): BrokerState {
    return {
      isConnected: this.endpoint.connected,
      sinceMs: this.#brokerSinceMs,
    };
  }

  /** The time, in milliseconds since 1970-01-01 UTC. */
  get nowMs(): number {
    return this.#clock.now();
  }

  /** Ids of all bikes, sorted. */
  get ids(): readonly string[] {
    return [...this.#bikes.keys()].sort();
  }

  /**
   * Finds a bike.
   *
   * @returns The bike; undefined if nothing was ever heard of it.
   */
  bike(bikeId: string): BikeView | undefined {
    return this.#bikes.get(bikeId);
  }

  /**
   * How a bike is shown.
   *
   * @returns The bike; undefined if nothing was ever heard of it.
   */
  snapshot(bikeId: string): BikeSnapshot | undefined {
    return this.#bikes.get(bikeId)
      ?.snapshot(this.#clock.now(), this.endpoint.connected);
  }

  /**
   * Goes on with a ride that was recorded before the program started.
   *
   * @param seconds Its seconds, oldest first.
   */
  resume(bikeId: string, seconds: readonly Sample[]): void {
    if (seconds.length === 0) return;
    const bike = this.#bikes.get(bikeId) ?? new BikeView(bikeId);
    this.#bikes.set(bikeId, bike);
    bike.ride.resume(seconds);
    this.onFilled.fire(bikeId, seconds[0]?.second ?? 0);
    this.onChanged.fire(bikeId);
  }

  /** Ends it. */
  [Symbol.dispose](): void {
    this.#end.abort();
    this.#stopTimer();
  }

  #receive({ topic, payload }: MqttMessage): void {
    const message = this.wire.read(topic, payload);
    if (!message) return;
    const bike = this.#find(message);
    if (!bike) return;
    bike.take(message, this.#clock.now());
    this.onNews.fire(bike.id, message);
    if (isNoChange(message)) return;
    this.onChanged.fire(bike.id);
  }

  #find(message: BikeMessage): BikeView | undefined {
    const { bikeId } = message;
    const known = this.#bikes.get(bikeId);
    if (known || isNoChange(message)) return known;
    if (this.#bikes.size >= MAX_BIKES) {
      this.#warnOnce(bikeId);
      return undefined;
    }
    const bike = new BikeView(bikeId);
    this.#bikes.set(bikeId, bike);
    return bike;
  }

  #warnOnce(bikeId: string): void {
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    logger.warn(
      "Cannot show bike {bikeId} and others: {count} are shown already",
      {
        bikeId,
        count: MAX_BIKES,
      },
    );
  }

  #onBroker(): void {
    this.#brokerSinceMs = this.#clock.now();
    this.onBroker.fire();
    for (const id of this.#bikes.keys()) this.onChanged.fire(id);
  }

  #schedule(): void {
    const lateMs = this.#clock.now() % SECOND_MS;
    this.#stopTimer = this.#clock.setTimeout(() => {
      this.#schedule();
      this.#tick();
    }, SECOND_MS - lateMs);
  }

  #tick(): void {
    const nowMs = this.#clock.now();
    const second = Math.floor(nowMs / SECOND_MS);
    const { connected } = this.endpoint;
    for (const [id, bike] of this.#bikes) {
      const filled = bike.ride.takeFilled();
      if (filled !== undefined) this.onFilled.fire(id, filled);
      const row = bike.tick(second, nowMs, connected);
      if (row) this.onSample.fire(id, row);
      const states = bike.states(nowMs, connected);
      if (row || states !== this.#states.get(id)) this.onChanged.fire(id);
      this.#states.set(id, states);
    }
  }
}

/** Whether a message says nothing of how a bike stands at present. */
function isNoChange({ kind }: BikeNews): boolean {
  return kind === "answer" || kind === "refusal" || kind === "past";
}
