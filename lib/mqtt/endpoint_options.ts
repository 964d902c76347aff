/**
 * How an endpoint behaves, whatever carries it.
 *
 * @module
 */
import type { Clock } from "#lib/base/clock.ts";
import type { BackoffOptions } from "#lib/base/retry.ts";

/** How an endpoint behaves. */
export interface EndpointOptions {
  /**
   * Client id, unique for each broker; an empty one is replaced.
   *
   * @default a random one
   */
  readonly clientId?: string;
  /**
   * The most messages that wait while they cannot be sent.
   *
   * @default {65536}
   */
  readonly queueLimit?: number;
  /**
   * The most unacknowledged messages; the broker's own limit holds too.
   *
   * @default {1000}
   */
  readonly inFlightLimit?: number;
  /**
   * How the wait between tries to reconnect grows.
   *
   * @default from 250 ms to 2 s, and over again after each connection
   */
  readonly backoff?: BackoffOptions;
  /**
   * How the wait grows while another client uses the same client id.
   *
   * @default from 1 s to 15 s
   */
  readonly takenOverBackoff?: BackoffOptions;
  /**
   * Where it gets its time from.
   *
   * @default {systemClock}
   */
  readonly clock?: Clock;
}
