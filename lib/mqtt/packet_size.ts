/**
 * How large a PUBLISH is (MQTT 5.0, 3.3).
 *
 * @module
 */
import type { MqttProperties, ProtocolVersion, Qos } from "./endpoint.ts";
import { utf8Length } from "./text_check.ts";

/** A message to measure. */
interface MeasuredMessage {
  /** Topic name. */
  readonly topic: string;
  /** UTF-8 text or bytes. */
  readonly payload: string | Uint8Array;
  /** Quality of service. */
  readonly qos: Qos;
  /** What MQTT 5 adds. */
  readonly properties: MqttProperties;
}

/**
 * Measures a message on the wire.
 *
 * @returns All bytes of its packet.
 */
export function publishBytes(
  { topic, payload, qos, properties }: MeasuredMessage,
  protocolVersion: ProtocolVersion,
): number {
  const ofProperties = propertyBytes(properties);
  const body = 2 + utf8Length(topic) + (qos > 0 ? 2 : 0) +
    (protocolVersion === "5" ? lengthBytes(ofProperties) + ofProperties : 0) +
    (typeof payload === "string" ? utf8Length(payload) : payload.length);
  return 1 + lengthBytes(body) + body;
}

function propertyBytes(properties: MqttProperties): number {
  const { responseTopic, correlationData, contentType } = properties;
  const { messageExpirySeconds, userProperties = {} } = properties;
  const text = (value: string | undefined) =>
    value === undefined ? 0 : 3 + utf8Length(value);
  let bytes = text(responseTopic) + text(contentType);
  if (correlationData) bytes += 3 + correlationData.length;
  if (messageExpirySeconds !== undefined) bytes += 5;
  for (const [name, values] of Object.entries(userProperties)) {
    for (const value of [values].flat()) {
      bytes += 5 + utf8Length(name) + utf8Length(value);
    }
  }
  return bytes;
}

/** Bytes of a length (MQTT 5.0, 1.5.5). */
function lengthBytes(length: number): number {
  if (length < 128) return 1;
  if (length < 16_384) return 2;
  return length < 2_097_152 ? 3 : 4;
}
