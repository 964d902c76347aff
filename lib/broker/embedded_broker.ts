/**
 * An MQTT broker inside the program, for a bike that has no other.
 *
 * @module
 */
import { isLoopback } from "#lib/base/host_names.ts";
import { systemClock } from "#lib/base/clock.ts";
import { ConfigError } from "#lib/base/errors.ts";
import { getLogger } from "#lib/base/logger.ts";
import type { BrokerAccount } from "./access.ts";
import { type BrokerLimits, completeLimits } from "./limits.ts";
import type { Server } from "./server.ts";
import type { BrokerTls } from "./tcp_listener.ts";

export type { BrokerAccount, BrokerRights } from "./access.ts";
export type { BrokerLimits } from "./limits.ts";
export type { BrokerTls } from "./tcp_listener.ts";

const logger = getLogger("broker");

/** Where a broker listens for WebSocket. */
export interface WebSocketListen {
  /**
   * IP address or host name to listen on.
   *
   * @default that of the broker
   */
  readonly host?: string;
  /** TCP port; 0 takes a free one. */
  readonly port: number;
}

/** Where a broker listens and who may connect. */
export interface EmbeddedBrokerOptions {
  /**
   * IP address or host name to listen on. Without accounts only a loopback
   * address can be used.
   *
   * @default {"127.0.0.1"}
   */
  readonly host?: string;
  /**
   * TCP port; 0 takes a free one.
   *
   * @default {0}
   */
  readonly port?: number;
  /** Listens for MQTT over WebSocket too. Without accounts, pages of other web sites are refused. */
  readonly webSocket?: WebSocketListen;
  /** Certificate and key; all listeners then speak TLS. */
  readonly tls?: BrokerTls;
  /** An account that may do everything, in front of `accounts`. */
  readonly account?: BrokerAccount;
  /**
   * The accounts that may connect.
   *
   * @default clients connect without an account
   */
  readonly accounts?: readonly BrokerAccount[];
  /** How much clients may take. */
  readonly limits?: BrokerLimits;
}

/**
 * A running broker that speaks MQTT 5 and 3.1.1 and keeps everything in memory.
 * Whatever clients send, it and the program go on; what they take is bounded.
 *
 * @example Usage
 * ```ts
 * import { EmbeddedBroker } from "#lib/broker/embedded_broker.ts";
 * import assert from "node:assert/strict";
 *
 * await using broker = await EmbeddedBroker.listen();
 * assert.match(broker.url, /^mqtt:\/\/127\.0\.0\.1:\d+$/);
 * ```
 */
export class EmbeddedBroker implements AsyncDisposable {
  /** Its address, for clients on this machine. */
  readonly url: string;
  /** Its address for WebSocket; undefined if it does not listen for it. */
  readonly webSocketUrl: string | undefined;
  readonly #server: Server;

  private constructor(server: Server, isSecure: boolean) {
    const [tcp, webSocket] = server.authorities;
    const s = isSecure ? "s" : "";
    this.url = `mqtt${s}://${tcp}`;
    this.webSocketUrl = webSocket && `ws${s}://${webSocket}`;
    this.#server = server;
  }

  /**
   * Starts a broker.
   *
   * @param options Where it listens and who may connect.
   * @returns The running broker.
   * @throws {ConfigError} If the address is in use or cannot be listened on, others
   *   could reach it without an account, or a limit, certificate or account cannot be used.
   */
  static async listen(
    options: EmbeddedBrokerOptions = {},
  ): Promise<EmbeddedBroker> {
    const { host = "127.0.0.1", port = 0, webSocket, tls } = options;
    const { account, accounts: others = [] } = options;
    const accounts = account ? [account, ...others] : others;
    const places = [
      { host, port },
      ...webSocket ? [{ host, ...webSocket }] : [],
    ];
    for (const place of places) {
      requireSafe(place.host, { accounts, isSecure: tls !== undefined });
    }
    const limits = completeLimits(options.limits);
    // Loaded here, so that a program without a broker does not load it.
    const { Server } = await import("./server.ts");
    const server = await Server.start({
      listen: { host, port },
      webSocket: places[1],
      tls,
      accounts,
      limits,
      clock: systemClock,
    });
    return new EmbeddedBroker(server, tls !== undefined);
  }

  /** How many clients are connected. */
  get clientCount(): number {
    return this.#server.clientCount;
  }

  /** Cuts every connection, as a crash would, and goes on listening. */
  cutConnections(): void {
    this.#server.cutConnections();
  }

  /** Disconnects all clients and stops. */
  async close(): Promise<void> {
    await this.#server.close();
  }

  /** The same as {@linkcode EmbeddedBroker.close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

interface Protection {
  readonly accounts: readonly BrokerAccount[];
  readonly isSecure: boolean;
}

function requireSafe(host: string, { accounts, isSecure }: Protection): void {
  const name = accounts.find(({ username }, index) =>
    username === "" ||
    accounts.findIndex((other) => other.username === username) !== index
  )?.username;
  if (name !== undefined) {
    throw new ConfigError(
      `Cannot use account "${name}": expected names that are not empty and differ`,
      { option: "accounts", value: name },
    );
  }
  if (isLoopback(host)) return;
  if (accounts.length === 0) {
    throw new ConfigError(
      `Cannot listen on "${host}": others can reach it and there is no account, expected one or a loopback address`,
      { option: "listen", value: host },
    );
  }
  if (isSecure) return;
  logger.warn(
    "The broker listens on {host} without TLS: passwords and messages can be read on the network",
    { host },
  );
}
