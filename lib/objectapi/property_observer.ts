/**
 * A property of a remote object, as a client sees it.
 *
 * @module
 */
import { ConnectionError, SmartbikeError } from "#lib/base/errors.ts";
import { EventHook } from "#lib/base/event_hook.ts";
import type { MqttMessage, Subscription } from "#lib/mqtt/endpoint.ts";
import { NO_MATCHING_SUBSCRIBERS } from "#lib/mqtt/endpoint.ts";
import type { Client } from "./client.ts";
import { decodeValue } from "./decode_value.ts";
import {
  addressOf,
  type InterfaceDescriptor,
  type TypeDescriptor,
} from "./descriptor.ts";
import { memberOf } from "./member.ts";
import { encodeValue } from "./encode_value.ts";
import { parseJson, stringifyJson } from "./json.ts";
import { diagnosticsOf, isCatchingUp } from "./network_node.ts";
import { payloadLimit } from "./payload_limit.ts";
import { SequenceFilter } from "./sequence.ts";
import { memberTopic, memberTopics } from "./object_topics.ts";
import { defaultValue, equalValues } from "./value.ts";

/** Holds the value that the service reported last, and asks for changes. */
export class PropertyObserver {
  /** Fires with the new value whenever it differs from the one before. */
  readonly onChanged: EventHook<[value: unknown]>;
  /** Fires with the first value, even if it is the default, and then with every other one. */
  readonly onReceived: EventHook<[value: unknown]>;
  /** Its subscriptions. */
  readonly subscriptions: readonly Subscription[];
  readonly #client: Client;
  readonly #descriptor: InterfaceDescriptor;
  readonly #name: string;
  readonly #type: TypeDescriptor;
  readonly #isReadonly: boolean;
  readonly #maxBytes: number;
  readonly #sequence = new SequenceFilter();
  #value: unknown;
  #isKnown = false;

  /**
   * Subscribes to a property.
   *
   * @throws {TypeError} If the interface has no such property.
   */
  constructor(client: Client, descriptor: InterfaceDescriptor, name: string) {
    const property = memberOf(descriptor.properties, name);
    if (!property) {
      throw new TypeError(
        `Cannot observe "${name}": ${descriptor.name} has no such property`,
      );
    }
    this.#client = client;
    this.#descriptor = descriptor;
    this.#name = name;
    this.#type = property.type;
    this.#isReadonly = property.readonly ?? false;
    this.#maxBytes = payloadLimit([property.type], client.maxPayloadBytes);
    this.#value = defaultValue(property.type);
    this.onChanged = new EventHook(`${name} changed`);
    this.onReceived = new EventHook(`${name} received`);
    this.subscriptions = memberTopics(descriptor, "prop", name).map((topic) =>
      client.endpoint.subscribe(topic, (message) => this.#onMessage(message), {
        qos: 2,
      })
    );
  }

  /** The value the service reported last, or the type's default. */
  get value(): unknown {
    return this.#value;
  }

  /** True once the service has reported the value. */
  get isKnown(): boolean {
    return this.#isKnown;
  }

  /**
   * Asks the service for another value.
   *
   * @throws {PayloadError} If the value does not have the property's type.
   * @throws {ConnectionError} Reason `no_service` where the broker reports that nobody serves.
   * @throws {TypeError} If the property is read-only.
   */
  async set(value: unknown): Promise<void> {
    const { endpoint, qos } = this.#client;
    if (this.#isReadonly) {
      throw new TypeError(
        `Cannot set "${this.#name}": it is read-only, only the service changes it`,
      );
    }
    const topic = memberTopic(this.#descriptor, "set", this.#name);
    const json = encodeValue(this.#type, value, { topic, path: this.#name });
    const payload = stringifyJson(json);
    for (const spelled of memberTopics(this.#descriptor, "set", this.#name)) {
      const { reasonCode } = await endpoint.publish(spelled, payload, { qos });
      if (reasonCode !== NO_MATCHING_SUBSCRIBERS) return;
    }
    throw new ConnectionError(
      `Cannot set "${this.#name}": nobody serves ${
        addressOf(this.#descriptor)
      } on this broker`,
      endpoint.brokerUrl,
      "no_service",
    );
  }

  #onMessage(message: MqttMessage): void {
    const { topic } = message;
    let value: unknown;
    try {
      const options = { maxBytes: this.#maxBytes };
      const json = parseJson(message.payload, topic, options);
      value = decodeValue(this.#type, json, { topic, path: this.#name });
    } catch (error) {
      if (!(error instanceof SmartbikeError)) throw error;
      return diagnosticsOf(this.#client).report(error);
    }
    const order = this.#sequence.judge(message, isCatchingUp(this.#client));
    if (order === "older") {
      return diagnosticsOf(this.#client).ignore("old_value", topic);
    }
    const isFirst = !this.#isKnown;
    const isSame = equalValues(this.#type, value, this.#value);
    this.#isKnown = true;
    if (!isSame) this.#value = value;
    if (isFirst || !isSame) this.onReceived.fire(value);
    if (!isSame) this.onChanged.fire(value);
  }
}
