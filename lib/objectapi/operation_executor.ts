/**
 * Serving operations of a local object.
 *
 * @module
 */
import { ConnectionError, PayloadError, SmartbikeError } from "#lib/errors.ts";
import { getLogger } from "#lib/logger.ts";
import type { MqttMessage } from "#lib/mqtt/endpoint.ts";
import {
  type CallReply,
  type CallRequest,
  failureProperties,
  readRequest,
  readRequestEnvelope,
  type RemoteFailure,
  replyEnvelope,
} from "./call_envelope.ts";
import { decodeArguments } from "./decode_value.ts";
import type { InterfaceDescriptor, OperationDescriptor } from "./descriptor.ts";
import { encodeValue } from "./encode_value.ts";
import { describeJson, stringifyJson } from "./json.ts";
import type { Service } from "./service.ts";
import { type Dialect, replyTopicRule } from "./topics.ts";
import { defaultValue } from "./value.ts";

const logger = getLogger("objectapi");

/** Carries an operation out. */
export type OperationHandler = (...args: readonly unknown[]) => unknown;

/** Answers the requests for one operation. */
export class OperationExecutor {
  readonly #service: Service;
  readonly #name: string;
  readonly #operation: OperationDescriptor;
  readonly #handler: OperationHandler;
  readonly #mayReplyOn: (topic: string) => boolean;

  /**
   * Makes an executor; the caller subscribes and hands it the requests.
   *
   * @param service The connection.
   * @param descriptor The interface.
   * @param name The operation's name.
   * @param handler Carries it out; may be async, and may run many times at once.
   */
  constructor(
    service: Service,
    descriptor: InterfaceDescriptor,
    name: string,
    handler: OperationHandler,
  ) {
    const operation = descriptor.operations[name];
    if (!operation) {
      throw new TypeError(
        `Cannot serve "${name}": ${descriptor.name} has no such operation`,
      );
    }
    this.#service = service;
    this.#name = name;
    this.#operation = operation;
    this.#handler = handler;
    this.#mayReplyOn = replyTopicRule(descriptor, name);
  }

  /**
   * Runs a request and replies; all that goes wrong is answered or reported.
   *
   * @param message The request.
   * @param dialect How it carries its call's identity.
   */
  async execute(message: MqttMessage, dialect: Dialect): Promise<void> {
    const { diagnostics } = this.#service;
    if (message.retain) {
      return diagnostics.ignore("retained_request", message.topic);
    }
    try {
      const request = dialect === "v3"
        ? readRequestEnvelope(message)
        : readRequest(message);
      await this.#answer(request, message.topic, dialect);
    } catch (error) {
      if (error instanceof SmartbikeError) diagnostics.report(error);
      else {logger.error("Cannot answer {name}: {error}", {
          name: this.#name,
          error,
        });}
    }
  }

  async #answer(
    request: CallRequest,
    topic: string,
    dialect: Dialect,
  ): Promise<void> {
    const { responseTopic, correlationData } = request;
    this.#checkResponseTopic(responseTopic, topic);
    const { earlier, entry } = this.#service.replies.remember(
      responseTopic,
      correlationData,
    );
    if (earlier) {
      this.#service.diagnostics.ignore("duplicate_request", topic);
      return await earlier.resend?.();
    }
    const reply = await this.#run(request, topic);
    if (responseTopic === undefined) return;
    const answer = (what: CallReply) => {
      entry.resend = () => this.#reply(responseTopic, request, what, dialect);
      return entry.resend();
    };
    try {
      await answer(reply);
    } catch (error) {
      // The result cannot be sent: it is too large, or no JSON.
      if (error instanceof ConnectionError) throw error;
      await answer(this.#failWith(error));
    }
  }

  async #run(request: CallRequest, topic: string): Promise<CallReply> {
    try {
      const { params } = this.#operation;
      const args = decodeArguments(params, request.readArguments(), { topic });
      const result = this.#service.run(async () =>
        await this.#handler(...args)
      );
      if (!result) return this.#fail("busy", "too many operations run already");
      return { result: this.#encodeResult(await result) };
    } catch (error) {
      if (error instanceof PayloadError && error.topic === topic) {
        this.#service.diagnostics.report(error);
      } else {
        logger.warn("{name} failed: {error}", { name: this.#name, error });
      }
      return this.#failWith(error);
    }
  }

  #encodeResult(result: unknown): unknown {
    const { returns } = this.#operation;
    if (!returns) return null;
    return encodeValue(returns, result, { path: `${this.#name}()` });
  }

  #failWith(error: unknown): CallReply {
    const code = error instanceof SmartbikeError ? error.code : "failed";
    if (error instanceof Error) return this.#fail(code, `${error.message}`);
    const text = typeof error === "string" ? error : describeJson(error);
    return this.#fail(code, text);
  }

  #fail(code: string, message: string): CallReply {
    const failure: RemoteFailure = { code, message };
    const { returns } = this.#operation;
    const harmless = returns && encodeValue(returns, defaultValue(returns));
    return { result: harmless ?? null, failure };
  }

  async #reply(
    responseTopic: string,
    request: CallRequest,
    reply: CallReply,
    dialect: Dialect,
  ): Promise<void> {
    const { endpoint, qos } = this.#service;
    const { correlationData } = request;
    if (dialect === "v3") {
      const id = typeof correlationData === "string"
        ? correlationData
        : undefined;
      const body = stringifyJson(replyEnvelope(id, reply));
      await endpoint.publish(responseTopic, body, { qos });
      return;
    }
    const properties = {
      ...(correlationData instanceof Uint8Array && { correlationData }),
      ...(reply.failure && failureProperties(reply.failure)),
    };
    const body = stringifyJson(reply.result);
    await endpoint.publish(responseTopic, body, { qos, properties });
  }

  #checkResponseTopic(responseTopic: string | undefined, topic: string): void {
    if (responseTopic === undefined) return;
    if (this.#mayReplyOn(responseTopic)) return;
    throw new PayloadError({
      topic,
      path: "responseTopic",
      received: describeJson(responseTopic),
      expected: `a topic below ${topic} that ends in /result`,
    });
  }
}
