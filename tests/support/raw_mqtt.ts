/**
 * An MQTT client of packets and bytes, for what no client library sends. It
 * stands on `mqtt-packet`, so it shares nothing with our own broker.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { generate, type Packet, parser } from "mqtt-packet";
import { within } from "./within.ts";

/** What a client gets: packets, and at last the end of its connection. */
export type Received = Packet | "closed";

/** A TCP connection to a broker. */
export class RawMqtt implements AsyncDisposable {
  readonly #connection: Deno.TcpConn;
  readonly #version: 4 | 5;
  readonly #received: Received[] = [];
  readonly #reading: Promise<void>;
  #waiting: ((received: Received) => void) | undefined;

  private constructor(connection: Deno.TcpConn, version: 4 | 5) {
    this.#connection = connection;
    this.#version = version;
    this.#reading = this.#read();
  }

  /**
   * Connects, and says nothing yet.
   *
   * @param url The broker.
   * @param version Protocol level that packets are read and written with.
   * @returns The connection.
   */
  static async open(url: string, version: 4 | 5 = 5): Promise<RawMqtt> {
    const { hostname, port } = new URL(url);
    const connection = await Deno.connect({ hostname, port: Number(port) });
    connection.setNoDelay(true);
    return new RawMqtt(connection, version);
  }

  /**
   * Sends a packet.
   *
   * @param packet The packet, as `mqtt-packet` has it.
   */
  async send(packet: Packet): Promise<void> {
    const options = { protocolVersion: this.#version };
    await this.sendBytes(generate(packet, options));
  }

  /**
   * Sends bytes; does nothing where the broker has closed the connection.
   *
   * @param bytes Any bytes.
   */
  async sendBytes(bytes: Uint8Array): Promise<void> {
    try {
      for (let at = 0; at < bytes.length;) {
        at += await this.#connection.write(bytes.subarray(at));
      }
    } catch {
      // What follows from it is received.
    }
  }

  /**
   * Takes the next packet.
   *
   * @returns The packet, or that the broker has closed the connection.
   */
  async next(): Promise<Received> {
    const received = this.#received.shift();
    if (received) return received;
    const { promise, resolve } = Promise.withResolvers<Received>();
    this.#waiting = resolve;
    return await within("a packet", promise);
  }

  /** Takes packets until the broker has closed the connection. */
  async closed(): Promise<readonly Packet[]> {
    const packets: Packet[] = [];
    for (;;) {
      const received = await this.next();
      if (received === "closed") return packets;
      packets.push(received);
    }
  }

  /** Says that nothing more will be sent; what was sent before is still carried out. */
  async finish(): Promise<void> {
    try {
      await this.#connection.closeWrite();
    } catch {
      // The broker has closed it.
    }
  }

  /** Cuts the connection. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#connection.close();
    } catch {
      // The broker has closed it.
    }
    await this.#reading;
  }

  async #read(): Promise<void> {
    const packets = parser({ protocolVersion: this.#version });
    packets.on("packet", (packet) => this.#add(packet));
    packets.on("error", () => {});
    const buffer = new Uint8Array(64 * 1024);
    try {
      for (;;) {
        const count = await this.#connection.read(buffer);
        if (count === null) break;
        packets.parse(Buffer.from(buffer.slice(0, count)));
      }
    } catch {
      // Reset, or cut by ourselves.
    }
    this.#add("closed");
  }

  #add(received: Received): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting) waiting(received);
    else this.#received.push(received);
  }
}

/** Fields of a CONNECT that differ from a plain one. */
export interface ConnectFields {
  /** Client id. */
  readonly clientId?: string;
  /** Clean start. */
  readonly clean?: boolean;
  /** Account name. */
  readonly username?: string;
  /** Its password. */
  readonly password?: Buffer;
}

/**
 * Connects and logs in.
 *
 * @param url The broker.
 * @param version Protocol level.
 * @param fields What differs from a plain CONNECT.
 * @returns The client, its CONNACK taken.
 */
export async function loggedIn(
  url: string,
  version: 4 | 5 = 5,
  fields: ConnectFields = {},
): Promise<RawMqtt> {
  const client = await RawMqtt.open(url, version);
  await client.send({
    cmd: "connect",
    protocolVersion: version,
    clientId: crypto.randomUUID().slice(0, 20),
    clean: true,
    keepalive: 0,
    ...fields,
  });
  await client.next();
  return client;
}

/**
 * Writes a packet.
 *
 * @param packet The packet, as `mqtt-packet` has it.
 * @param version Protocol level.
 * @returns Its bytes.
 */
export function packetBytes(packet: Packet, version: 4 | 5 = 5): Uint8Array {
  return Uint8Array.from(generate(packet, { protocolVersion: version }));
}

/**
 * Reads packets.
 *
 * @param bytes Whole packets.
 * @param version Protocol level.
 * @returns The packets, as `mqtt-packet` has them.
 */
export function readPackets(
  bytes: Uint8Array,
  version: 4 | 5 = 5,
): readonly Packet[] {
  const packets: Packet[] = [];
  const reader = parser({ protocolVersion: version });
  reader.on("packet", (packet) => packets.push(packet));
  reader.on("error", (error) => {
    throw error;
  });
  reader.parse(Buffer.from(bytes));
  return packets;
}
