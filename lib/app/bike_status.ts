/**
 * What a bike has published of itself.
 *
 * @module
 */
import { untilAborted } from "#lib/base/deadline.ts";
import { parseForeignJson } from "#lib/base/foreign_json.ts";
import type { BikeWire } from "#lib/bike/remote_bike.ts";
import type {
  MqttEndpoint,
  MqttMessage,
  Subscription,
} from "#lib/mqtt/endpoint.ts";
import { isTopicFilter } from "#lib/mqtt/topic.ts";
import type { BikeTopicNames } from "./bike_adapters.ts";

/** Whether something is there; `unknown` where nothing was published. */
type Presence = "online" | "offline" | "unknown";

/** How one device is; what was not published is undefined. */
export interface DeviceLine {
  /** Its id. */
  readonly id: string;
  /** Whether it is there. */
  readonly state: Presence;
  /** Name of its driver. */
  readonly driver: string | undefined;
  /** When it reported last, in seconds since 1970-01-01 UTC. */
  readonly lastSeen: number | undefined;
  /** Charge of its battery, in percent. */
  readonly batteryPercent: number | undefined;
  /** Strength of its radio signal, in dBm. */
  readonly signalDbm: number | undefined;
  /** How often its driver was run again. */
  readonly restarts: number | undefined;
  /** What its driver ended with last. */
  readonly error: string | undefined;
  /** What an operator should know of it while it works. */
  readonly notes: readonly string[];
}

/** How a bike is. */
export interface BikeStatus {
  /** Its id. */
  readonly bike: string;
  /** Whether it is there. */
  readonly state: Presence;
  /** Version of the program that runs it. */
  readonly version: string | undefined;
  /** When that program reported its health, in seconds since 1970-01-01 UTC. */
  readonly timestamp: number | undefined;
  /** How long it runs, in seconds. */
  readonly uptimeSeconds: number | undefined;
  /** Its resident memory, in bytes. */
  readonly memoryBytes: number | undefined;
  /** Its devices. */
  readonly devices: readonly DeviceLine[];
}

type Data = Readonly<Record<string, unknown>>;

/** The most topics that are read of a bike, whatever it lists. */
const MAX_TOPICS = 256;

/** Collects what the broker has stored of a bike. */
export class BikeStatusReader implements Disposable {
  /** Resolves when all that belongs to the bike has come, or the broker has no more of it. */
  readonly complete: Promise<void>;
  readonly #names: BikeTopicNames;
  readonly #configured: readonly string[];
  readonly #resolve: () => void;
  readonly #end = new AbortController();
  readonly #messages = new Map<string, Data>();
  readonly #endpoint: MqttEndpoint;
  readonly #subscriptions = new Map<string, Subscription>();

