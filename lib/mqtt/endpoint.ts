/**
 * MQTT as the rest of the program sees it: one small interface, behind which
 * the MQTT package is hidden.
 *
 * @module
 */
import type { Listenable } from "#lib/base/event_hook.ts";
import type { SmartbikeError } from "#lib/base/errors.ts";

/** Quality of service: at most once, at least once, exactly once. */
export type Qos = 0 | 1 | 2;

/** MQTT versions that are spoken. */
export const PROTOCOL_VERSIONS = ["5", "3.1.1"] as const;

/** An MQTT version that is spoken. */
export type ProtocolVersion = (typeof PROTOCOL_VERSIONS)[number];

/** A broker's answer to a QoS 1 or 2 message that nobody is subscribed to (MQTT 5.0, 3.4.2.1). */
export const NO_MATCHING_SUBSCRIBERS = 0x10;

/** What MQTT 5 adds to a message; lost over MQTT 3.1.1. */
export interface MqttProperties {
  /** Topic name an answer is wanted on. */
  readonly responseTopic?: string;
  /** Opaque bytes that an answer repeats. */
  readonly correlationData?: Uint8Array;
  /** MIME type of the payload. */
  readonly contentType?: string;
  /**
   * The message is worth nothing after this time, in seconds, 0 to
   * 4,294,967,295: the endpoint does not send it, and the broker does not
   * deliver it any more.
   */
  readonly messageExpirySeconds?: number;
  /** Free names and texts. */
  readonly userProperties?: Readonly<
    Record<string, string | readonly string[]>
  >;
}

/** A message that came from the broker. */
export interface MqttMessage {
  /** Topic name it was published to. */
  readonly topic: string;
  /** The payload; may be empty. */
  readonly payload: Uint8Array;
  /** Quality of service it was delivered with. */
  readonly qos: Qos;
  /** True for a stored message that a new subscription brings. */
  readonly retain: boolean;
  /**
   * True where the broker sends it once more, as it does not know whether it
   * came before.
   *
   * @default {false}
   */
  readonly isRepeated?: boolean;
  /** What MQTT 5 adds; empty over MQTT 3.1.1. */
  readonly properties: MqttProperties;
}

/** Called for each message; what it throws is logged and counted. */
export type MessageHandler = (message: MqttMessage) => void;

/** How a message is published. */
export interface PublishOptions {
  /**
   * Quality of service.
   *
   * @default {1}
   */
  readonly qos?: Qos;
  /**
   * The broker keeps the message for later subscribers.
   *
   * @default {false}
   */
  readonly retain?: boolean;
  /** What MQTT 5 adds. */
  readonly properties?: MqttProperties | undefined;
  /** Takes the message back, if it was not sent yet. */
  readonly signal?: AbortSignal | undefined;
}

/** What the broker said of a published message. */
export interface PublishResult {
  /** 0, or {@linkcode NO_MATCHING_SUBSCRIBERS} where the broker reports it. */
  readonly reasonCode: number;
}

/** How a subscription is made. */
export interface SubscribeOptions {
  /**
   * Highest quality of service to deliver with.
   *
   * @default {1}
   */
  readonly qos?: Qos;
  /**
   * Subscribes only on connections that speak this version.
   *
   * @default both
   */
  readonly protocolVersion?: ProtocolVersion;
  /** Ends the subscription. */
  readonly signal?: AbortSignal;
}

/** One handler on one topic filter. */
export interface Subscription extends AsyncDisposable {
  /** The topic filter. */
  readonly filter: string;
  /**
   * Resolves when the broker has granted it. Rejects with a `ConnectionError`,
   * reason `not_authorized` or `refused`, when the broker will not, and
   * reason `closed` when the endpoint closes first.
   */
  readonly ready: Promise<void>;
  /** Takes the handler off; the last one of a filter unsubscribes at the broker. */
  unsubscribe(): Promise<void>;
}

/** Certificates and keys, in PEM. */
export interface TlsOptions {
  /** Certificates of the authorities to trust instead of the system's. */
  readonly ca?: string;
  /** Own certificate. */
  readonly cert?: string;
  /** Own private key. */
  readonly key?: string;
  /**
   * Accepts any server certificate. Never set it outside a laboratory.
   *
   * @default {false}
   */
  readonly insecure?: boolean;
}

/** A message that the broker publishes when this client is lost. */
export interface Will {
  /** Topic name. */
  readonly topic: string;
  /** The payload. */
  readonly payload: string | Uint8Array;
  /**
   * Quality of service.
   *
   * @default {1}
   */
  readonly qos?: Qos;
  /**
   * The broker keeps the message for later subscribers.
   *
   * @default {false}
   */
  readonly retain?: boolean;
  /**
   * How long the broker waits with it, in whole seconds, 0 to 4,294,967,295; a
   * client that is back by then is not lost. MQTT 5 only.
   *
   * @default {0}
   */
  readonly delaySeconds?: number;
}

