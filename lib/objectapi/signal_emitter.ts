/**
 * A signal of a local object, as a service sends it.
 *
 * @module
 */
import { SmartbikeError } from "#lib/base/errors.ts";
import type { InterfaceDescriptor, ParameterDescriptor } from "./descriptor.ts";
import { encodeArguments } from "./encode_value.ts";
import { stringifyJson } from "./json.ts";
import type { Service } from "./service.ts";
import { memberTopic } from "./topics.ts";

/** Sends one signal to all clients. */
export class SignalEmitter {
  readonly #service: Service;
  readonly #params: readonly ParameterDescriptor[];
  readonly #topic: string;

  /**
   * Makes an emitter.
   *
   * @param service The connection.
   * @param descriptor The interface.
   * @param name The signal's name.
   */
  constructor(service: Service, descriptor: InterfaceDescriptor, name: string) {
    this.#service = service;
    this.#params = descriptor.signals[name]?.params ?? [];
    this.#topic = memberTopic(descriptor, "sig", name);
  }

  /**
   * Sends the signal; what goes wrong is reported.
   *
   * @param args One value a parameter.
   */
  async emit(args: readonly unknown[]): Promise<void> {
    const { diagnostics, endpoint, qos } = this.#service;
    const topic = this.#topic;
    try {
      const json = encodeArguments(this.#params, args, { topic });
      await endpoint.publish(topic, stringifyJson(json), { qos });
    } catch (error) {
      if (!(error instanceof SmartbikeError)) throw error;
      diagnostics.report(error);
    }
  }
}
