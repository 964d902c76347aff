/**
 * How a call's identity, its deadline and a failure travel.
 *
 * Over MQTT 5 a request has a response topic and correlation data, and a
 * failed call's reply has the user properties below; its payload is then the
 * result type's default, so that a foreign client, which knows nothing of
 * them, reads a valid value.
 *
 * Over MQTT 3.1.1, which has no properties, the same stands in the JSON:
 *
 * - request: `{"correlationData": "…", "responseTopic": "…", "deadlineMs": …, "arguments": […]}`
 * - reply: `{"correlationData": "…", "result": …, "timeMs": …}`, or
 *   `{"correlationData": "…", "error": {"code": "…", "message": "…"}}`
 *
 * The deadline stands in the service's time, as far as the caller knows it: a
 * reply to a request with a deadline says what time it was when the request
 * came, from which the caller learns by how much the two clocks differ.
 *
 * @module
 */
import { PayloadError } from "#lib/base/errors.ts";
import { toLatin1 } from "#lib/base/octets.ts";
import type { MqttMessage, MqttProperties } from "#lib/mqtt/endpoint.ts";
import { describeJson, parseJson, type ParseOptions } from "./json.ts";
import type { Dialect } from "./object_topics.ts";
import { isRecord } from "./value.ts";

/** User property of a failed call's reply: a stable code. */
const ERROR_CODE_PROPERTY = "apigear-error-code";

/** User property of a failed call's reply: a text for people. */
const ERROR_MESSAGE_PROPERTY = "apigear-error-message";

/** User property of a request: when its caller gives up, in milliseconds since 1970-01-01 UTC. */
export const DEADLINE_PROPERTY = "apigear-deadline";

/** User property of the reply to a request with a deadline: when it came, in milliseconds since 1970-01-01 UTC. */
const TIME_PROPERTY = "apigear-time";

/** The longest error message that is sent, in characters. */
const MAX_MESSAGE_LENGTH = 1000;

