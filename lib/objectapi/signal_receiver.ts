/**
 * A signal of a remote object, as a client hears it.
 *
 * @module
 */
import { SmartbikeError } from "#lib/base/errors.ts";
import { EventHook } from "#lib/base/event_hook.ts";
import type { MqttMessage, Subscription } from "#lib/mqtt/endpoint.ts";
import type { Client } from "./client.ts";
import { decodeArguments } from "./decode_value.ts";
import type { InterfaceDescriptor, ParameterDescriptor } from "./descriptor.ts";
import { parseJson } from "./json.ts";
import { heardTopics } from "./topics.ts";
import { isRecord } from "./value.ts";

/** Hears one signal. */
export class SignalReceiver {
  /** Fires with the signal's arguments. */
  readonly onSignal: EventHook<readonly unknown[]>;
  /** Its subscriptions. */
  readonly subscriptions: readonly Subscription[];
  readonly #client: Client;
  readonly #params: readonly ParameterDescriptor[];

  /**
   * Subscribes to a signal.
   *
   * @param client The connection.
   * @param descriptor The interface.
   * @param name The signal's name.
   */
  constructor(client: Client, descriptor: InterfaceDescriptor, name: string) {
    this.#client = client;
    this.#params = descriptor.signals[name]?.params ?? [];
    this.onSignal = new EventHook(name);
    this.subscriptions = heardTopics(descriptor, "sig", name).map((topic) =>
      client.endpoint.subscribe(topic, (message) => this.#onMessage(message), {
        qos: 2,
      })
    );
  }

  #onMessage(message: MqttMessage): void {
    const { payload, retain, topic } = message;
    const { diagnostics } = this.#client;
    if (retain) return diagnostics.ignore("retained_signal", topic);
    let args: readonly unknown[];
    try {
      const json = payload.length === 0 ? [] : parseJson(payload, topic);
      args = decodeArguments(this.#params, this.#undoPairs(json), { topic });
    } catch (error) {
      if (!(error instanceof SmartbikeError)) throw error;
      return diagnostics.report(error);
    }
    this.onSignal.fire(...args);
  }

  /**
   * ApiGear's C++ templates write `[["a", "b"]]` as `{"a": "b"}`; with one
   * parameter of type `string[]` that can be told.
   */
  #undoPairs(json: unknown): unknown {
    const [param, ...others] = this.#params;
    const isPair = isRecord(json) && others.length === 0 &&
      param?.type.kind === "array" && param.type.element.kind === "string";
    return isPair ? Object.entries(json) : json;
  }
}
