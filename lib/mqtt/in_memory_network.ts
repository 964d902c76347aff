/**
 * What stands for the network between brokers and endpoints in memory.
 *
 * @module
 */
import type { ConnectionError } from "#lib/base/errors.ts";
import type {
  ConnectOptions,
  MqttMessage,
  MqttProperties,
  ProtocolVersion,
  PublishResult,
  Qos,
} from "./endpoint.ts";

/** A client that asks to be let in. */
export interface Caller {
  /** Client id. */
  readonly clientId: string;
  /** MQTT version it speaks. */
  readonly protocolVersion: ProtocolVersion;
  /** Its account, will and session expiry. */
  readonly options: ConnectOptions;
  /** Whether it wants to start without a session. */
  readonly isClean: boolean;
  /** Takes a message, with the identifiers of the subscriptions that match it. */
  receive(message: MqttMessage, identifiers: readonly number[]): void;
  /** Learns that the connection is gone; the reason is that of a DISCONNECT. */
  lost(error: ConnectionError | undefined, takenOver: boolean): void;
}

/** A message on its way to a broker. */
export interface SentMessage {
  /** Topic name. */
  readonly topic: string;
  /** The payload. */
  readonly payload: Uint8Array;
  /** Quality of service. */
  readonly qos: Qos;
  /** Whether the broker keeps it. */
  readonly retain: boolean;
  /** What MQTT 5 adds. */
  readonly properties: MqttProperties;
}

/** A connection that a broker has accepted. */
export interface Connection {
  /** Whether the broker kept the client's session. */
  readonly sessionPresent: boolean;
  /** Hands a message to the broker. */
  publish(message: SentMessage): PublishResult;
  /** Grants a filter, and sends what is kept for it. */
  subscribe(filter: string, qos: Qos, identifier: number): void;
  /** Takes a filter back. */
  unsubscribe(filter: string): void;
  /** Ends the connection in good order, and the session with it. */
  disconnect(): void;
}

/** Lets a client in, or says why not. */
type Accept = (caller: Caller) => Connection | ConnectionError;

const listeners = new Map<string, Accept>();

/**
 * Listens on an address of memory.
 *
 * @param name Host name, unique in this process.
 * @returns The address, and what stops listening.
 */
export function listen(
  name: string,
  accept: Accept,
): { readonly url: string; stop(): void } {
  const url = `mqtt://${name}:1883`;
  listeners.set(url, accept);
  return {
    url,
    stop() {
      if (listeners.get(url) === accept) listeners.delete(url);
    },
  };
}

/**
 * Finds who listens.
 *
 * @returns What lets clients in; undefined where nobody listens.
 */
export function dial(url: string): Accept | undefined {
  return listeners.get(url);
}
