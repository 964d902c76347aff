/**
 * Which services live, as they say themselves.
 *
 * @module
 */
import type { Clock } from "#lib/base/clock.ts";
import { EventHook } from "#lib/base/event_hook.ts";
import type {
  MqttEndpoint,
  MqttMessage,
  Subscription,
} from "#lib/mqtt/endpoint.ts";
import { parseJson } from "./json.ts";
import { announcementFilter, parseAnnouncementTopic } from "./object_topics.ts";

/**
 * Whether an object is served: `alive`, `lost` (it was announced, and its
 * service has ended or crashed), `unknown` (nobody announced it; services made with
 * ApiGear's templates never do).
 */
type ServiceState = "alive" | "lost" | "unknown";

/** The most services that are known at a time. */
const MAX_SERVICES = 256;

/** The longest list of names that is read, in bytes. */
const MAX_NAMES_BYTES = 16 * 1024;

/** How long a lost service is given to come back before waiting calls fail, in milliseconds: its network may have hiccuped. */
const RETURN_MS = 1500;

/** What one service says of itself. */
interface KnownService {
  /** Undefined until it has said so. */
  alive: boolean | undefined;
  /** Whether it ended in good order, so that nothing of it is subscribed any more. */
  hasEnded: boolean;
  addresses: readonly string[];
}

/** Follows the announcements of all services on a broker. */
export class ServiceWatch {
  /** Fires with the address of an object whose state changed. */
  readonly onChanged: EventHook<[address: string, state: ServiceState]> =
    new EventHook("service state changed");
  /** Fires with the address of an object of which a service came or went. */
  readonly onUpdated: EventHook<[address: string]> = new EventHook(
    "services updated",
  );
  /** Fires with the address of an object whose service is lost, when it has had time to come back. */
  readonly onLost: EventHook<[address: string]> = new EventHook("service lost");
  readonly #endpoint: MqttEndpoint;
  readonly #clock: Clock;
  readonly #services = new Map<string, KnownService>();
  readonly #states = new Map<string, ServiceState>();
  readonly #lostTimers = new Map<string, () => void>();
  #subscriptions: readonly Subscription[] = [];
  #users = 0;
  #end: AbortController | undefined;
  #stopTimer = () => {};

  /**
   * Waits for its first user.
   *
   * @param clock Says when a lost service has had time to come back.
   */
  constructor(endpoint: MqttEndpoint, clock: Clock) {
    this.#endpoint = endpoint;
    this.#clock = clock;
  }

