/**
 * Connections over TCP and TLS.
 *
 * @module
 */
import { createPrivateKey, X509Certificate } from "node:crypto";
import { createServer as createHttpServer } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { ConfigError, ConnectionError } from "#lib/base/errors.ts";
import { whyNotListening } from "#lib/base/listen_refusal.ts";
import type { Wire } from "./connection.ts";

/** Where to listen. */
export interface ListenPlace {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
}

/** The certificate of a broker and its key, in PEM. */
export interface BrokerTls {
  /** The certificate, with those between it and its authority behind it. */
  readonly cert: string;
  /** The private key. */
  readonly key: string;
}

/** A server that listens. */
export interface Listener {
  /** Host and port, as they stand in a URL. */
  readonly authority: string;
  /** Takes no more connections; those that it has go on. */
  close(): Promise<void>;
}

/**
 * Listens for MQTT.
 *
 * @param tls Certificate and key; undefined for plain TCP.
 * @param onWire Called with each connection.
 * @throws {ConfigError} If the address cannot be listened on, or the certificate not be used.
 */
export async function listenTcp(
  place: ListenPlace,
  tls: BrokerTls | undefined,
  onWire: (wire: Wire) => void,
): Promise<Listener> {
  const take = (socket: Socket) => {
    socket.setNoDelay(true);
    onWire({ stream: socket, address: addressOf(socket) });
  };
  if (tls) checkPair(tls);
  const server = tls ? createTlsServer({ ...tls }, take) : createServer(take);
  server.on("tlsClientError", () => {});
  return await listen(server, place, "listen");
}

/**
 * Listens for HTTP, which WebSocket stands on.
 *
 * @param tls Certificate and key; undefined for plain HTTP.
 * @param prepare Called with the server before it listens.
 * @throws {ConfigError} If the address cannot be listened on, or the certificate not be used.
 */
export async function listenHttp(
  place: ListenPlace,
  tls: BrokerTls | undefined,
  prepare: (server: ReturnType<typeof createHttpServer>) => void,
): Promise<Listener> {
  if (tls) checkPair(tls);
  const server = tls ? createHttpsServer({ ...tls }) : createHttpServer();
  server.on("request", (_request, response) => {
    response.writeHead(426, { "content-type": "text/plain" });
    response.end("This port speaks MQTT over WebSocket.\n");
  });
  prepare(server);
  return await listen(server, place, "websocket");
}

/** Where the other end of a socket is. */
export function addressOf(socket: Socket): string {
  const { remoteAddress = "an unknown address", remotePort = 0 } = socket;
  const host = remoteAddress.includes(":")
    ? `[${remoteAddress}]`
    : remoteAddress;
  return `${host}:${remotePort}`;
}

/** Deno looks at them only when a client comes. */
function checkPair({ cert, key }: BrokerTls): void {
  let cause: unknown;
  try {
    const isPair = new X509Certificate(cert)
      .checkPrivateKey(createPrivateKey(key));
    if (isPair) return;
  } catch (error) {
    cause = error;
  }
  throw new ConfigError(
    "Cannot use the broker's certificate: it and its key are no pair in PEM, expected one",
    { option: "tls" },
    { cause },
  );
}

async function listen(
  server: Server,
  { host, port }: ListenPlace,
  option: string,
): Promise<Listener> {
  const name = host.includes(":") ? `[${host}]` : host;
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => {
      const value = `${name}:${port}`;
      const why = whyNotListening(cause, port);
      reject(
        new ConfigError(`Cannot listen on "${value}": ${why}`, {
          option,
          value,
        }, { cause }),
      );
    });
    server.listen(port, host, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") {
    throw new ConnectionError(
      `Cannot listen on "${name}:${port}": the system gave no address`,
      `${name}:${port}`,
      "refused",
    );
  }
  return {
    authority: `${name}:${address.port}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