  /**
   * Subscribes, without wildcards: some brokers store nothing for those.
   *
   * @param configured Ids of devices that it must have.
   */
  constructor(
    endpoint: MqttEndpoint,
    names: BikeTopicNames,
    configured: readonly string[],
  ) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.complete = promise;
    this.#resolve = resolve;
    this.#names = names;
    this.#configured = configured;
    this.#endpoint = endpoint;
    this.#follow(names.health);
    this.#followDevices();
    this.#follow(names.availability);
    void this.#readStored().then(resolve);
  }

  /**
   * What is known so far.
   *
   * @returns How the bike is. Devices of a bike that is not there are not there.
   */
  status(bike: string): BikeStatus {
    const state = presenceOf(this.#messages.get(this.#names.availability));
    const health = this.#health;
    const { version, timestamp, uptimeSeconds, memoryBytes } = health;
    return {
      bike,
      state,
      version: textIn(version),
      timestamp: numberIn(timestamp),
      uptimeSeconds: numberIn(uptimeSeconds),
      memoryBytes: numberIn(memoryBytes),
      devices: this.#ids.map((id) => this.#device(id, state === "online")),
    };
  }

  /** Waits no more. */
  [Symbol.dispose](): void {
    this.#end.abort();
  }

  get #health(): Data {
    return this.#messages.get(this.#names.health) ?? {};
  }

  /** Those that the program runs, and those that it should. */
  get #ids(): readonly string[] {
    const running = devicesIn(this.#health).flatMap(({ id }) =>
      typeof id === "string" ? [id] : []
    );
    return [...new Set([...running, ...this.#configured])];
  }

  #device(id: string, isBikeOnline: boolean): DeviceLine {
    const report = this.#messages.get(this.#names.device(id));
    const health = devicesIn(this.#health).find((one) => one["id"] === id) ??
      {};
    const state = presenceOf(report);
    return {
      id,
      state: isBikeOnline || state === "unknown" ? state : "offline",
      driver: textIn(health["driver"]),
      notes: textsIn(health["notes"]),
      lastSeen: numberIn(health["lastSeen"]),
      batteryPercent: numberIn(report?.["batteryPercent"]),
      signalDbm: numberIn(report?.["signalDbm"]),
      restarts: numberIn(health["restarts"]),
      error: textIn(health["error"]),
    };
  }

  /** Resolves when what is stored has come, also of devices that only stored messages name. */
  async #readStored(): Promise<void> {
    let read = 0;
    while (read < this.#subscriptions.size) {
      const all = [...this.#subscriptions.values()];
      read = all.length;
      await storedMessages(this.#endpoint, all, this.#end.signal);
    }
  }

  #followDevices(): void {
    for (const id of this.#ids) this.#follow(this.#names.device(id));
  }

  #follow(topic: string): void {
    const known = this.#subscriptions;
    if (known.has(topic) || known.size >= MAX_TOPICS) return;
    if (!isTopicFilter(topic)) return;
    const onMessage = (message: MqttMessage) => this.#take(message);
    const subscription = this.#endpoint.subscribe(topic, onMessage);
    // A topic that may not be read is one that nothing comes on.
    subscription.ready.catch(() => {});
    known.set(topic, subscription);
  }

  #take({ topic, payload }: MqttMessage): void {
    const data = parse(payload);
    if (data) this.#messages.set(topic, data);
    else this.#messages.delete(topic);
    if (topic === this.#names.health) this.#followDevices();
    const { availability, health } = this.#names;
    const isWhole = this.#messages.has(availability) &&
      this.#messages.has(health) &&
      this.#ids.every((id) => this.#messages.has(this.#names.device(id)));
    if (isWhole) this.#resolve();
  }
}

/** The longest payload that is read, in bytes: health lists all devices. */
const MAX_BYTES = 1_048_576;

/** How much later than its grant a stored message may come, in milliseconds. */
const GRACE_MS = 200;

/** Resolves when a broker has sent what it has stored: most do so with the grant of a subscription. */
async function storedMessages(
  endpoint: MqttEndpoint,
  subscriptions: readonly Subscription[],
  ended: AbortSignal,
): Promise<void> {
  await Promise.allSettled(subscriptions.map(({ ready }) => ready));
  // What the broker grants next comes behind the stored messages.
  const next = endpoint.subscribe("smartbike/stored", () => {});
  await Promise.allSettled([next.ready]);
  const signal = AbortSignal.any([ended, AbortSignal.timeout(GRACE_MS)]);
  await untilAborted(signal);
}

/**
 * Finds the bikes of a broker.
 *
 * @param wire How their messages are read.
 */
export async function findBikes(
  endpoint: MqttEndpoint,
  { filters, read }: BikeWire,
): Promise<readonly string[]> {
  const ids = new Set<string>();
  const subscriptions = filters.map((filter) =>
    endpoint.subscribe(filter, ({ topic, payload }) => {
      const message = read(topic, payload);
      if (message?.kind === "presence") ids.add(message.bikeId);
    })
  );
  await storedMessages(endpoint, subscriptions, new AbortController().signal);
  await Promise.allSettled(subscriptions.map((one) => one.unsubscribe()));
  return [...ids].sort();
}

function parse(payload: Uint8Array): Data | undefined {
  const data = parseForeignJson(payload, MAX_BYTES);
  return isData(data) ? data : undefined;
}

function isData(value: unknown): value is Data {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function devicesIn({ devices }: Data): readonly Data[] {
  return Array.isArray(devices) ? devices.filter(isData) : [];
}

function presenceOf(data: Data | undefined): Presence {
  if (data === undefined) return "unknown";
  return data["state"] === "online" ? "online" : "offline";
}

function textIn(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function numberIn(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}

/** A few short texts, whatever was published. */
function textsIn(value: unknown): readonly string[] {
  return Array.isArray(value)
    ? value.filter((one) => typeof one === "string").slice(0, 16)
    : [];
}
