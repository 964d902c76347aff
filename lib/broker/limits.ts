/**
 * How much the broker gives to its clients.
 *
 * @module
 */
import { ConfigError } from "#lib/base/errors.ts";

/** How much the broker keeps and takes; what goes past it is refused. */
export interface BrokerLimits {
  /**
   * Connections at the same time.
   *
   * @default {256}
   */
  readonly maxConnections?: number;
  /**
   * Sessions, those of clients that are away included.
   *
   * @default {1024}
   */
  readonly maxSessions?: number;
  /**
   * Connections that have not sent their CONNECT yet; the oldest makes room.
   *
   * @default {64}
   */
  readonly maxPendingLogins?: number;
  /**
   * How long a client may take to send its CONNECT, in milliseconds.
   *
   * @default {10000}
   */
  readonly loginTimeoutMs?: number;
  /**
   * The longest CONNECT, in bytes.
   *
   * @default {65536}
   */
  readonly maxLoginBytes?: number;
  /**
   * The longest packet after that, in bytes.
   *
   * @default {16777216}
   */
  readonly maxPacketBytes?: number;
  /**
   * What waits for one client, in bytes. A connected client that leaves more
   * unread is disconnected; one that is away loses the newest.
   *
   * @default {16777216}
   */
  readonly maxQueuedBytes?: number;
  /**
   * What waits for all clients, in bytes.
   *
   * @default {67108864}
   */
  readonly maxTotalQueuedBytes?: number;
  /**
   * Retained messages, in bytes.
   *
   * @default {8388608}
   */
  readonly maxRetainedBytes?: number;
  /**
   * Subscriptions of one client.
   *
   * @default {1000}
   */
  readonly maxSubscriptions?: number;
  /**
   * Subscriptions of all clients, in bytes.
   *
   * @default {16777216}
   */
  readonly maxSubscriptionBytes?: number;
  /**
   * Messages of QoS 1 and 2 on their way to one client, or from it.
   *
   * @default {1024}
   */
  readonly maxInflight?: number;
  /**
   * How long a session may outlive its connection, in seconds.
   *
   * @default {86400}
   */
  readonly maxSessionExpirySeconds?: number;
}

/** What holds where nobody says otherwise. */
const DEFAULTS: Required<BrokerLimits> = {
  maxConnections: 256,
  maxSessions: 1024,
  maxPendingLogins: 64,
  loginTimeoutMs: 10_000,
  maxLoginBytes: 64 * 1024,
  maxPacketBytes: 16 * 1024 * 1024,
  maxQueuedBytes: 16 * 1024 * 1024,
  maxTotalQueuedBytes: 64 * 1024 * 1024,
  maxRetainedBytes: 8 * 1024 * 1024,
  maxSubscriptions: 1000,
  maxSubscriptionBytes: 16 * 1024 * 1024,
  maxInflight: 1024,
  maxSessionExpirySeconds: 86_400,
};

/** MQTT has 16 bits for it. */
const MOST_INFLIGHT = 65_535;

/**
 * Fills in what was left out.
 *
 * @throws {ConfigError} If one is no positive integer, or no packet identifiers are left for `maxInflight`.
 */
export function completeLimits(
  limits: BrokerLimits = {},
): Required<BrokerLimits> {
  for (const [option, value] of Object.entries(limits)) {
    const most = option === "maxInflight" ? MOST_INFLIGHT : 2 ** 32 - 1;
    if (Number.isInteger(value) && value > 0 && value <= most) continue;
    throw new ConfigError(
      `Cannot use ${option} "${value}": expected an integer from 1 to ${most}`,
      { option, value: `${value}` },
    );
  }
  return { ...DEFAULTS, ...limits };
}

/** A number of bytes that is shared out. */
export class Budget {
  readonly #limit: number;
  #used = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** How much is in use. */
  get used(): number {
    return this.#used;
  }

  /** Whether more is in use than there is. */
  get isExceeded(): boolean {
    return this.#used > this.#limit;
  }

  /** Checks whether so much more would fit. */
  fits(bytes: number): boolean {
    return this.#used + bytes <= this.#limit;
  }

  /** Takes, or gives back where negative. */
  add(bytes: number): void {
    this.#used += bytes;
  }
}