/** How to reach and use a broker. */
export interface ConnectOptions {
  /** Account name. */
  readonly username?: string;
  /** Password of the account. */
  readonly password?: string;
  /** Certificates and keys, used with `mqtts://` and `wss://`. */
  readonly tls?: TlsOptions;
  /**
   * MQTT version; `auto` tries 5, and 3.1.1 when the broker refuses that.
   *
   * @default {"auto"}
   */
  readonly protocolVersion?: ProtocolVersion | "auto";
  /**
   * A connection on which nothing came for 1.2 times this time is given up, and
   * the broker gives it up after 1.5 times; in whole seconds, 0 to 65,535, and
   * 0 for never. Each half of it a ping is sent.
   *
   * @default {10}
   */
  readonly keepAliveSeconds?: number;
  /**
   * How long the broker keeps the session over a lost connection, in whole
   * seconds, 0 to 4,294,967,295; MQTT 5 only.
   *
   * @default {30}
   */
  readonly sessionExpirySeconds?: number;
  /**
   * How long one try to connect may take, in milliseconds.
   *
   * @default {10000}
   */
  readonly connectTimeoutMs?: number;
  /**
   * The largest packet to send, in bytes, 128 to 268,435,460. The broker's own
   * limit holds too, where it says it; one that does not may answer what is too
   * large with a cut.
   *
   * @default none but the broker's
   */
  readonly maximumPacketBytes?: number;
  /** A message that the broker publishes when this client is lost. */
  readonly will?: Will;
  /**
   * Goes on trying while the broker cannot be reached at first.
   *
   * @default {true}
   */
  readonly retry?: boolean;
  /** Gives up connecting; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** What is known of a new connection. */
export interface ConnectedInfo {
  /** MQTT version in use. */
  readonly protocolVersion: ProtocolVersion;
  /** True when the broker kept this client's session. */
  readonly sessionPresent: boolean;
}

/** How much has gone over an endpoint. */
export interface MqttTraffic {
  /** How often it was connected. */
  readonly connections: number;
  /** Messages that were sent, those sent again not counted. */
  readonly published: number;
  /** Messages that came. */
  readonly received: number;
}

/**
 * One MQTT client. It keeps its subscriptions over lost connections, sends
 * nothing before they are granted, and never dies of a payload.
 */
export interface MqttEndpoint extends AsyncDisposable {
  /** Client id, unique for each broker. */
  readonly clientId: string;
  /** The broker as a URL without credentials; empty before `connect`. */
  readonly brokerUrl: string;
  /** True while connected with all subscriptions granted. */
  readonly connected: boolean;
  /** MQTT version in use; undefined before the first connection. */
  readonly protocolVersion: ProtocolVersion | undefined;
  /** How much has gone over it so far. */
  readonly traffic: MqttTraffic;
  /** Fires after each connect and reconnect, when all subscriptions are granted. */
  readonly onConnected: Listenable<[info: ConnectedInfo]>;
  /** Fires when the connection is lost or closed. */
  readonly onDisconnected: Listenable<[]>;
  /**
   * Fires when the broker is heard again after it left a ping unanswered for
   * longer than is usual, with the time in which nothing came, in milliseconds:
   * what comes now may have waited that long.
   */
  readonly onResumed: Listenable<[silentMs: number]>;
  /** Fires for errors that no call can report: each failed try to connect, a client id that another client uses, a limit of the broker. */
  readonly onError: Listenable<[error: SmartbikeError]>;
  /**
   * Connects, and from then on reconnects until closed, whatever the reason: a
   * login that is refused later is tried again too, and reported.
   *
   * @param broker `host`, `host:port`, or a URL of scheme `mqtt`, `mqtts`, `ws` or `wss`.
   * @param options How to reach and use the broker.
   * @throws {ConnectionError} If the broker refuses at first, or cannot be reached and `retry` is off.
   * @throws {ConfigError} If `broker` cannot be understood.
   * @throws {RangeError} If an option is out of its range.
   */
  connect(broker: string, options?: ConnectOptions): Promise<void>;
  /**
   * Publishes a message; while not connected it waits in a bounded queue.
   *
   * @param topic Topic name.
   * @param payload UTF-8 text or bytes.
   * @param options How it is published.
   * @returns Resolves when sent (QoS 0) or acknowledged (QoS 1 and 2).
   * @throws {RangeError} If `topic` is no topic name, or a property is not as MQTT wants it.
   * @throws {ConnectionError} Reason `queue_full`, `refused`, `not_authorized` or `closed`.
   * @throws {PayloadError} If the packet is larger than the broker or `maximumPacketBytes` allows.
   * @throws {TimeoutError} If `messageExpirySeconds` pass before the broker has it.
   */
  publish(
    topic: string,
    payload: string | Uint8Array,
    options?: PublishOptions,
  ): Promise<PublishResult>;
  /**
   * Adds a handler for a topic filter. A handler that joins others on the
   * same filter gets the retained messages too.
   *
   * @param filter Topic filter.
   * @param handler Called for each message.
   * @param options How the subscription is made.
   * @returns The subscription; it may be made before `connect`.
   * @throws {RangeError} If `filter` is no topic filter.
   */
  subscribe(
    filter: string,
    handler: MessageHandler,
    options?: SubscribeOptions,
  ): Subscription;
  /** Sends what is on its way and disconnects; handlers stay for a later `connect`. */
  close(): Promise<void>;
}
