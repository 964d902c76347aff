/**
 * Finding out what is served on a broker.
 *
 * @module
 */
import { type Clock, systemClock } from "#lib/base/clock.ts";
import { TimeoutError } from "#lib/base/errors.ts";
import { EventHook } from "#lib/base/event_hook.ts";
import type { MqttEndpoint, MqttMessage } from "#lib/mqtt/endpoint.ts";
import {
  hasTooManyNames,
  MAX_DEFINITION_BYTES,
  MAX_DEFINITIONS_BYTES,
} from "./definition_budget.ts";
import { parseJson, stringifyJson } from "./json.ts";
import {
  ANNOUNCEMENT_FILTER,
  ANNOUNCEMENT_PARTS,
  type AnnouncementPart,
  announcementTopic,
  parseAnnouncementTopic,
} from "./object_topics.ts";
import { isRecord } from "./value.ts";

/** The most services and interfaces of a service that are listed. */
const MAX_ENTRIES = 1000;

/** An interface's name, or an object's identity and its interface's name. */
const ADDRESS = /^([\w.-]{1,64}\/){0,8}[A-Za-z][0-9A-Za-z_.]{0,255}$/;

/** A service that announced itself. Any client of the broker may have written this. */
export interface DiscoveredService {
  /** Its client id. */
  readonly id: string;
  /** False once the broker has lost it. */
  readonly alive: boolean;
  /** Names of the objects that it serves: qualified names of interfaces, behind an identity where an object has one. */
  readonly interfaces: readonly string[];
  /**
   * JSON text of the definitions of their modules and all that these import;
   * bounded, but not checked, and empty of modules where the service has no
   * definition, or one of unreasonable size.
   */
  readonly definition: string;
}

/** How long to look. */
export interface DiscoverOptions {
  /**
   * Ends the search at the latest, in milliseconds. It usually ends as soon
   * as the broker has sent all that it holds.
   *
   * @default {2000}
   */
  readonly timeoutMs?: number;
  /**
   * Also finds services that ended in good order, of which the broker keeps
   * the names of what they served.
   *
   * @default {false}
   */
  readonly includesEnded?: boolean;
  /**
   * Where the time comes from.
   *
   * @default {systemClock}
   */
  readonly clock?: Clock;
  /** Gives up; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/**
 * Finds the services that announced themselves on a broker, living and lost.
 *
 * @param endpoint A connection to the broker; it may still be connecting.
 * @param options How long to look.
 * @returns The services, sorted by their id.
 * @throws {TimeoutError} If the broker did not grant the subscription in time.
 * @throws {ConnectionError} If the broker refuses it.
 *
 * @example Usage
 * ```ts
 * import { Client } from "#lib/objectapi/client.ts";
 * import { discover } from "#lib/objectapi/service_discovery.ts";
 * import { EmbeddedBroker } from "#lib/broker/embedded_broker.ts";
 * import assert from "node:assert/strict";
 *
 * await using broker = await EmbeddedBroker.listen();
 * await using client = new Client("example-client");
 * await client.connect(broker.url);
 * assert.deepEqual(await discover(client.endpoint), []);
 * ```
 */
export async function discover(
  endpoint: MqttEndpoint,
  options: DiscoverOptions = {},
): Promise<readonly DiscoveredService[]> {
  const { clock = systemClock, timeoutMs = 2000, signal } = options;
  signal?.throwIfAborted();
  const found = new FoundServices(options.includesEnded ?? false);
  await using subscription = endpoint.subscribe(
    ANNOUNCEMENT_FILTER,
    (message) => found.add(message),
  );
  const echoes = new EventHook<[]>("echo");
  const topic = `apigear/discovery/${crypto.randomUUID()}`;
  await using echo = endpoint.subscribe(topic, () => echoes.fire());
  const late = Promise.withResolvers<"late">();
  const stopTimer = clock.setTimeout(() => late.resolve("late"), timeoutMs);
  const onAbort = () => late.reject(signal?.reason);
  signal?.addEventListener("abort", onAbort, { once: true });
  try {
    const granted = await Promise.race([subscription.ready, late.promise]);
    if (granted === "late") throw new TimeoutError("discover", timeoutMs);
    const drained = drain(found, async () => {
      await echo.ready;
      const returned = echoes.next();
      await endpoint.publish(topic, "");
      await returned;
    });
    // Where the broker refuses the round, the time decides.
    await Promise.race([drained.catch(() => late.promise), late.promise]);
  } finally {
    stopTimer();
    signal?.removeEventListener("abort", onAbort);
  }
  return found.list();
}

/**
 * Removes what a service left behind on a broker.
 *
 * @param endpoint A connection to the broker.
 * @param id The service's id, as `discover` found it.
 * @throws {ConnectionError} If the broker refuses.
 */
export async function forgetService(
  endpoint: MqttEndpoint,
  id: string,
): Promise<void> {
  for (const part of ANNOUNCEMENT_PARTS) {
    await endpoint.publish(announcementTopic(id, part), "", { retain: true });
  }
}

/**
 * Waits until the broker has sent what it holds: a message that makes the
 * round behind the others comes back after them. Brokers may start to send
 * late, so the rounds go on until one brings nothing new.
 */
async function drain(
  found: FoundServices,
  makeRound: () => Promise<void>,
): Promise<void> {
  for (let seen = -1; seen !== found.messages;) {
    seen = found.messages;
    await makeRound();
  }
}

/** What is known of a service; any part may be missing. */
interface Parts {
  alive?: boolean;
  interfaces?: readonly string[];
  definition?: Pick<DiscoveredService, "interfaces" | "definition">;
}

/** What is listed of a service whose definition is too large to look at. */
const UNREADABLE = { interfaces: [], definition: "{}" };

/** Collects what services announce; anything else is dropped. */
class FoundServices {
  /** How many messages came. */
  messages = 0;
  readonly #services = new Map<string, Parts>();
  readonly #includesEnded: boolean;
  #definitionBytes = 0;

