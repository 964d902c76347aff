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
import { fromLatin1 } from "#lib/base/octets.ts";
import type { MqttMessage, MqttProperties } from "#lib/mqtt/endpoint.ts";
import {
  type Caller,
  type CallReply,
  type CallRequest,
  readRequest,
  readRequestEnvelope,
  type RemoteFailure,
  replyEnvelope,
  replyProperties,
} from "./call_envelope.ts";
import { decodeArguments } from "./decode_value.ts";
import type { InterfaceDescriptor, OperationDescriptor } from "./descriptor.ts";
import { memberOf } from "./member.ts";
import { encodeValue } from "./encode_value.ts";
import { describeJson, stringifyJson } from "./json.ts";
import { diagnosticsOf } from "./network_node.ts";
import { payloadLimit } from "./payload_limit.ts";
import {
  type KnownRequest,
  requestKey,
  type StoredReply,
} from "./reply_cache.ts";
import { runServedCall } from "./served_call.ts";
import { coreOf, type Service } from "./service.ts";
import { type Dialect, replyTopicRule } from "./object_topics.ts";
import { defaultValue } from "./value.ts";

const logger = getLogger("objectapi");

/** Carries an operation out. */
export type OperationHandler = (...args: readonly unknown[]) => unknown;

/** A call that was accepted. It lives as long as its operation, so it holds nothing of the message. */
interface AcceptedCall {
  readonly caller: Caller;
  readonly topic: string;
  /** What is remembered of it; undefined where nothing distinguishes it from others. */
  readonly request: KnownRequest | undefined;
  /** When it came, in milliseconds since 1970-01-01 UTC. */
  readonly receivedMs: number;
}

/** Answers the requests for one operation. */
export class OperationExecutor {
  readonly #service: Service;
  readonly #name: string;
  readonly #operation: OperationDescriptor;
  readonly #handler: OperationHandler;
  readonly #mayReplyOn: (topic: string) => boolean;
  readonly #maxBytes: number;
  #isClosed = false;

