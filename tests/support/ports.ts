/**
 * Ports of this machine that nothing listens on.
 *
 * @module
 */

/**
 * Finds a TCP port that nothing listens on.
 *
 * @returns The port, on 127.0.0.1.
 */
export function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