  constructor(includesEnded: boolean) {
    this.#includesEnded = includesEnded;
  }

  add({ topic, payload }: MqttMessage): void {
    this.messages++;
    const parsed = parseAnnouncementTopic(topic);
    if (!parsed) return;
    const { id, part } = parsed;
    if (this.#services.size >= MAX_ENTRIES && !this.#services.has(id)) return;
    const parts = this.#services.get(id) ?? {};
    this.#services.set(id, parts);
    delete parts[part];
    if (payload.length === 0) return;
    if (part === "definition") this.#definitionBytes += payload.length;
    const isTooMuch = payload.length > MAX_DEFINITION_BYTES ||
      this.#definitionBytes > MAX_DEFINITIONS_BYTES;
    if (!isTooMuch) Object.assign(parts, readPart(part, payload, topic));
    else if (part === "definition") parts.definition = UNREADABLE;
  }

  list(): readonly DiscoveredService[] {
    return [...this.#services]
      .flatMap(([id, parts]) => this.#toService(id, parts) ?? [])
      .toSorted((a, b) => a.id < b.id ? -1 : 1);
  }

  #toService(
    id: string,
    { alive = false, interfaces, definition }: Parts,
  ): DiscoveredService | undefined {
    if (definition) return { id, alive, ...definition };
    if (!this.#includesEnded || alive || !interfaces) return undefined;
    return { id, alive, interfaces, definition: "{}" };
  }
}

function readPart(
  part: AnnouncementPart,
  payload: Uint8Array,
  topic: string,
): Parts {
  try {
    const json = parseJson(payload, topic);
    if (part === "alive") return { alive: json === true };
    if (part === "interfaces") return { interfaces: toAddresses(json) };
    if (!isRecord(json)) return {};
    const { interfaces, definition } = json;
    const isSound = isRecord(definition) && !hasTooManyNames(definition);
    return {
      definition: {
        interfaces: toAddresses(interfaces),
        definition: isSound ? stringifyJson(definition) : "{}",
      },
    };
  } catch {
    return {}; // Whoever wrote this, it was no service.
  }
}

function toAddresses(names: unknown): readonly string[] {
  const all: readonly unknown[] = Array.isArray(names) ? names : [];
  return all.filter(isAddress).slice(0, MAX_ENTRIES);
}

function isAddress(name: unknown): name is string {
  return typeof name === "string" && ADDRESS.test(name);
}
