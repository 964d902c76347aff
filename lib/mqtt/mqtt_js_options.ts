/**
 * Options and messages in the shapes that MQTT.js uses.
 *
 * @module
 */
import type { Buffer } from "node:buffer";
import type {
  MqttMessage,
  MqttProperties,
  ProtocolVersion,
  Will,
} from "./endpoint.ts";
import { KEEP_ALIVE_SECONDS } from "./keep_alive.ts";
import type { LinkTarget } from "./link.ts";
import type { OutgoingMessage } from "./outbox.ts";

/** The largest packet that is accepted from a broker, in bytes. */
const MAX_PACKET_BYTES = 16 * 1024 * 1024;

/** The properties of a message as MQTT.js gives and takes them. */
interface MqttJsProperties {
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
interface MqttJsPublish {
  /** Quality of service. */
  qos: 0 | 1 | 2;
  /** True for a stored message. */
  retain: boolean;
  /** True for a message that is sent once more. */
  dup?: boolean;
  /** MQTT 5 only. */
  properties?: MqttJsProperties;
}

/**
 * Builds the options of MQTT.js. It never reconnects, subscribes or queues by
 * itself: the endpoint does.
 *
 * @param target Where to connect to.
 * @returns Options for its `connect`.
 */
export function toMqttJsOptions(target: LinkTarget) {
  const { address, clientId, options, protocolVersion } = target;
  const { keepAliveSeconds = KEEP_ALIVE_SECONDS } = options;
  const { sessionExpirySeconds = 30, username, password, tls, will } = options;
  const v5 = protocolVersion === "5";
  const secure = address.scheme === "mqtts:" || address.scheme === "wss:";
  return {
    clientId,
    protocolVersion: v5 ? 5 as const : 4 as const,
    clean: true,
    keepalive: keepAliveSeconds,
    resubscribe: false,
    queueQoSZero: false,
    reschedulePings: false,
    reconnectOnConnackError: true,
    log: () => {},
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(will && { will: toWill(will, v5) }),
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

function toWill(will: Will, v5: boolean) {
  const { topic, payload, qos = 1, retain = false, delaySeconds } = will;
  return {
    topic,
    payload: typeof payload === "string" ? payload : toBuffer(payload),
    qos,
    retain,
    ...(v5 && delaySeconds !== undefined && {
      properties: { willDelayInterval: delaySeconds },
    }),
  };
}

/**
 * The same bytes. MQTT.js writes bytes of any kind, but its types name only
 * those of Node, which browsers do not have.
 *
 * @param bytes Any bytes.
 */
export function toBuffer(bytes: Uint8Array): Buffer;
export function toBuffer(bytes: unknown): unknown {
  return bytes;
}

/**
 * Says how MQTT.js should publish a message.
 *
 * @param protocolVersion MQTT version of the connection.
 * @returns Options for its `publish`.
 */
export function toMqttJsPublish(
  { options, leftSeconds }: OutgoingMessage,
  protocolVersion: ProtocolVersion,
) {
  const { qos = 1, retain = false, properties } = options;
  return {
    qos,
    retain,
    ...(protocolVersion === "5" && properties && {
      properties: toMqttJsProperties({
        ...properties,
        messageExpirySeconds: leftSeconds(),
      }),
    }),
  };
}

type WireProperties = Omit<MqttProperties, "messageExpirySeconds"> & {
  readonly messageExpirySeconds: number | undefined;
};

function toMqttJsProperties(
  properties: WireProperties,
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

/** Reads a received message. */
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
 * @returns Their identifiers; empty where the broker gives none.
 */
export function subscriptionIdentifiers(
  packet: MqttJsPublish,
): readonly number[] {
  const identifiers = packet.properties?.subscriptionIdentifier;
  if (identifiers === undefined) return [];
  return typeof identifiers === "number" ? [identifiers] : identifiers;
}

/** Packets that hold a packet identifier (MQTT 5.0, 2.2.1). */
const IDENTIFIED: ReadonlySet<string> = new Set([
  "puback",
  "pubrec",
  "pubrel",
  "pubcomp",
  "suback",
  "unsuback",
]);

/** A packet as MQTT.js reads it. */
interface MqttJsPacket {
  /** Its type. */
  readonly cmd: string;
  /** Its identifier; -1 where it is too short to hold one. */
  readonly messageId?: number | undefined;
  /** Quality of service. */
  readonly qos?: number | undefined;
}

/**
 * Finds out whether a packet is too short.
 *
 * @returns True where it should hold an identifier and does not.
 */
export function lacksIdentifier(
  { cmd, messageId = 0, qos = 0 }: MqttJsPacket,
): boolean {
  const needsOne = IDENTIFIED.has(cmd) || (cmd === "publish" && qos > 0);
  return needsOne && messageId < 1;
}
