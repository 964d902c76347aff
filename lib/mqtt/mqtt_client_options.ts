/**
 * How the documented client behaves.
 *
 * @module
 */
import type { Clock } from "#lib/base/clock.ts";
import type { BackoffOptions } from "#lib/base/retry.ts";
import type { ConnectOptions, MqttEndpoint, Qos } from "./endpoint.ts";

/** A topic filter with the quality of service to deliver with. */
export type TopicAndQos = readonly [topicName: string, qos: Qos];

/** How an `MQTTClient` behaves beyond what its constructor documents. */
export interface MQTTClientOptions
  extends Omit<ConnectOptions, "username" | "password" | "retry"> {
  /**
   * Client id, unique for each broker.
   *
   * @default a random one
   */
  readonly clientId?: string;
  /** How the wait between tries to reconnect grows. */
  readonly backoff?: BackoffOptions;
  /**
   * The MQTT client to use.
   *
   * @default a new one over MQTT.js with `clientId` and `backoff`
   */
  readonly endpoint?: MqttEndpoint;
  /**
   * Where it gets its time from.
   *
   * @default {systemClock}
   */
  readonly clock?: Clock;
  /** Handed to the `on…` methods. */
  readonly userdata?: unknown;
}

/** How long a loop of `MQTTClient` bears having no connection. */
export interface LoopOptions {
  /**
   * Ends the loop with a `TimeoutError` after this time without a
   * connection, in milliseconds; infinite for never.
   *
   * @default {Infinity}
   */
  readonly reconnectTimeoutMs?: number;
}