/** What a request over MQTT 3.1.1 may hold; the specification writes `ResponseTopic`. */
const KEYS: ReadonlySet<string> = new Set([
  "arguments",
  "correlationData",
  "deadlineMs",
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

/** Who calls; it holds nothing of the message that the call came with. */
export interface Caller {
  /** How the call carries its identity. */
  readonly dialect: Dialect;
  /** Topic name the reply is wanted on; undefined if none is. */
  readonly responseTopic: string | undefined;
  /** What the reply must repeat; over MQTT 5 each character is a byte. */
  readonly correlation: string | undefined;
  /** When the caller gives up, in milliseconds since 1970-01-01 UTC; undefined where it does not say. */
  readonly deadlineMs: number | undefined;
}

/** A request, whichever way it came. */
export interface CallRequest {
  /** Who calls. */
  readonly caller: Caller;
  /**
   * Reads the arguments.
   *
   * @throws {PayloadError} If the payload is no JSON, or too long.
   */
  readArguments(): unknown;
}

/** A reply, whichever way it came. */
export interface CallReply {
  /** The result as parsed JSON; meaningless with a failure. */
  readonly result: unknown;
  /** The failure, if the call failed. */
  readonly failure?: RemoteFailure | undefined;
  /** When the request came, on the service's clock, in milliseconds since 1970-01-01 UTC. */
  readonly timeMs?: number | undefined;
}

/** What a request over MQTT 3.1.1 holds. */
interface RequestContent {
  /** The call's identity. */
  readonly correlationData: string;
  /** Topic name the reply is wanted on. */
  readonly responseTopic: string;
  /** When the caller gives up, in milliseconds since 1970-01-01 UTC. */
  readonly deadlineMs?: number | undefined;
  /** The arguments as JSON. */
  readonly args: readonly unknown[];
}

/**
 * Writes what a reply over MQTT 5 has besides its payload.
 *
 * @returns User properties; none where there is nothing to say.
 */
export function replyProperties(
  { failure, timeMs }: Omit<CallReply, "result">,
): Pick<MqttProperties, "userProperties"> {
  const time = `${timeMs}`;
  if (!failure) {
    return timeMs === undefined
      ? {}
      : { userProperties: { [TIME_PROPERTY]: time } };
  }
  return {
    userProperties: {
      [ERROR_CODE_PROPERTY]: failure.code,
      [ERROR_MESSAGE_PROPERTY]: shortMessage(failure),
      ...(timeMs !== undefined && { [TIME_PROPERTY]: time }),
    },
  };
}

/** Writes the JSON of a request over MQTT 3.1.1. */
export function requestEnvelope(content: RequestContent): unknown {
  const { correlationData, responseTopic, deadlineMs, args } = content;
  return { correlationData, responseTopic, deadlineMs, arguments: args };
}

/**
 * Writes the JSON of a reply over MQTT 3.1.1.
 *
 * @param correlationData What the request had; undefined if it had none.
 * @param reply The result or the failure.
 */
export function replyEnvelope(
  correlationData: string | undefined,
  { failure, result, timeMs }: CallReply,
): unknown {
  const { code } = failure ?? {};
  return {
    correlationData,
    ...(failure
      ? { error: { code, message: shortMessage(failure) } }
      : { result: result ?? null }),
    timeMs,
  };
}

/**
 * Reads a request that came over MQTT 5.
 *
 * @param message The message; an empty payload stands for no arguments.
 * @param options How much of it is read.
 */
export function readRequest(
  message: MqttMessage,
  options: ParseOptions = {},
): CallRequest {
  const { payload, topic } = message;
  const { responseTopic, correlationData } = message.properties;
  return {
    caller: {
      dialect: "v5",
      responseTopic,
      correlation: correlationData && toLatin1(correlationData),
      deadlineMs: readDeadline(message.properties),
    },
    readArguments: () =>
      payload.length === 0 ? [] : parseJson(payload, topic, options),
  };
}

/**
 * Reads a request that came over MQTT 3.1.1.
 *
 * @param options How much of it is read.
 * @throws {PayloadError} If the payload is no such envelope, or too long.
 */
export function readRequestEnvelope(
  message: MqttMessage,
  options: ParseOptions = {},
): CallRequest {
  const envelope = parseEnvelope(message, options);
  const { correlationData, arguments: args, deadlineMs } = envelope;
  const responseTopic = envelope["responseTopic"] ?? envelope["ResponseTopic"];
  return {
    caller: {
      dialect: "v3",
      responseTopic: textOf(responseTopic),
      correlation: textOf(correlationData),
      deadlineMs: readTime(deadlineMs),
    },
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
 * @param options How much of it is read.
 * @throws {PayloadError} If the payload is no JSON, or too long.
 */
export function readReply(
  message: MqttMessage,
  options: ParseOptions = {},
): CallReply {
  const { payload, topic, properties } = message;
  const code = properties.userProperties?.[ERROR_CODE_PROPERTY];
  const text = properties.userProperties?.[ERROR_MESSAGE_PROPERTY];
  const timeMs = readTime(properties.userProperties?.[TIME_PROPERTY]);
  const time = timeMs === undefined ? {} : { timeMs };
  if (code !== undefined) {
    const failure = { code: String(code), message: String(text ?? code) };
    return { result: null, failure, ...time };
  }
  const result = payload.length === 0
    ? null
    : parseJson(payload, topic, options);
  return { result, ...time };
}

/**
 * Reads a reply that came over MQTT 3.1.1.
 *
 * @param options How much of it is read.
 * @returns The reply, and what correlates it.
 * @throws {PayloadError} If the payload is no such envelope, or too long.
 */
export function readReplyEnvelope(
  message: MqttMessage,
  options: ParseOptions = {},
): CallReply & { readonly correlationData: string } {
  const { correlationData, result, error, timeMs } = parseEnvelope(
    message,
    options,
  );
  const time = readTime(timeMs);
  const reply = {
    correlationData: textOf(correlationData) ?? "",
    result,
    ...(time !== undefined && { timeMs: time }),
  };
  if (error === undefined || error === null) return reply;
  const { code, message: text } = isRecord(error) ? error : {};
  const failure = {
    code: textOf(code) ?? "failed",
    message: textOf(text) ?? describeJson(error),
  };
  return { ...reply, failure };
}

/**
 * When the sender of a message gives up.
 *
 * @param properties What MQTT 5 adds to the message.
 * @returns Milliseconds since 1970-01-01 UTC; undefined where the sender does not say.
 */
export function readDeadline(
  { userProperties }: MqttProperties,
): number | undefined {
  return readTime(userProperties?.[DEADLINE_PROPERTY]);
}

function parseEnvelope(
  message: MqttMessage,
  options: ParseOptions,
): Readonly<Record<string, unknown>> {
  const envelope = parseJson(message.payload, message.topic, options);
  if (isRecord(envelope)) return envelope;
  throw new PayloadError({
    topic: message.topic,
    path: "",
    received: describeJson(envelope),
    expected: "an object with correlationData",
  });
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** A time in milliseconds since 1970; anything else counts as none. */
function readTime(value: unknown): number | undefined {
  const time = typeof value === "string" && value !== ""
    ? Number(value)
    : value;
  return typeof time === "number" && Number.isSafeInteger(time) && time > 0
    ? time
    : undefined;
}

/** MQTT forbids control characters and non-characters in texts (5.0, 1.5.4), and brokers cut off who sends them. */
function shortMessage(failure: RemoteFailure): string {
  return failure.message.slice(0, MAX_MESSAGE_LENGTH).toWellFormed()
    .replace(/[\p{Cc}\p{Noncharacter_Code_Point}]/gu, " ");
}
