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
import type { EventSource } from "#lib/base/event_hook.ts";
import { getLogger } from "#lib/base/logger.ts";
import type { MqttMessage, Subscription } from "#lib/mqtt/endpoint.ts";
import { decodeValue } from "./decode_value.ts";
import type { InterfaceDescriptor, PropertyDescriptor } from "./descriptor.ts";
import { encodeValue } from "./encode_value.ts";
import { parseJson, stringifyJson } from "./json.ts";
import type { Service } from "./service.ts";
import { heardTopics, memberTopic } from "./topics.ts";

const logger = getLogger("objectapi");

/** How a service reaches a property of the object it serves. */
export interface ServedProperty<T = unknown> {
  /** Reads the value. */
  get(): T;
  /** Changes the value; left out where it is read-only. May be async. */
  set?(value: T): unknown;
  /** Fires with each new value, whoever changed it. */
  readonly onChanged: EventSource<[value: T]>;
}

/** Publishes a property's values, retained, and hands on the changes that clients ask for. */
export class PropertyPublisher {
  /** Its subscriptions. */
  readonly subscriptions: readonly Subscription[];
  readonly #service: Service;
  readonly #descriptor: PropertyDescriptor;
  readonly #property: ServedProperty;
  readonly #name: string;
  readonly #topic: string;
  #isStale = false;

  /**
   * Subscribes to the wishes of clients, and listens for changes.
   *
   * @param service The connection.
   * @param descriptor The interface.
   * @param name The property's name.
   * @param property The property.
   * @param signal Stops listening for changes.
   */
  constructor(
    service: Service,
    descriptor: InterfaceDescriptor,
    name: string,
    property: ServedProperty,
    signal: AbortSignal,
  ) {
    const member = descriptor.properties[name];
    if (!member) {
      throw new TypeError(
        `Cannot serve "${name}": ${descriptor.name} has no such property`,
      );
    }
    this.#service = service;
    this.#descriptor = member;
    this.#property = property;
    this.#name = name;
    this.#topic = memberTopic(descriptor, "prop", name);
    this.subscriptions = member.readonly
      ? []
      : heardTopics(descriptor, "set", name).map((topic) =>
        service.endpoint.subscribe(topic, (message) => this.#onSet(message), {
          qos: 2,
        })
      );
    property.onChanged.add(() => {
      if (service.endpoint.connected) void this.publish().catch(() => {});
    }, { signal });
  }

  /** Publishes the present value; resolves when the broker has it. */
  async publish(): Promise<void> {
    const { diagnostics, endpoint, qos } = this.#service;
    const { type } = this.#descriptor;
    try {
      const json = encodeValue(type, this.#property.get(), {
        topic: this.#topic,
        path: this.#name,
      });
      await endpoint.publish(this.#topic, stringifyJson(json), {
        qos,
        retain: true,
      });
      if (!this.#isStale) return;
      // A later value found no room to wait; the broker must not keep this one.
      this.#isStale = false;
      await this.publish();
    } catch (error) {
      this.#isStale ||= error instanceof ConnectionError &&
        error.reason === "queue_full";
      if (error instanceof SmartbikeError) diagnostics.report(error);
      else {logger.error("Cannot read {name}: {error}", {
          name: this.#name,
          error,
        });}
    }
  }

  async #onSet(message: MqttMessage): Promise<void> {
    const { payload, retain, topic } = message;
    const { diagnostics } = this.#service;
    if (retain) return diagnostics.ignore("retained_request", topic);
    try {
      const json = parseJson(payload, topic);
      const options = { topic, path: this.#name };
      const value = decodeValue(this.#descriptor.type, json, options);
      await this.#property.set?.(value);
    } catch (error) {
      if (error instanceof PayloadError) diagnostics.report(error);
      else {logger.warn("Cannot set {name}: {error}", {
          name: this.#name,
          error,
        });}
    }
  }
}
