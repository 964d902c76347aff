/**
 * What stands at the broker for Home Assistant: put there again where a broker
 * has forgotten it, and removed once nobody means it any more.
 *
 * @module
 */
import { parseForeignJson } from "#lib/base/foreign_json.ts";
import { getLogger } from "#lib/base/logger.ts";
import type { MqttEndpoint, MqttMessage } from "#lib/mqtt/endpoint.ts";
import type { HomeNames } from "./names.ts";

const logger = getLogger("home");

/** The most old announcements that are believed to be ours. */
const MAX_REGISTRY = 500;

/** Keeps retained topics as they should be. */
export class RetainedTopics {
  readonly #endpoint: MqttEndpoint;
  readonly #names: HomeNames;
  readonly #end = new AbortController();
  /** What should stand at the broker, by topic. */
  readonly #wanted = new Map<string, string>();
  /** What is to be removed there once it can be reached. */
  readonly #unwanted = new Set<string>();
  /** Which of it announces something. */
  #announced: ReadonlySet<string> = new Set();

  /** Wants nothing at first. */
  constructor(endpoint: MqttEndpoint, names: HomeNames) {
    this.#endpoint = endpoint;
    this.#names = names;
    const { signal } = this.#end;
    endpoint.onConnected.add(() => this.repeat(), { signal });
    const listeners = [
      endpoint.subscribe(names.registry, (message) => this.#clean(message), {
        signal,
      }),
      endpoint.subscribe(
        names.singleMessages,
        (message) => void this.#migrate(message),
        { signal },
      ),
    ];
    for (const { ready } of listeners) {
      ready.catch((error) =>
        logger.debug("Cannot find what was announced before: {error}", {
          error,
        })
      );
    }
  }

  /** Announces things; what was announced before and is not among them is removed. */
  announce(messages: ReadonlyMap<string, string>): void {
    const gone = [...this.#announced].filter((topic) => !messages.has(topic));
    this.#announced = new Set(messages.keys());
    for (const topic of gone) this.#remove(topic);
    // First, so that a crash in between leaves nothing that nobody knows of.
    this.put(this.#names.registry, JSON.stringify([...this.#announced]));
    for (const [topic, payload] of messages) this.put(topic, payload);
  }

  /**
   * Wants something at the broker.
   *
   * @param isRepeated Whether to publish it though it did not change.
   */
  put(topic: string, payload: string, isRepeated = false): void {
    if (!isRepeated && this.#wanted.get(topic) === payload) return;
    this.#wanted.set(topic, payload);
    this.#unwanted.delete(topic);
    this.#publish(topic, payload);
  }

  /** Publishes all again, for a broker or a reader that has forgotten it. */
  repeat(): void {
    for (const topic of this.#unwanted) this.#remove(topic);
    for (const [topic, payload] of this.#wanted) this.#publish(topic, payload);
  }

  /** Ends it; what stands at the broker stays. */
  close(): Promise<void> {
    this.#end.abort();
    return Promise.resolve();
  }

  /** Removes what an earlier run announced, and this one does not. */
  #clean({ payload, retain }: MqttMessage): void {
    if (!retain) return;
    const own = this.#names.config(this.#names.bike).replace(/\/config$/, "");
    for (const topic of readRegistry(payload)) {
      const isOurs = topic === `${own}/config` || topic.startsWith(`${own}_`);
      if (isOurs && !this.#announced.has(topic)) this.#remove(topic);
    }
    if (this.#announced.size === 0 && payload.length > 0) {
      this.#remove(this.#names.registry);
      this.#remove(this.#names.state);
    }
  }

  /** What the broker keeps comes before the connection stands: then it waits for that. */
  #remove(topic: string): void {
    this.#wanted.delete(topic);
    if (!this.#endpoint.connected) this.#unwanted.add(topic);
    else {
      this.#unwanted.delete(topic);
      void this.#send(topic, "");
    }
  }

  /** Takes entities over that were announced one by one, with their history. */
  async #migrate({ topic, payload, retain }: MqttMessage): Promise<void> {
    if (!retain || payload.length === 0) return;
    if (new TextDecoder().decode(payload).includes("migrate_discovery")) return;
    if (this.#announced.size > 0) {
      await this.#send(topic, '{"migrate_discovery": true}');
      for (const own of this.#announced) {
        await this.#send(own, this.#wanted.get(own) ?? "");
      }
    }
    await this.#send(topic, "");
  }

  #publish(topic: string, payload: string): void {
    if (this.#endpoint.connected) void this.#send(topic, payload);
  }

  async #send(topic: string, payload: string): Promise<void> {
    try {
      await this.#endpoint.publish(topic, payload, { retain: true });
    } catch (error) {
      logger.warn("Cannot publish to {topic}: {error}", { topic, error });
    }
  }
}

function readRegistry(payload: Uint8Array): readonly string[] {
  const data = parseForeignJson(payload);
  if (!Array.isArray(data)) return [];
  return data.filter((topic) => typeof topic === "string")
    .slice(0, MAX_REGISTRY);
}
