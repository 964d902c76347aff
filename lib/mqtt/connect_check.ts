/**
 * Options of a connection as MQTT takes them (MQTT 5.0, 3.1).
 *
 * @module
 */
import type { ConnectOptions, Will } from "./endpoint.ts";
import {
  type NumberRange,
  requireLength,
  requireNumber,
  requireText,
  utf8Length,
} from "./text_check.ts";
import { isTopicName } from "./topic.ts";

const UINT16: NumberRange = { min: 0, max: 65_535, isWhole: true };
const UINT32: NumberRange = { min: 0, max: 2 ** 32 - 1, isWhole: true };
const TIMER: NumberRange = { min: 1, max: 2 ** 31 - 1, isWhole: false };
const PACKET: NumberRange = { min: 128, max: 268_435_460, isWhole: true };

/**
 * Refuses what no broker could be sent.
 *
 * @throws {RangeError} If one is out of its range; it says which.
 */
export function requireConnectOptions(
  clientId: string,
  options: ConnectOptions,
): void {
  const { username, password, will } = options;
  const number = (name: keyof ConnectOptions, range: NumberRange) => {
    const value = options[name];
    if (value !== undefined) {
      requireNumber("connect", name, Number(value), range);
    }
  };
  number("keepAliveSeconds", UINT16);
  number("sessionExpirySeconds", UINT32);
  number("connectTimeoutMs", TIMER);
  number("maximumPacketBytes", PACKET);
  requireText("connect", "the client id", clientId);
  if (username !== undefined) requireText("connect", "the user name", username);
  if (password !== undefined) {
    requireLength("connect", "the password", utf8Length(password));
  }
  if (will) requireWill(will);
}

function requireWill({ topic, payload, delaySeconds }: Will): void {
  requireNumber("connect", "the delay of the will", delaySeconds, UINT32);
  if (!isTopicName(topic)) {
    throw new RangeError(
      `Cannot connect: the topic of the will is "${topic}", expected a topic name without wildcards`,
    );
  }
  const bytes = typeof payload === "string"
    ? utf8Length(payload)
    : payload.length;
  requireLength("connect", "the payload of the will", bytes);
}