  /**
   * Makes an executor; the caller subscribes and hands it the requests.
   *
   * @param handler Carries it out; may be async, and may run many times at once.
   */
  constructor(
    service: Service,
    descriptor: InterfaceDescriptor,
    name: string,
    handler: OperationHandler,
  ) {
    const operation = memberOf(descriptor.operations, name);
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
    this.#maxBytes = payloadLimit(
      operation.params.map(({ type }) => type),
      service.maxPayloadBytes,
    );
  }

  /** Answers later requests with a failure, as nobody carries them out any more. */
  close(): void {
    this.#isClosed = true;
  }

  /**
   * Runs a request and replies; all that goes wrong is answered or reported.
   *
   * @param dialect How it carries its call's identity.
   */
  execute(message: MqttMessage, dialect: Dialect): void {
    const { retain, topic } = message;
    const diagnostics = diagnosticsOf(this.#service);
    if (retain) return diagnostics.ignore("retained_request", topic);
    try {
      const options = { maxBytes: this.#maxBytes };
      const request = dialect === "v3"
        ? readRequestEnvelope(message, options)
        : readRequest(message, options);
      const call = this.#accept(message, request.caller);
      if (!call) return diagnostics.ignore("duplicate_request", topic);
      const args = this.#readArguments(request, call);
      if (args) this.#run(call, args);
    } catch (error) {
      this.#report(error);
    }
  }

  /** A call, unless it is a repeated one; that gets its reply once more. */
  #accept(message: MqttMessage, caller: Caller): AcceptedCall | undefined {
    const { topic, payload } = message;
    const { responseTopic, correlation } = caller;
    this.#checkResponseTopic(responseTopic, topic);
    const { replies } = coreOf(this.#service);
    const key = requestKey({ responseTopic, correlation, payload });
    const known = key === undefined ? undefined : replies.find(key);
    if (known) {
      if (known.reply) this.#publish(caller, known.reply);
      return undefined;
    }
    const request = key === undefined ? undefined : replies.add(key);
    return { caller, topic, request, receivedMs: this.#service.clock.now() };
  }

  #readArguments(
    request: CallRequest,
    call: AcceptedCall,
  ): readonly unknown[] | undefined {
    const { params } = this.#operation;
    const { topic } = call;
    try {
      return decodeArguments(params, request.readArguments(), { topic });
    } catch (error) {
      this.#reply(call, this.#failWith(error, topic));
      return undefined;
    }
  }

  /** Runs the operation; it replies in the same turn where the handler is done in it. */
  #run(call: AcceptedCall, args: readonly unknown[]): void {
    const refusal = this.#refuse(call);
    if (refusal) {
      if (call.request) coreOf(this.#service).replies.forget(call.request);
      return this.#reply(call, this.#fail(refusal));
    }
    const core = coreOf(this.#service);
    if (!core.begin()) {
      const message = "too many operations run already";
      return this.#reply(call, this.#fail({ code: "busy", message }));
    }
    const { deadlineMs } = call.caller;
    try {
      const result = runServedCall(
        { deadlineMs },
        () => this.#handler(...args),
      );
      if (!isThenable(result)) return this.#succeed(call, result);
      result.then(
        (value) => this.#succeed(call, value),
        (error) => this.#end(call, this.#failWith(error)),
      );
    } catch (error) {
      this.#end(call, this.#failWith(error));
    }
  }

  /** Why a call is not carried out now. */
  #refuse({ caller }: AcceptedCall): RemoteFailure | undefined {
    if (this.#isClosed) {
      const message = `Cannot run "${this.#name}": its service has ended`;
      return { code: "closed", message };
    }
    const { deadlineMs } = caller;
    const lateMs = this.#service.clock.now() - (deadlineMs ?? Infinity);
    if (lateMs <= 0) return undefined;
    const message =
      `Cannot run "${this.#name}": the call came ${lateMs} ms after its caller gave up, send it again if it still holds`;
    diagnosticsOf(this.#service).warn(this.#name, "{message}", { message });
    return { code: "deadline", message };
  }

  #succeed(call: AcceptedCall, result: unknown): void {
    let reply: CallReply;
    try {
      reply = { result: this.#encodeResult(result) };
    } catch (error) {
      reply = this.#failWith(error);
    }
    this.#end(call, reply);
  }

  #end(call: AcceptedCall, reply: CallReply): void {
    coreOf(this.#service).end();
    this.#reply(call, reply);
  }

  #encodeResult(result: unknown): unknown {
    const { returns } = this.#operation;
    if (!returns) return null;
    return encodeValue(returns, result, { path: `${this.#name}()` });
  }

  #failWith(error: unknown, topic = ""): CallReply {
    if (error instanceof PayloadError && error.topic === topic) {
      diagnosticsOf(this.#service).report(error);
    } else {
      const name = this.#name;
      const details = { name, error };
      diagnosticsOf(this.#service).warn(
        name,
        "{name} failed: {error}",
        details,
      );
    }
    const code = error instanceof SmartbikeError ? error.code : "failed";
    const message = error instanceof Error
      ? error.message
      : typeof error === "string"
      ? error
      : describeJson(error);
    return this.#fail({ code, message });
  }

  #fail(failure: RemoteFailure): CallReply {
    const { returns } = this.#operation;
    const harmless = returns && encodeValue(returns, defaultValue(returns));
    return { result: harmless ?? null, failure };
  }

  /** Sends a reply; where the result cannot be sent, it sends that instead. */
  #reply(call: AcceptedCall, reply: CallReply): void {
    if (call.caller.responseTopic === undefined) return;
    this.#send(call, reply, (error) => {
      // It is too large, or no JSON; or the connection is to blame.
      if (error instanceof ConnectionError) return this.#report(error);
      this.#send(call, this.#failWith(error), (e) => this.#report(e));
    });
  }

  #send(
    call: AcceptedCall,
    reply: CallReply,
    onError: (error: unknown) => void,
  ): void {
    const { caller, receivedMs, request } = call;
    const timeMs = caller.deadlineMs === undefined ? undefined : receivedMs;
    try {
      const stored = toStoredReply(caller, { ...reply, timeMs });
      if (request) coreOf(this.#service).replies.store(request, stored);
      this.#publish(caller, stored, onError);
    } catch (error) {
      onError(error);
    }
  }

  #publish(
    caller: Caller,
    reply: StoredReply,
    onError = (error: unknown) => this.#report(error),
  ): void {
    const { endpoint, qos } = this.#service;
    const { responseTopic = "" } = caller;
    const properties = propertiesOf(caller, reply);
    endpoint.publish(responseTopic, reply.payload, { qos, properties })
      .then(undefined, onError);
  }

  #report(error: unknown): void {
    if (error instanceof SmartbikeError) {
      return diagnosticsOf(this.#service).report(error);
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
      expected:
        `a topic below ${topic} that ends in /result, such as ${topic}/me/result: no request may make a service write elsewhere`,
    });
  }
}

function toStoredReply(
  { correlation, dialect }: Caller,
  reply: CallReply,
): StoredReply {
  const { failure, result, timeMs } = reply;
  const body = dialect === "v3" ? replyEnvelope(correlation, reply) : result;
  return { payload: stringifyJson(body), failure, timeMs };
}

/** What MQTT 5 adds to a reply. */
function propertiesOf(
  { correlation, dialect }: Caller,
  reply: StoredReply,
): MqttProperties | undefined {
  if (dialect === "v3") return undefined;
  const properties = replyProperties(reply);
  if (correlation === undefined) return properties;
  return { ...properties, correlationData: fromLatin1(correlation) };
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value &&
    typeof value.then === "function";
}
