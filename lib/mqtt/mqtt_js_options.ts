/**
 * Options and messages in the shapes that MQTT.js uses.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import type { BrokerAddress } from "./broker_address.ts";
import type {
  ConnectOptions,
  MqttMessage,
  MqttProperties,
  ProtocolVersion,
  Will,
} from "./endpoint.ts";

/** The largest packet that is accepted from a broker, in bytes. */
const MAX_PACKET_BYTES = 16 * 1024 * 1024;

/** The properties of a message as MQTT.js gives and takes them. */
export interface MqttJsProperties {
  /** Topic name an answer is wanted on. */
  responseTopic?: string;
  /** Opaque bytes that an answer repeats. */
  correlationData?: Buffer;
  /** MIME type of the payload. */
  contentType?: string;
  /** In seconds. */
  messageExpiryInterval?: number;
  /** Free names and texts. */
  userProperties?: Record<string, string | string[]>;
  /** The SUBSCRIBEs this message was delivered for. */
  subscriptionIdentifier?: number | number[];
}

/** A received PUBLISH as MQTT.js gives it. */
export interface MqttJsPublish {
  /** Quality of service. */
  qos: 0 | 1 | 2;
  /** True for a stored message. */
  retain: boolean;
  /** True for a message that is sent once more. */
  dup?: boolean;
  /** MQTT 5 only. */
  properties?: MqttJsProperties;
}

/** The connection of one try, in the form that MQTT.js takes. */
export interface MqttJsConnection {
  /** Where the broker is. */
  readonly address: BrokerAddress;
  /** Client id. */
  readonly clientId: string;
  /** MQTT version of this try. */
  readonly protocolVersion: ProtocolVersion;
  /** The caller's options. */
  readonly options: ConnectOptions;
}

/**
 * Builds the options of MQTT.js. It reconnects by itself, but never
 * subscribes or queues by itself: the endpoint owns both.
 *
 * @param connection The connection to make.
 * @returns Options for its `connect`.
 */
export function toMqttJsOptions(connection: MqttJsConnection) {
  const { address, clientId, options, protocolVersion } = connection;
  const { keepAliveSeconds = 60, connectTimeoutMs = 10_000 } = options;
  const { sessionExpirySeconds = 30, username, password, tls, will } = options;
  const v5 = protocolVersion === "5";
  const secure = address.scheme === "mqtts:" || address.scheme === "wss:";
  return {
    clientId,
    protocolVersion: v5 ? 5 as const : 4 as const,
    clean: true,
    keepalive: keepAliveSeconds,
    connectTimeout: connectTimeoutMs,
    resubscribe: false,
    queueQoSZero: false,
    // Else a timer is set anew for every packet; a ping a minute costs less.
    reschedulePings: false,
    reconnectOnConnackError: true,
    log: () => {},
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(will && { will: toWill(will) }),
    ...(v5 && {
      properties: {
        sessionExpiryInterval: sessionExpirySeconds,
        maximumPacketSize: MAX_PACKET_BYTES,
      },
    }),
    ...(secure && {
      rejectUnauthorized: !tls?.insecure,
      ...(tls?.ca !== undefined && { ca: tls.ca }),
      ...(tls?.cert !== undefined && { cert: tls.cert }),
      ...(tls?.key !== undefined && { key: tls.key }),
    }),
  };
}

function toWill(will: Will) {
  const { topic, payload, qos = 1, retain = false } = will;
  return { topic, payload: Buffer.from(payload), qos, retain };
}

/**
 * The same bytes as a `Buffer`, without a copy.
 *
 * @param bytes Any bytes.
 * @returns A view of them.
 */
export function toBuffer(bytes: Uint8Array): Buffer {
  if (Buffer.isBuffer(bytes)) return bytes;
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * Puts the properties of a message into the shape of MQTT.js.
 *
 * @param properties The properties.
 * @returns The same, in its words.
 */
export function toMqttJsProperties(
  properties: MqttProperties,
): MqttJsProperties {
  const result: MqttJsProperties = {};
  const { correlationData, messageExpirySeconds, userProperties } = properties;
  if (properties.responseTopic !== undefined) {
    result.responseTopic = properties.responseTopic;
  }
  if (correlationData) result.correlationData = toBuffer(correlationData);
  if (properties.contentType !== undefined) {
    result.contentType = properties.contentType;
  }
  if (messageExpirySeconds !== undefined) {
    result.messageExpiryInterval = messageExpirySeconds;
  }
  if (userProperties) {
    result.userProperties = {};
    for (const [name, text] of Object.entries(userProperties)) {
      result.userProperties[name] = typeof text === "string" ? text : [...text];
    }
  }
  return result;
}

const NO_PROPERTIES: MqttProperties = Object.freeze({});

/**
 * Reads a received message.
 *
 * @param topic Topic name.
 * @param payload The payload.
 * @param packet The packet it came in.
 * @returns The message.
 */
export function toMessage(
  topic: string,
  payload: Uint8Array,
  packet: MqttJsPublish,
): MqttMessage {
  const { dup, qos, retain, properties } = packet;
  return {
    topic,
    payload,
    qos,
    retain,
    ...(dup && { isRepeated: true }),
    properties: properties ? fromMqttJsProperties(properties) : NO_PROPERTIES,
  };
}

function fromMqttJsProperties(properties: MqttJsProperties): MqttProperties {
  const result: { -readonly [K in keyof MqttProperties]: MqttProperties[K] } =
    {};
  const { responseTopic, correlationData, contentType } = properties;
  const { messageExpiryInterval, userProperties } = properties;
  if (responseTopic !== undefined) result.responseTopic = responseTopic;
  if (correlationData !== undefined) result.correlationData = correlationData;
  if (contentType !== undefined) result.contentType = contentType;
  if (messageExpiryInterval !== undefined) {
    result.messageExpirySeconds = messageExpiryInterval;
  }
  if (userProperties !== undefined) result.userProperties = userProperties;
  return result;
}

/**
 * The SUBSCRIBEs a message was delivered for.
 *
 * @param packet The packet it came in.
 * @returns Their identifiers; empty where the broker gives none.
 */
export function subscriptionIdentifiers(
  packet: MqttJsPublish,
): readonly number[] {
  const identifiers = packet.properties?.subscriptionIdentifier;
  if (identifiers === undefined) return [];
  return typeof identifiers === "number" ? [identifiers] : identifiers;
}
