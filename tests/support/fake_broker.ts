/**
 * A broker that answers with bytes of the test's choosing, for what no real
 * broker can be made to do.
 *
 * @module
 */

/** A packet that a client sent. */
export interface ReceivedPacket {
  /** Packet type, 1 (CONNECT) to 15 (AUTH). */
  readonly type: number;
  /** Lower four bits of the first byte. */
  readonly flags: number;
  /** All behind the remaining length. */
  readonly body: Uint8Array;
}

/** Packet types that answers are chosen by (MQTT 5.0, 2.1.2). */
export const PACKET = {
  connect: 1,
  publish: 3,
  pubrel: 6,
  subscribe: 8,
  unsubscribe: 10,
  pingreq: 12,
  disconnect: 14,
} as const;

/** An answer that closes the connection. */
export const HANG_UP = Symbol("hang up");

/** Chooses the answer to a packet: bytes to send, undefined to stay silent, or to hang up. */
export type Answer = (
  packet: ReceivedPacket,
) => readonly number[] | undefined | typeof HANG_UP;

/**
 * The MQTT level of a CONNECT.
 *
 * @param packet The CONNECT.
 * @returns 4 for MQTT 3.1.1, 5 for MQTT 5.
 */
export function protocolLevel(packet: ReceivedPacket): number {
  return packet.body[6] ?? 0;
}

/** A TCP server on a free loopback port that speaks MQTT by a script. */
export class FakeBroker implements AsyncDisposable {
  /** Its address, for `connect`. */
  readonly url: string;
  /** What clients have sent so far, over all connections. */
  readonly packets: ReceivedPacket[] = [];
  /** How many connections it has taken so far. */
  accepted = 0;
  readonly #answer: Answer;
  readonly #listener: Deno.TcpListener;
  readonly #connections = new Map<Deno.TcpConn, Promise<void>>();
  readonly #running: Promise<void>;

  private constructor(answer: Answer) {
    this.#answer = answer;
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    this.url = `mqtt://127.0.0.1:${this.#listener.addr.port}`;
    this.#running = this.#run();
  }

  /**
   * Starts a broker.
   *
   * @param answer Chooses the answer to each packet.
   * @returns The running broker.
   */
  static start(answer: Answer): FakeBroker {
    return new FakeBroker(answer);
  }

  /**
   * Sends bytes to every client, unasked.
   *
   * @param bytes What to send.
   */
  async send(bytes: readonly number[]): Promise<void> {
    for (const connection of this.#connections.keys()) {
      await connection.write(Uint8Array.from(bytes));
    }
  }

  /** Cuts every connection, and goes on listening. */
  cut(): void {
    for (const connection of this.#connections.keys()) close(connection);
  }

  /** Cuts every connection and stops. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    await this.#running;
    this.cut();
    await Promise.all(this.#connections.values());
  }

  async #run(): Promise<void> {
    for await (const connection of this.#listener) {
      this.accepted++;
      this.#connections.set(
        connection,
        this.#serve(connection).finally(() => {
          close(connection);
          this.#connections.delete(connection);
        }),
      );
    }
  }

  async #serve(connection: Deno.TcpConn): Promise<void> {
    connection.setNoDelay(true);
    let rest = new Uint8Array();
    const buffer = new Uint8Array(65_536);
    try {
      for (;;) {
        const count = await connection.read(buffer);
        if (count === null) return;
        rest = Uint8Array.of(...rest, ...buffer.subarray(0, count));
        for (let next = take(rest); next; next = take(rest)) {
          rest = rest.slice(next.size);
          this.packets.push(next.packet);
          const bytes = this.#answer(next.packet);
          if (bytes === HANG_UP) return;
          if (bytes) await connection.write(Uint8Array.from(bytes));
        }
      }
    } catch (error) {
      if (!isClosed(error)) throw error;
    }
  }
}

function take(
  bytes: Uint8Array,
): { packet: ReceivedPacket; size: number } | undefined {
  let length = 0;
  for (let at = 1; at < bytes.length && at < 5; at++) {
    const byte = bytes[at] ?? 0;
    length += (byte & 0x7f) * 128 ** (at - 1);
    if (byte >= 0x80) continue;
    const size = at + 1 + length;
    if (bytes.length < size) return undefined;
    const [first = 0] = bytes;
    const body = bytes.slice(at + 1, size);
    return { packet: { type: first >> 4, flags: first & 0x0f, body }, size };
  }
  return undefined;
}

function close(connection: Deno.TcpConn): void {
  try {
    connection.close();
  } catch (error) {
    if (!isClosed(error)) throw error;
  }
}

function isClosed(error: unknown): boolean {
  return error instanceof Deno.errors.BadResource ||
    error instanceof Deno.errors.Interrupted ||
    error instanceof Deno.errors.ConnectionReset ||
    error instanceof Deno.errors.BrokenPipe ||
    error instanceof Deno.errors.NotConnected;
}
