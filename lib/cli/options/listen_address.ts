/**
 * Addresses that servers of this program listen on.
 *
 * @module
 */
import { UsageError } from "#lib/base/errors.ts";

const DEFAULT_HOST = "127.0.0.1";
const DEFAULT_PORT = 1883;

/** Where a broker listens if nobody says. */
export const DEFAULT_LISTEN = `${DEFAULT_HOST}:${DEFAULT_PORT}`;

/** Where a server of this program listens. */
export interface ListenAddress {
  /** IP address or host name, without brackets. */
  readonly host: string;
  /** TCP port; 0 takes a free one. */
  readonly port: number;
}

/** What holds for an address that leaves something out. */
export interface ListenDefaults {
  /**
   * The port.
   *
   * @default {1883}
   */
  readonly port?: number;
  /**
   * The option, for the error.
   *
   * @default {"--listen"}
   */
  readonly option?: string;
}

/**
 * Reads the address to listen on.
 *
 * @param text `host:port`, `[v6]:port`, `host` or `port`; by default 127.0.0.1 and the default port.
 * @param defaults What holds where something is left out.
 * @returns The address.
 * @throws {UsageError} If the text is no such address.
 */
export function parseListenAddress(
  text: string | undefined,
  defaults: ListenDefaults = {},
): ListenAddress {
  const { port: defaultPort = DEFAULT_PORT, option = "--listen" } = defaults;
  if (text === undefined) return { host: DEFAULT_HOST, port: defaultPort };
  const match =
    /^(?<port>\d+)$|^(?<host>\[[\da-f:.]+\]|[\w.-]+)?(?::(?<hostPort>\d+))?$/i
      .exec(text);
  const { host = DEFAULT_HOST, port, hostPort } = match?.groups ?? {};
  const number = Number(port ?? hostPort ?? defaultPort);
  if (text !== "" && match && number <= 65_535) {
    return { host: host.replace(/^\[|\]$/g, ""), port: number };
  }
  throw new UsageError(
    `Cannot use ${option} "${text}": expected host:port, host or port, with a port from 0 to 65535`,
    option,
  );
}

/**
 * Tells whether only this machine reaches an address.
 *
 * @param host IP address or host name, without brackets.
 * @returns True for the loopback addresses and `localhost`.
 */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127\./.test(host);
}
