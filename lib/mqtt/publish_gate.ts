/**
 * What may be published, by the specification and by the broker.
 *
 * @module
 */
import { ConnectionError, PayloadError } from "#lib/base/errors.ts";
import { type BrokerLimits, NO_LIMITS } from "./broker_limits.ts";
import type {
  MqttProperties,
  ProtocolVersion,
  PublishOptions,
} from "./endpoint.ts";
import type { OutgoingMessage } from "./outbox.ts";
import { publishBytes } from "./packet_size.ts";
import { requireLength, requireNumber, requireText } from "./text_check.ts";
import { isTopicName } from "./topic.ts";

/** The largest packet that MQTT knows, in bytes (MQTT 5.0, 2.1.4). */
const LARGEST_PACKET_BYTES = 268_435_460;

/** More than all that a PUBLISH usually has besides its payload, in bytes; measuring costs time. */
const ROOM_BYTES = 1024 * 1024;

/** How many names are remembered that MQTT allows. */
const MAX_KNOWN_NAMES = 256;

const QOS = { min: 0, max: 2, isWhole: true };
const EXPIRY = { min: 0, max: 2 ** 32 - 1, isWhole: false };

/** What a gate belongs to. */
interface GateContext {
  /** The broker, as a URL without credentials. */
  brokerUrl(): string;
  /** MQTT version in use. */
  protocolVersion(): ProtocolVersion;
  /** The caller's own limit, in bytes. */
  maximumPacketBytes(): number;
  /** Hands a message to the connection. */
  send(message: OutgoingMessage): void;
  /** Reports a limit of the broker that was kept; once for each connection. */
  notice(error: ConnectionError): void;
}

/** Refuses what the specification or the broker forbids before it is sent. */
export class PublishGate {
  readonly #context: GateContext;
  readonly #noticed = new Set<string>();
  /** Names that MQTT allows, of topics and of user properties: they come again and again. */
  readonly #known = {
    topics: new Set<string>(),
    properties: new Set<string>(),
  };
  #limits: BrokerLimits = NO_LIMITS;

  /**
   * Makes a gate for a broker without limits.
   *
   * @param context What it belongs to.
   */
  constructor(context: GateContext) {
    this.#context = context;
  }

  /**
   * Goes on with a new connection.
   *
   * @param limits What its broker does not take.
   */
  open(limits: BrokerLimits): void {
    this.#limits = limits;
    this.#noticed.clear();
  }

  /**
   * Refuses what MQTT does not allow.
   *
   * @param options How it is published.
   * @throws {RangeError} If the topic, the QoS or a property is malformed.
   */
  require(topic: string, options: PublishOptions): void {
    const { qos, properties } = options;
    this.#requireTopicName(topic);
    const action = `publish to "${topic}"`;
    requireNumber(action, "qos", qos, QOS);
    if (properties) this.#requireProperties(action, properties);
  }

  /** Sends a message as far as the broker's limits allow, or rejects it. */
  send(message: OutgoingMessage): void {
    const error = this.#sizeError(message);
    if (error) return message.reject(error);
    const { qos = 1, retain = false } = message.options;
    const { maximumQos, retainAvailable } = this.#limits;
    if (qos > maximumQos) {
      this.#notice(
        `Cannot publish with QoS ${qos}: the broker takes at most ${maximumQos}, which is used instead`,
      );
      message.limit({ qos: maximumQos });
    }
    if (retain && !retainAvailable) {
      this.#notice(
        "Cannot publish retained messages: the broker keeps none, they are sent as others are",
      );
      message.limit({ retain: false });
    }
    this.#context.send(message);
  }

  #requireTopicName(name: string): void {
    if (this.#known.topics.has(name)) return;
    if (!isTopicName(name)) {
      throw new RangeError(
        `Cannot publish to "${name}": it is no topic name, expected 1 to 65535 bytes without wildcards`,
      );
    }
    remember(this.#known.topics, name);
  }

  #requireProperties(action: string, properties: MqttProperties): void {
    const { responseTopic, correlationData, contentType } = properties;
    const { messageExpirySeconds, userProperties } = properties;
    if (responseTopic !== undefined) this.#requireTopicName(responseTopic);
    if (contentType !== undefined) {
      requireText(action, "the content type", contentType);
    }
    if (correlationData) {
      requireLength(action, "the correlation data", correlationData.length);
    }
    requireNumber(action, "messageExpirySeconds", messageExpirySeconds, EXPIRY);
    for (const name in userProperties) {
      this.#requirePropertyName(action, name);
      const values = userProperties[name] ?? [];
      for (const value of typeof values === "string" ? [values] : values) {
        requireText(action, `the user property ${name}`, value);
      }
    }
  }

  #requirePropertyName(action: string, name: string): void {
    if (this.#known.properties.has(name)) return;
    requireText(action, "the name of a user property", name);
    remember(this.#known.properties, name);
  }

  #sizeError({ topic, payload, options }: OutgoingMessage): Error | undefined {
    const limit = Math.min(
      this.#limits.maximumPacketBytes,
      this.#context.maximumPacketBytes(),
      LARGEST_PACKET_BYTES,
    );
    const { qos = 1, properties = {} } = options;
    if (payload.length * 3 + ROOM_BYTES <= limit) return undefined;
    const bytes = publishBytes(
      { topic, payload, qos, properties },
      this.#context.protocolVersion(),
    );
    if (bytes <= limit) return undefined;
    return new PayloadError({
      topic,
      path: "",
      received: `a packet of ${bytes} bytes`,
      expected: `at most ${limit}, ${
        limit === this.#limits.maximumPacketBytes ? "the broker's" : "the set"
      } limit`,
    });
  }

  #notice(text: string): void {
    if (this.#noticed.has(text)) return;
    this.#noticed.add(text);
    this.#context.notice(
      new ConnectionError(text, this.#context.brokerUrl(), "refused"),
    );
  }
}

function remember(names: Set<string>, name: string): void {
  if (names.size >= MAX_KNOWN_NAMES) names.clear();
  names.add(name);
}
