/**
 * A signal of a local object, as a service sends it.
 *
 * @module
 */
import { SmartbikeError } from "#lib/base/errors.ts";
import type { MqttProperties } from "#lib/mqtt/endpoint.ts";
import type { InterfaceDescriptor, ParameterDescriptor } from "./descriptor.ts";
import { memberOf } from "./member.ts";
import { encodeArguments } from "./encode_value.ts";
import { stringifyJson } from "./json.ts";
import { diagnosticsOf } from "./network_node.ts";
import { SequenceCounter } from "./sequence.ts";
import type { Service } from "./service.ts";
import { memberTopics } from "./object_topics.ts";

/** Sends one signal to all clients. */
export class SignalEmitter {
  readonly #service: Service;
  readonly #params: readonly ParameterDescriptor[];
  readonly #topics: readonly string[];
  readonly #sequence = new SequenceCounter();

  /** Makes an emitter. */
  constructor(service: Service, descriptor: InterfaceDescriptor, name: string) {
    this.#service = service;
    this.#params = memberOf(descriptor.signals, name)?.params ?? [];
    this.#topics = memberTopics(descriptor, "sig", name);
  }

  /**
   * Sends the signal; what goes wrong is reported. It is dropped where it
   * cannot be delivered for as long as the service lets a signal wait.
   *
   * @param args One value a parameter.
   */
  async emit(args: readonly unknown[]): Promise<void> {
    const [topic = ""] = this.#topics;
    try {
      const json = encodeArguments(this.#params, args, { topic });
      const payload = stringifyJson(json);
      const properties = this.#sequence.next();
      await Promise.all(
        this.#topics.map((one) => this.#publish(one, payload, properties)),
      );
    } catch (error) {
      if (!(error instanceof SmartbikeError)) throw error;
      diagnosticsOf(this.#service).report(error);
    }
  }

  async #publish(
    topic: string,
    payload: string,
    sequence: MqttProperties,
  ): Promise<void> {
    const { endpoint, qos, signalExpiryMs } = this.#service;
    const expires = Number.isFinite(signalExpiryMs);
    const signal = expires && !endpoint.connected
      ? AbortSignal.timeout(signalExpiryMs)
      : undefined;
    const properties = {
      ...sequence,
      ...(expires &&
        {
          messageExpirySeconds: Math.max(1, Math.ceil(signalExpiryMs / 1000)),
        }),
    };
    try {
      await endpoint.publish(topic, payload, { qos, properties, signal });
    } catch (error) {
      if (!signal?.aborted) throw error;
      diagnosticsOf(this.#service).ignore("expired_signal", topic);
    }
  }
}
