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
  const bridges = new Set<Promise<void>>();
  const http = Deno.serve({
    hostname: "127.0.0.1",
    port: 0,
    onListen: () => {},
    ...server,
  }, (request) => {
    const { socket, response } = Deno.upgradeWebSocket(request, {
      protocol: "mqtt",
    });
    bridges.add(bridge(socket, hostname, Number(port)));
    return response;
  });
  const scheme = server ? "wss" : "ws";
  return {
    url: `${scheme}://127.0.0.1:${http.addr.port}/mqtt`,
    async [Symbol.asyncDispose]() {
      await Promise.all(bridges);
      await http.shutdown();
    },
  };
}

async function bridge(
  socket: WebSocket,
  hostname: string,
  port: number,
): Promise<void> {
  socket.binaryType = "arraybuffer";
  const closed = new Promise<void>((resolve) =>
    socket.onclose = () => resolve()
  );
  using connection = await Deno.connect({ hostname, port });
  const writer = connection.writable.getWriter();
  socket.onmessage = ({ data }) => {
    writer.write(new Uint8Array(data)).catch(() => socket.close());
  };
  socket.onerror = () => {};
  void closed.then(() => connection.close()).catch(() => {});
  try {
    for await (const bytes of connection.readable) socket.send(bytes);
  } catch {
    // The connection was closed because the socket was.
  }
  if (socket.readyState === WebSocket.OPEN) socket.close();
  await closed;
}