  /** Starts to follow for one more user; a broker that refuses leaves all states unknown. */
  open(): void {
    if (this.#users++ > 0) return;
    this.#subscriptions = (["interfaces", "alive"] as const).map((part) =>
      this.#endpoint.subscribe(
        announcementFilter(part),
        (message) => this.#onMessage(message),
      )
    );
    for (const { ready } of this.#subscriptions) ready.catch(() => {});
    const { signal } = this.#end = new AbortController();
    // What was withdrawn while we were away is never said.
    this.#endpoint.onDisconnected.add(() => {
      this.#stopTimer();
      this.#services.clear();
    }, { signal });
    this.#endpoint.onConnected.add(() => {
      if (this.#states.size === 0) return;
      this.#stopTimer();
      const update = () => this.#updateAll();
      this.#stopTimer = this.#clock.setTimeout(update, RETURN_MS);
    }, { signal });
  }

  /** Takes back one user's {@linkcode ServiceWatch.open}. */
  async close(): Promise<void> {
    if (--this.#users > 0) return;
    this.#end?.abort();
    this.rest();
    const subscriptions = this.#subscriptions;
    this.#subscriptions = [];
    this.#services.clear();
    this.#states.clear();
    await Promise.all(subscriptions.map((one) => one.unsubscribe()));
  }

  /** Waits for nothing any more until the next connection. */
  rest(): void {
    this.#stopTimer();
    for (const stop of this.#lostTimers.values()) stop();
    this.#lostTimers.clear();
  }

  /**
   * Checks whether an object is served.
   *
   * @param address Its name, as `addressOf` makes it.
   * @returns What the services say.
   */
  stateOf(address: string): ServiceState {
    return this.#states.get(address) ?? "unknown";
  }

  /**
   * Checks whether all services that announced an object ended in good order.
   *
   * @param address Its name, as `addressOf` makes it.
   * @returns False also where one is lost, lives, or none is known.
   */
  hasEnded(address: string): boolean {
    const serving = this.#servicesOf(address);
    return serving.length > 0 && serving.every(({ hasEnded }) => hasEnded);
  }

  /**
   * The services that live and serve an object.
   *
   * @param address Its name, as `addressOf` makes it.
   */
  servicesOf(address: string): readonly string[] {
    return [...this.#services].filter(([, { alive, addresses }]) =>
      alive && addresses.includes(address)
    ).map(([id]) => id);
  }

  /**
   * The objects of an interface that are served under an identity.
   *
   * @param name Qualified name of the interface.
   */
  identitiesOf(name: string): readonly string[] {
    const suffix = `/${name}`;
    const addresses = [...this.#services.values()]
      .flatMap(({ alive, addresses }) => alive ? addresses : [])
      .filter((address) => address.endsWith(suffix));
    return [...new Set(addresses)]
      .map((address) => address.slice(0, -suffix.length));
  }

  #onMessage({ topic, payload }: MqttMessage): void {
    const { id, part } = parseAnnouncementTopic(topic) ?? {};
    if (id === undefined || part === undefined) return;
    const before = this.#services.get(id);
    if (!before && !this.#makeRoom()) return;
    const service = before ??
      { alive: undefined, hasEnded: false, addresses: [] };
    const concerned = service.addresses;
    if (part === "alive") {
      const state = readJson(payload, topic);
      service.alive = state === true;
      service.hasEnded = state === "ended";
    } else service.addresses = readNames(payload, topic);
    this.#services.set(id, service);
    if (!service.alive && service.addresses.length === 0) {
      this.#services.delete(id);
    }
    for (const address of new Set([...concerned, ...service.addresses])) {
      this.#update(address);
      this.onUpdated.fire(address);
    }
  }

  /** Where there are too many, one that is gone makes room. */
  #makeRoom(): boolean {
    if (this.#services.size < MAX_SERVICES) return true;
    const [gone] = [...this.#services].find(([, { alive }]) => !alive) ?? [];
    return gone !== undefined && this.#services.delete(gone);
  }

  #updateAll(): void {
    for (const address of [...this.#states.keys()]) this.#update(address);
  }

  #update(address: string): void {
    const before = this.stateOf(address);
    const after = this.#judge(address, before);
    if (after === before) return;
    this.#states.set(address, after);
    this.#lostTimers.get(address)?.();
    this.#lostTimers.delete(address);
    if (after === "lost" && before === "alive") {
      const stop = this.#clock.setTimeout(() => {
        this.#lostTimers.delete(address);
        this.onLost.fire(address);
      }, RETURN_MS);
      this.#lostTimers.set(address, stop);
    }
    this.onChanged.fire(address, after);
  }

  #servicesOf(address: string): readonly KnownService[] {
    return [...this.#services.values()]
      .filter(({ addresses }) => addresses.includes(address));
  }

  /** What lived and withdrew is lost too, for those who saw it live. */
  #judge(address: string, before: ServiceState): ServiceState {
    const serving = this.#servicesOf(address);
    if (serving.some(({ alive }) => alive)) return "alive";
    const isLost = serving.some(({ alive }) => alive === false);
    return isLost || before !== "unknown" ? "lost" : "unknown";
  }
}

function readNames(payload: Uint8Array, topic: string): readonly string[] {
  const names = readJson(payload, topic);
  if (!Array.isArray(names)) return [];
  return names.filter((name) => typeof name === "string");
}

/** Anybody may write there; what is no announcement counts as none. */
function readJson(payload: Uint8Array, topic: string): unknown {
  if (payload.length === 0) return undefined;
  try {
    return parseJson(payload, topic, { maxBytes: MAX_NAMES_BYTES });
  } catch {
    return undefined;
  }
}
