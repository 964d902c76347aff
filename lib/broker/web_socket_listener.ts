/**
 * Connections over WebSocket (MQTT 5.0, 6).
 *
 * @module
 */
import type { IncomingMessage } from "node:http";
// @ts-types="npm:@types/ws@8.18.2"
import { createWebSocketStream, WebSocketServer } from "ws";
import type { Wire } from "./connection.ts";
import {
  addressOf,
  type BrokerTls,
  type Listener,
  listenHttp,
  type ListenPlace,
} from "./tcp_listener.ts";

const SUBPROTOCOL = "mqtt";

/** How WebSocket connections are taken. */
interface WebSocketRules {
  /** Certificate and key; undefined for plain HTTP. */
  readonly tls: BrokerTls | undefined;
  /** The longest message, in bytes. */
  readonly maxBytes: number;
  /** Whether pages of any web site may connect. */
  readonly anyOrigin: boolean;
}

/**
 * Listens for MQTT over WebSocket.
 *
 * @param rules How connections are taken.
 * @param onWire Called with each connection.
 * @throws {ConfigError} If the address cannot be listened on, or the certificate not be used.
 */
export async function listenWebSocket(
  place: ListenPlace,
  { tls, maxBytes, anyOrigin }: WebSocketRules,
  onWire: (wire: Wire) => void,
): Promise<Listener> {
  return await listenHttp(place, tls, (server) => {
    const sockets = new WebSocketServer({
      server,
      maxPayload: maxBytes,
      perMessageDeflate: false,
      handleProtocols: (offered) => offered.has(SUBPROTOCOL) && SUBPROTOCOL,
      verifyClient: ({ req }: { req: IncomingMessage }) =>
        offersMqtt(req) && (anyOrigin || isLocal(req.headers.origin)),
    });
    sockets.on("wsClientError", (_error, socket) => socket.destroy());
    sockets.on("connection", (socket, request) => {
      socket.on("message", (_data, isBinary) => {
        if (!isBinary) socket.terminate();
      });
      const stream = createWebSocketStream(socket);
      onWire({ stream, address: addressOf(request.socket) });
    });
  });
}

function offersMqtt({ headers }: IncomingMessage): boolean {
  const offered = headers["sec-websocket-protocol"] ?? "";
  return offered.split(",").some((name) => name.trim() === SUBPROTOCOL);
}

/** A page from elsewhere, opened in a browser on this machine, is refused. */
function isLocal(origin: string | undefined): boolean {
  if (origin === undefined) return true;
  if (!URL.canParse(origin)) return false;
  const { hostname } = new URL(origin);
  return hostname === "localhost" || hostname === "[::1]" ||
    /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
