/**
 * Serving operations of a local object.
 *
 * @module
 */
import {
  ConnectionError,
  PayloadError,
  SmartbikeError,
} from "#lib/base/errors.ts";
import { getLogger } from "#lib/base/logger.ts";
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
  execute(message: MqttMessage, dialect: Dialect): void {
    const { retain, topic } = message;
    const { diagnostics, replies } = this.#service;
    if (retain) return diagnostics.ignore("retained_request", topic);
    try {
      const request = dialect === "v3"
        ? readRequestEnvelope(message)
        : readRequest(message);
      const { correlationData, responseTopic } = request;
      this.#checkResponseTopic(responseTopic, topic);
      const { earlier, entry } = replies.remember(
        responseTopic,
        correlationData,
      );
      if (earlier) {
        diagnostics.ignore("duplicate_request", topic);
        return earlier.resend?.();
      }
      this.#run(request, topic, (reply) => {
        if (responseTopic === undefined) return;
        entry.resend = () =>
          this.#answer(responseTopic, request, reply, dialect);
        entry.resend();
      });
    } catch (error) {
      this.#report(error);
    }
  }

  /** Runs the operation; it replies in the same turn where the handler is done in it. */
  #run(
    request: CallRequest,
    topic: string,
    reply: (reply: CallReply) => void,
  ): void {
    let isRunning = false;
    const succeed = (result: unknown) => {
      try {
        const encoded = this.#encodeResult(result);
        end({ result: encoded });
      } catch (error) {
        fail(error);
      }
    };
    const fail = (error: unknown) => end(this.#failWith(error, topic));
    const end = (outcome: CallReply) => {
      if (isRunning) this.#service.endOperation();
      isRunning = false;
      reply(outcome);
    };
    try {
      const { params } = this.#operation;
      const args = decodeArguments(params, request.readArguments(), { topic });
      isRunning = this.#service.beginOperation();
      if (!isRunning) {
        return end(this.#fail("busy", "too many operations run already"));
      }
      const result = this.#handler(...args);
      if (isThenable(result)) result.then(succeed, fail);
      else succeed(result);
    } catch (error) {
      fail(error);
    }
  }

  #encodeResult(result: unknown): unknown {
    const { returns } = this.#operation;
    if (!returns) return null;
    return encodeValue(returns, result, { path: `${this.#name}()` });
  }

  #failWith(error: unknown, topic = ""): CallReply {
    if (error instanceof PayloadError && error.topic === topic) {
      this.#service.diagnostics.report(error);
    } else {
      logger.warn("{name} failed: {error}", { name: this.#name, error });
    }
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

  /** Sends a reply; where the result cannot be sent, it sends that instead. */
  #answer(
    responseTopic: string,
    request: CallRequest,
    reply: CallReply,
    dialect: Dialect,
  ): void {
    const send = (what: CallReply) =>
      this.#publish(responseTopic, request, what, dialect);
    send(reply).catch((error) => {
      // It is too large, or no JSON; or the connection is to blame.
      if (error instanceof ConnectionError) return this.#report(error);
      return send(this.#failWith(error)).catch((e) => this.#report(e));
    });
  }

  async #publish(
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

  #report(error: unknown): void {
    if (error instanceof SmartbikeError) {
      return this.#service.diagnostics.report(error);
    }
    logger.error("Cannot answer {name}: {error}", { name: this.#name, error });
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

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value &&
    typeof value.then === "function";
}
