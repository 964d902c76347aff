/**
 * How a call's identity and a failure travel.
 *
 * Over MQTT 5 a request has a response topic and correlation data, and a
 * failed call's reply has the user properties below; its payload is then the
 * result type's default, so that a foreign client, which knows nothing of
 * them, reads a valid value.
 *
 * Over MQTT 3.1.1, which has no properties, the same stands in the JSON:
 *
 * - request: `{"correlationData": "…", "responseTopic": "…", "arguments": […]}`
 * - reply: `{"correlationData": "…", "result": …}`, or
 *   `{"correlationData": "…", "error": {"code": "…", "message": "…"}}`
 *
 * @module
 */
import { PayloadError } from "#lib/base/errors.ts";
import type { MqttMessage, MqttProperties } from "#lib/mqtt/endpoint.ts";
import { describeJson, parseJson } from "./json.ts";
import { isRecord } from "./value.ts";

/** User property of a failed call's reply: a stable code. */
export const ERROR_CODE_PROPERTY = "apigear-error-code";

/** User property of a failed call's reply: a text for people. */
export const ERROR_MESSAGE_PROPERTY = "apigear-error-message";

/** The longest error message that is sent, in characters. */
const MAX_MESSAGE_LENGTH = 1000;

/** What a request over MQTT 3.1.1 may hold; the specification writes `ResponseTopic`. */
const KEYS: ReadonlySet<string> = new Set([
  "arguments",
  "correlationData",
  "responseTopic",
  "ResponseTopic",
]);

/** A failure as it travels. */
export interface RemoteFailure {
  /** A stable code, for example `payload`. */
  readonly code: string;
  /** A text for people. */
  readonly message: string;
}

/** A request, whichever way it came. */
export interface CallRequest {
  /** Topic name the reply is wanted on; undefined if none is. */
  readonly responseTopic?: string;
  /** What the reply must repeat, byte for byte. */
  readonly correlationData?: Uint8Array | string;
  /**
   * Reads the arguments.
   *
   * @returns Parsed JSON.
   * @throws {PayloadError} If the payload is no JSON.
   */
  readArguments(): unknown;
}

/** A reply, whichever way it came. */
export interface CallReply {
  /** The result as parsed JSON; meaningless with a failure. */
  readonly result: unknown;
  /** The failure, if the call failed. */
  readonly failure?: RemoteFailure;
}

/**
 * Writes a failure for the reply over MQTT 5.
 *
 * @param failure The failure.
 * @returns User properties.
 */
export function failureProperties(failure: RemoteFailure): MqttProperties {
  return {
    userProperties: {
      [ERROR_CODE_PROPERTY]: failure.code,
      [ERROR_MESSAGE_PROPERTY]: shortMessage(failure),
    },
  };
}

/**
 * Writes the JSON of a request over MQTT 3.1.1.
 *
 * @param correlationData The call's identity.
 * @param responseTopic Topic name the reply is wanted on.
 * @param args The arguments as JSON.
 * @returns What `stringifyJson` takes.
 */
export function requestEnvelope(
  correlationData: string,
  responseTopic: string,
  args: readonly unknown[],
): unknown {
  return { correlationData, responseTopic, arguments: args };
}

/**
 * Writes the JSON of a reply over MQTT 3.1.1.
 *
 * @param correlationData What the request had; undefined if it had none.
 * @param reply The result or the failure.
 * @returns What `stringifyJson` takes.
 */
export function replyEnvelope(
  correlationData: string | undefined,
  reply: CallReply,
): unknown {
  const { failure, result } = reply;
  const { code } = failure ?? {};
  return {
    correlationData,
    ...(failure
      ? { error: { code, message: shortMessage(failure) } }
      : { result: result ?? null }),
  };
}

/**
 * Reads a request that came over MQTT 5.
 *
 * @param message The message; an empty payload stands for no arguments.
 * @returns The request.
 */
export function readRequest(message: MqttMessage): CallRequest {
  const { payload, topic } = message;
  const { responseTopic, correlationData } = message.properties;
  return {
    ...(responseTopic !== undefined && { responseTopic }),
    ...(correlationData !== undefined && { correlationData }),
    readArguments: () => payload.length === 0 ? [] : parseJson(payload, topic),
  };
}

/**
 * Reads a request that came over MQTT 3.1.1.
 *
 * @param message The message.
 * @returns The request.
 * @throws {PayloadError} If the payload is no such envelope.
 */
export function readRequestEnvelope(message: MqttMessage): CallRequest {
  const envelope = parseEnvelope(message);
  const { correlationData, arguments: args } = envelope;
  const responseTopic = envelope["responseTopic"] ?? envelope["ResponseTopic"];
  return {
    ...(typeof responseTopic === "string" && { responseTopic }),
    ...(typeof correlationData === "string" && { correlationData }),
    readArguments: () => {
      const stranger = Object.keys(envelope).find((key) => !KEYS.has(key));
      if (stranger === undefined) return args ?? [];
      throw new PayloadError({
        topic: message.topic,
        path: stranger,
        received: describeJson(envelope[stranger]),
        expected: `only ${[...KEYS].join(", ")}`,
      });
    },
  };
}

/**
 * Reads a reply that came over MQTT 5.
 *
 * @param message The message; an empty payload stands for null.
 * @returns The reply.
 * @throws {PayloadError} If the payload is no JSON.
 */
export function readReply(message: MqttMessage): CallReply {
  const { payload, topic, properties } = message;
  const code = properties.userProperties?.[ERROR_CODE_PROPERTY];
  const text = properties.userProperties?.[ERROR_MESSAGE_PROPERTY];
  if (code !== undefined) {
    const failure = { code: String(code), message: String(text ?? code) };
    return { result: null, failure };
  }
  return { result: payload.length === 0 ? null : parseJson(payload, topic) };
}

/**
 * Reads a reply that came over MQTT 3.1.1.
 *
 * @param message The message.
 * @returns The reply, and what correlates it.
 * @throws {PayloadError} If the payload is no such envelope.
 */
export function readReplyEnvelope(
  message: MqttMessage,
): CallReply & { readonly correlationData: string } {
  const { correlationData, result, error } = parseEnvelope(message);
  const id = typeof correlationData === "string" ? correlationData : "";
  const reply = { correlationData: id, result };
  if (error === undefined || error === null) return reply;
  const { code, message: text } = isRecord(error) ? error : {};
  const failure = {
    code: typeof code === "string" ? code : "failed",
    message: typeof text === "string" ? text : describeJson(error),
  };
  return { ...reply, failure };
}

function parseEnvelope(
  message: MqttMessage,
): Readonly<Record<string, unknown>> {
  const envelope = parseJson(message.payload, message.topic);
  if (isRecord(envelope)) return envelope;
  throw new PayloadError({
    topic: message.topic,
    path: "",
    received: describeJson(envelope),
    expected: "an object with correlationData",
  });
}

/** MQTT forbids control characters and non-characters in texts (5.0, 1.5.4), and brokers cut off who sends them. */
function shortMessage(failure: RemoteFailure): string {
  return failure.message.slice(0, MAX_MESSAGE_LENGTH).toWellFormed()
    .replace(/[\p{Cc}\p{Noncharacter_Code_Point}]/gu, " ");
}
