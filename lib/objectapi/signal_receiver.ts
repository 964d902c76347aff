/**
 * A signal of a remote object, as a client hears it.
 *
 * @module
 */
import { equalBytes } from "#lib/base/octets.ts";
import { SmartbikeError } from "#lib/base/errors.ts";
import { EventHook } from "#lib/base/event_hook.ts";
import type { MqttMessage, Subscription } from "#lib/mqtt/endpoint.ts";
import type { Client } from "./client.ts";
import { decodeArguments } from "./decode_value.ts";
import type { InterfaceDescriptor, ParameterDescriptor } from "./descriptor.ts";
import { memberOf } from "./member.ts";
import { parseJson } from "./json.ts";
import { diagnosticsOf } from "./network_node.ts";
import { payloadLimit } from "./payload_limit.ts";
import { SequenceFilter } from "./sequence.ts";
import { memberTopics } from "./object_topics.ts";
import { isRecord } from "./value.ts";

/** The most signals whose other spelling may be on its way. */
const MAX_TWINS = 16;

/**
 * A service of this program writes a signal in each spelling of the
 * interface's name, the definition's own first.
 */
class TwinFilter {
  readonly #own: Uint8Array[] = [];

  /** Whether a message is the other spelling of one that was heard. */
  isTwin(payload: Uint8Array, spelling: number): boolean {
    if (spelling === 0) {
      this.#own.push(payload);
      if (this.#own.length > MAX_TWINS) this.#own.shift();
      return false;
    }
    const at = this.#own.findIndex((one) => equalBytes(one, payload));
    if (at >= 0) this.#own.splice(0, at + 1);
    return at >= 0;
  }
}

/** Hears one signal. */
export class SignalReceiver {
  /** Fires with the signal's arguments. */
  readonly onSignal: EventHook<readonly unknown[]>;
  /** Its subscriptions. */
  readonly subscriptions: readonly Subscription[];
  readonly #client: Client;
  readonly #params: readonly ParameterDescriptor[];
  readonly #maxBytes: number;
  readonly #sequence = new SequenceFilter();
  readonly #twins = new TwinFilter();

  /** Subscribes to a signal. */
  constructor(client: Client, descriptor: InterfaceDescriptor, name: string) {
    this.#client = client;
    this.#params = memberOf(descriptor.signals, name)?.params ?? [];
    this.#maxBytes = payloadLimit(
      this.#params.map(({ type }) => type),
      client.maxPayloadBytes,
    );
    this.onSignal = new EventHook(name);
    const topics = memberTopics(descriptor, "sig", name);
    this.subscriptions = topics.map((topic, spelling) =>
      client.endpoint.subscribe(topic, (message) => {
        const isTwin = topics.length > 1 &&
          this.#twins.isTwin(message.payload, spelling);
        if (!isTwin) this.#onMessage(message);
      }, { qos: 2 })
    );
  }

  #onMessage(message: MqttMessage): void {
    const { payload, retain, topic } = message;
    const diagnostics = diagnosticsOf(this.#client);
    if (retain) return diagnostics.ignore("retained_signal", topic);
    if (this.#sequence.judge(message) !== "newer") {
      return diagnostics.ignore("duplicate_signal", topic);
    }
    let args: readonly unknown[];
    try {
      const options = { maxBytes: this.#maxBytes };
      const json = payload.length === 0
        ? []
        : parseJson(payload, topic, options);
      args = decodeArguments(this.#params, this.#undoPairs(json), { topic });
    } catch (error) {
      if (!(error instanceof SmartbikeError)) throw error;
      return diagnostics.report(error);
    }
    this.onSignal.fire(...args);
  }

  /**
   * ApiGear's C++ templates write `[["a", "b"]]` as `{"a": "b"}`; with one
   * parameter of type `string[]` that can be distinguished.
   */
  #undoPairs(json: unknown): unknown {
    const [param, ...others] = this.#params;
    const isPair = isRecord(json) && others.length === 0 &&
      param?.type.kind === "array" && param.type.element.kind === "string";
    return isPair ? Object.entries(json) : json;
  }
}
