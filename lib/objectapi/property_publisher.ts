/**
 * A property of a local object, as a service shows it.
 *
 * @module
 */
import {
  ConnectionError,
  PayloadError,
  SmartbikeError,
} from "#lib/base/errors.ts";
import type { Listenable } from "#lib/base/event_hook.ts";
import { getLogger } from "#lib/base/logger.ts";
import type { MqttMessage, Subscription } from "#lib/mqtt/endpoint.ts";
import { decodeValue } from "./decode_value.ts";
import type { InterfaceDescriptor, PropertyDescriptor } from "./descriptor.ts";
import { memberOf } from "./member.ts";
import { encodeValue } from "./encode_value.ts";
import { parseJson, stringifyJson } from "./json.ts";
import { diagnosticsOf } from "./network_node.ts";
import { payloadLimit } from "./payload_limit.ts";
import { SequenceCounter } from "./sequence.ts";
import type { Service } from "./service.ts";
import { memberTopics } from "./object_topics.ts";

const logger = getLogger("objectapi");

/** How a service reaches a property of the object it serves. */
export interface ServedProperty<T = unknown> {
  /** Reads the value. */
  get(): T;
  /** Changes the value; left out where it is read-only. May be async. */
  set?(value: T): unknown;
  /** Fires with each new value, whoever changed it. */
  readonly onChanged: Listenable<[value: T]>;
}

/** The most values that are on their way to the broker; after these only the newest one waits. */
const MAX_ON_THEIR_WAY = 8;

/** Publishes a property's values, retained, and hands on the changes that clients ask for. */
export class PropertyPublisher {
  /** Its subscriptions. */
  readonly subscriptions: readonly Subscription[];
  readonly #service: Service;
  readonly #descriptor: PropertyDescriptor;
  readonly #property: ServedProperty;
  readonly #name: string;
  readonly #topics: readonly string[];
  readonly #maxBytes: number;
  readonly #sequence = new SequenceCounter();
  #onTheirWay = 0;
  #isStale = false;

  /**
   * Subscribes to the wishes of clients, and listens for changes.
   *
   * @param signal Stops listening for changes.
   */
  constructor(
    service: Service,
    descriptor: InterfaceDescriptor,
    name: string,
    property: ServedProperty,
    signal: AbortSignal,
  ) {
    const member = memberOf(descriptor.properties, name);
    if (!member) {
      throw new TypeError(
        `Cannot serve "${name}": ${descriptor.name} has no such property`,
      );
    }
    this.#service = service;
    this.#descriptor = member;
    this.#property = property;
    this.#name = name;
    this.#topics = memberTopics(descriptor, "prop", name);
    this.#maxBytes = payloadLimit([member.type], service.maxPayloadBytes);
    this.subscriptions = member.readonly
      ? []
      : memberTopics(descriptor, "set", name).map((topic) =>
        service.endpoint.subscribe(topic, (message) => this.#onSet(message), {
          qos: 2,
        })
      );
    property.onChanged.add(() => {
      if (service.endpoint.connected) void this.publish().catch(() => {});
    }, { signal });
  }

  /** Publishes the present value; resolves when the broker has it, or a newer one is to follow. */
  async publish(): Promise<void> {
    if (this.#onTheirWay >= MAX_ON_THEIR_WAY) {
      this.#isStale = true;
      return;
    }
    this.#onTheirWay++;
    try {
      await this.#publishNow();
    } catch (error) {
      this.#isStale ||= error instanceof ConnectionError &&
        error.reason === "queue_full";
      this.#report(error);
      return;
    } finally {
      this.#onTheirWay--;
    }
    if (!this.#isStale) return;
    // A later value found no room; the broker must not keep this one.
    this.#isStale = false;
    await this.publish();
  }

  async #publishNow(): Promise<void> {
    const { endpoint, qos } = this.#service;
    const [topic = ""] = this.#topics;
    const path = this.#name;
    const json = encodeValue(this.#descriptor.type, this.#property.get(), {
      topic,
      path,
    });
    const payload = stringifyJson(json);
    const properties = this.#sequence.next();
    await Promise.all(
      this.#topics.map((one) =>
        endpoint.publish(one, payload, { qos, retain: true, properties })
      ),
    );
  }

  #report(error: unknown): void {
    const diagnostics = diagnosticsOf(this.#service);
    if (error instanceof SmartbikeError) return diagnostics.report(error);
    logger.error("Cannot read {name}: {error}", { name: this.#name, error });
  }

  async #onSet(message: MqttMessage): Promise<void> {
    const { payload, retain, topic } = message;
    const diagnostics = diagnosticsOf(this.#service);
    if (retain) return diagnostics.ignore("retained_request", topic);
    try {
      const json = parseJson(payload, topic, { maxBytes: this.#maxBytes });
      const options = { topic, path: this.#name };
      const value = decodeValue(this.#descriptor.type, json, options);
      await this.#property.set?.(value);
    } catch (error) {
      if (error instanceof PayloadError) diagnostics.report(error);
      else {
        const name = this.#name;
        diagnostics.warn(name, "Cannot set {name}: {error}", { name, error });
      }
    }
  }
}
