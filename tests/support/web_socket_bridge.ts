/**
 * MQTT over WebSockets for a broker that speaks TCP only.
 *
 * @module
 */
import type { KeyPair } from "./certificates.ts";

/** A running bridge. */
export interface WebSocketBridge extends AsyncDisposable {
  /** Its address, for `connect`. */
  readonly url: string;
}

/**
 * Carries WebSockets on a free loopback port to a broker.
 *
 * @param brokerUrl The broker, as `mqtt://host:port`.
 * @param server Speaks TLS with this certificate.
 * @returns The running bridge.
 */
export function bridgeWebSockets(
  brokerUrl: string,
  server?: KeyPair,
): WebSocketBridge {
  const { hostname, port } = new URL(brokerUrl);
  const end = new AbortController();
  const bridges: Promise<void>[] = [];
  const http = Deno.serve({
    hostname: "127.0.0.1",
    port: 0,
    signal: end.signal,
    onListen: () => {},
    ...server,
  }, (request) => {
    const { socket, response } = Deno.upgradeWebSocket(request, {
      protocol: "mqtt",
    });
    const connecting = Deno.connect({ hostname, port: Number(port) });
    bridges.push(bridge(socket, connecting, end.signal));
    return response;
  });
  const scheme = server ? "wss" : "ws";
  return {
    url: `${scheme}://127.0.0.1:${http.addr.port}/mqtt`,
    async [Symbol.asyncDispose]() {
      end.abort();
      await Promise.all(bridges);
      await http.finished;
    },
  };
}

/** Listens from the first moment on, so that no message is lost while it connects. */
async function bridge(
  socket: WebSocket,
  connecting: Promise<Deno.TcpConn>,
  signal: AbortSignal,
): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    socket.onclose = () => resolve();
    signal.addEventListener("abort", () => resolve());
  });
  const writing = connecting.then(({ writable }) => writable.getWriter());
  socket.binaryType = "arraybuffer";
  socket.onerror = () => {};
  socket.onmessage = async ({ data }) => {
    try {
      await (await writing).write(new Uint8Array(data));
    } catch {
      socket.close(); // The broker has gone.
    }
  };
  const connection = await connecting;
  const reading = forward(connection.readable, socket);
  await closed;
  connection.close();
  await reading;
}

async function forward(
  from: ReadableStream<Uint8Array<ArrayBuffer>>,
  to: WebSocket,
): Promise<void> {
  try {
    for await (const bytes of from) to.send(bytes);
  } catch {
    // The connection was closed because the socket was.
  }
  if (to.readyState === WebSocket.OPEN) to.close();
}
