/**
 * What an endpoint needs of a connection, whatever carries it.
 *
 * @module
 */
import type { Clock } from "#lib/base/clock.ts";
import type { ConnectionError } from "#lib/base/errors.ts";
import type { BrokerAddress } from "./broker_address.ts";
import type { BrokerLimits } from "./broker_limits.ts";
import type {
  ConnectOptions,
  MqttMessage,
  ProtocolVersion,
} from "./endpoint.ts";
import type { OutgoingMessage } from "./outbox.ts";
import type { FilterEntry } from "./subscription_table.ts";
import type { SubscribeOutcome } from "./subscriptions.ts";

/** Where a link leads and how it speaks. */
export interface LinkTarget {
  /** Where the broker is. */
  readonly address: BrokerAddress;
  /** Client id. */
  readonly clientId: string;
  /** MQTT version to speak. */
  readonly protocolVersion: ProtocolVersion;
  /** The caller's options. */
  readonly options: ConnectOptions;
  /** Where its waits get their time from. */
  readonly clock: Clock;
}

/** What a CONNACK says. */
export interface Connack {
  /** True when the broker kept this client's session. */
  readonly sessionPresent: boolean;
  /** What the broker does not take. */
  readonly limits: BrokerLimits;
}

/** How one try to connect, or the connection it made, ended. */
export interface LinkEnd {
  /** Whether the broker had accepted the connection. */
  readonly accepted: boolean;
  /** Why it ended; undefined where the connection was closed without a reason. */
  readonly error: ConnectionError | undefined;
  /** Whether another MQTT version may be what the broker wants. */
  readonly wantsOtherVersion: boolean;
  /** Whether another client has taken the client id over. */
  readonly takenOver: boolean;
}

/** Receives what happens on a link; nothing is reported after `end`. */
export interface LinkEvents {
  /** The broker has accepted the connection. */
  connected(connack: Connack): void;
  /** A message came. */
  message(message: MqttMessage, identifiers: readonly number[]): void;
  /** The other side was silent for so long, in milliseconds, though it was asked; what it sends now follows. */
  resumed(silentMs: number): void;
  /** A try, or the connection that it made, has ended; fires once for each try. */
  closed(end: LinkEnd): void;
  /** Takes back a message that was not sent. */
  putBack(message: OutgoingMessage): void;
}

/** A client of one broker, with one connection at a time. */
export interface Link {
  /**
   * Starts a try to connect; call it again only after `closed`.
   *
   * @param patienceMs Ends a try in which nothing is received for this time, in milliseconds.
   */
  open(patienceMs: number): void;
  /** Publishes a message, and resolves or rejects it in the end, or not at all after `end`. */
  publish(message: OutgoingMessage): void;
  /** Sends SUBSCRIBE; never rejects. */
  subscribe(entry: FilterEntry): Promise<SubscribeOutcome>;
  /** Sends UNSUBSCRIBE; never rejects. */
  unsubscribe(filter: string): Promise<void>;
  /** Disconnects for good, within two seconds; never rejects. */
  end(): Promise<void>;
}

/** Makes a link that does nothing before `open`. */
export type MakeLink = (target: LinkTarget, events: LinkEvents) => Link;
