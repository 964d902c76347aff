/**
 * Where a broker is.
 *
 * @module
 */
import { ConfigError } from "#lib/base/errors.ts";

/** Schemes of a broker's URL, with the port each has when none is given. */
const DEFAULT_PORTS = {
  "mqtt:": 1883,
  "mqtts:": 8883,
  "ws:": 80,
  "wss:": 443,
} as const;

/** Scheme of a broker's URL. */
type BrokerScheme = keyof typeof DEFAULT_PORTS;

/** A broker's address, taken apart. */
export interface BrokerAddress {
  /** Scheme with its colon; `mqtts:` and `wss:` mean TLS. */
  readonly scheme: BrokerScheme;
  /** Host name or IP address, without brackets. */
  readonly host: string;
  /** TCP port, 1 to 65535. */
  readonly port: number;
  /** The whole as a URL, without credentials. */
  readonly url: string;
}

function isScheme(text: string): text is BrokerScheme {
  return Object.hasOwn(DEFAULT_PORTS, text);
}

/**
 * Reads a broker's address.
 *
 * @example Usage
 * ```ts
 * import { parseBrokerAddress } from "#lib/mqtt/broker_address.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(parseBrokerAddress("bike.local").url, "mqtt://bike.local:1883");
 * assert.equal(parseBrokerAddress("wss://host/mqtt").port, 443);
 * ```
 *
 * @param text `host`, `host:port`, `[v6]:port`, or a URL of scheme `mqtt`, `mqtts`, `ws` or `wss`.
 * @throws {ConfigError} If the text is no such address, or holds credentials.
 */
export function parseBrokerAddress(text: string): BrokerAddress {
  const fail = (why: string) =>
    new ConfigError(
      `Cannot use broker "${
        redact(text)
      }": ${why}, expected host, host:port or a URL of scheme mqtt, mqtts, ws or wss`,
      { option: "broker", value: redact(text) },
    );
  let url: URL;
  try {
    url = new URL(text.includes("://") ? text : `mqtt://${text}`);
  } catch {
    // The origin would repeat the text, which may hold a password.
    throw fail("it is no address");
  }
  if (!isScheme(url.protocol)) throw fail(`scheme ${url.protocol} is unknown`);
  if (url.username || url.password) {
    throw fail("it holds credentials, which go in the environment or a file");
  }
  if (!url.hostname || /[\s%]/.test(url.hostname)) {
    throw fail("the host is missing or malformed");
  }
  const web = url.protocol === "ws:" || url.protocol === "wss:";
  if (!web && url.pathname.length > 1) throw fail("it has a path");
  if (url.port === "0") throw fail("port 0 cannot be connected to");
  const port = url.port ? Number(url.port) : DEFAULT_PORTS[url.protocol];
  const path = web ? url.pathname + url.search : "";
  return {
    scheme: url.protocol,
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port,
    url: `${url.protocol}//${url.hostname}:${port}${path}`,
  };
}

/**
 * Refuses to send a password to the port of TLS without TLS.
 *
 * @param text What {@linkcode parseBrokerAddress} was given.
 * @param address What it made of it.
 * @throws {ConfigError} If the text has no scheme, and the port is that of TLS.
 */
export function requireScheme(text: string, address: BrokerAddress): void {
  if (text.includes("://") || address.port !== DEFAULT_PORTS["mqtts:"]) return;
  throw new ConfigError(
    `Cannot use broker "${text}": port ${address.port} is that of TLS and the scheme is missing, write mqtts://${text}, or mqtt://${text} to send the password without TLS`,
    { option: "broker", value: text },
  );
}

/**
 * Says what may help where a broker does not answer.
 *
 * @returns The advice, to put behind a message; empty where there is none.
 */
export function tlsAdvice({ scheme, port, url }: BrokerAddress): string {
  const isPlain = scheme === "mqtt:" || scheme === "ws:";
  if (!isPlain || ![8883, 8884, 443].includes(port)) return "";
  const secure = url.replace(/^(mqtt|ws):/, "$1s:");
  return `; port ${port} is that of TLS, try ${secure}`;
}

/**
 * Puts a port into a broker's address.
 *
 * @example Usage
 * ```ts
 * import { withPort } from "#lib/mqtt/broker_address.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(withPort("bike.local", 1884), "bike.local:1884");
 * assert.equal(withPort("ws://host:80/mqtt", 8080), "ws://host:8080/mqtt");
 * assert.equal(withPort("::1", 1884), "[::1]:1884");
 * ```
 *
 * @param address Host, IP address without brackets, or what {@linkcode parseBrokerAddress} takes.
 * @param port TCP port; by default that of the address stays.
 * @returns What `parseBrokerAddress` takes; not checked.
 */
export function withPort(address: string, port?: number): string {
  const bracketed = /^[\da-f]*:[\da-f]*:[\da-f:.]*$/i.test(address)
    ? `[${address}]`
    : address;
  return port === undefined ? bracketed : bracketed.replace(
    /^(\w+:\/\/)?(\[[^\]]*\]|[^:/?#]*)(:\d*)?/,
    (_, scheme = "", host: string) => `${scheme}${host}:${port}`,
  );
}

function redact(text: string): string {
  return text.replace(/^(\w+:\/\/)?.*@/s, "$1***@");
}
