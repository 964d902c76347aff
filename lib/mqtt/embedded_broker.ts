/**
 * An MQTT broker inside the program, for a bike that has no other.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { createServer, type Server, type Socket } from "node:net";
import { Aedes, type Client } from "aedes";
import { ConfigError, ConnectionError } from "#lib/base/errors.ts";
import { getLogger } from "#lib/base/logger.ts";
import { repairOutgoingStore } from "./outgoing_store.ts";
import { SubscriptionIdentifiers } from "./subscription_identifiers.ts";

const logger = getLogger("broker");

/** The largest packet that is taken from a client, in bytes. */
const MAX_PACKET_BYTES = 16 * 1024 * 1024;

/** An account that clients must use. */
export interface BrokerAccount {
  /** Account name. */
  readonly username: string;
  /** Its password. */
  readonly password: string;
}

/** Where a broker listens and whom it lets in. */
export interface EmbeddedBrokerOptions {
  /**
   * IP address or host name to listen on.
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
  /** The only account; without it everybody is let in. */
  readonly account?: BrokerAccount;
}

/**
 * A running broker that speaks MQTT 5 and 3.1.1 and keeps everything in memory.
 *
 * @example Usage
 * ```ts
 * import { EmbeddedBroker } from "#lib/mqtt/embedded_broker.ts";
 * import assert from "node:assert/strict";
 *
 * await using broker = await EmbeddedBroker.listen();
 * assert.match(broker.url, /^mqtt:\/\/127\.0\.0\.1:\d+$/);
 * ```
 */
export class EmbeddedBroker implements AsyncDisposable {
  /** Its address, for clients on this machine. */
  readonly url: string;
  readonly #aedes: Aedes;
  readonly #server: Server;
  readonly #sockets: Set<Socket>;

  private constructor(
    url: string,
    aedes: Aedes,
    server: Server,
    sockets: Set<Socket>,
  ) {
    this.url = url;
    this.#aedes = aedes;
    this.#server = server;
    this.#sockets = sockets;
  }

  /**
   * Starts a broker.
   *
   * @param options Where it listens and whom it lets in.
   * @returns The running broker.
   * @throws {ConfigError} If the address is in use or cannot be listened on.
   */
  static async listen(
    options: EmbeddedBrokerOptions = {},
  ): Promise<EmbeddedBroker> {
    const { host = "127.0.0.1", port = 0, account } = options;
    const aedes = await Aedes.createBroker({
      maximumPacketSize: MAX_PACKET_BYTES,
      ...(account && { authenticate: authenticator(account) }),
    });
    giveAllIdentifiers(aedes);
    repairOutgoingStore(aedes);
    aedes.on("clientError", (_client, error) => {
      logger.warn("A client was refused or cut off: {error}", { error });
    });
    aedes.on("connectionError", (_client, error) => {
      logger.warn("A connection failed: {error}", { error });
    });
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      socket.setNoDelay(true);
      sockets.add(socket);
      socket.on("close", () => sockets.delete(socket));
      readToTheEnd(socket);
      aedes.handle(socket);
    });
    try {
      const url = await listenOn(server, host, port);
      return new EmbeddedBroker(url, aedes, server, sockets);
    } catch (error) {
      await closeAedes(aedes);
      throw error;
    }
  }

  /** How many clients are connected. */
  get clientCount(): number {
    return this.#aedes.connectedClients;
  }

  /** Cuts every connection, as a crash would, and goes on listening. */
  cutConnections(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Disconnects all clients and stops. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) =>
      this.#server.close(() => resolve())
    );
    await closeAedes(this.#aedes);
    this.cutConnections();
    await closed;
  }

  /** The same as {@linkcode EmbeddedBroker.close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

function closeAedes(aedes: Aedes): Promise<void> {
  return new Promise((resolve) => aedes.close(() => resolve()));
}

/** Aedes gives a message the identifier of only one of its subscriptions. */
function giveAllIdentifiers(aedes: Aedes): void {
  const identifiers = new SubscriptionIdentifiers<Client>();
  aedes.authorizeSubscribe = (client, subscription, done) => {
    const identifier = "subscriptionIdentifier" in subscription
      ? Number(subscription.subscriptionIdentifier)
      : undefined;
    identifiers.set(client, subscription.topic, identifier);
    done(null, subscription);
  };
  aedes.on("unsubscribe", (filters, client) => {
    for (const filter of filters) identifiers.delete(client, filter);
  });
  aedes.authorizeForward = (client, packet) => {
    if (packet.retain) return packet;
    const found = identifiers.match(client, packet.topic);
    if (found.length > 1) {
      packet.properties = {
        ...packet.properties,
        subscriptionIdentifier: found,
      };
    }
    return packet;
  };
}

/**
 * Aedes reads once for each "readable" event. Deno, unlike Node.js, may add
 * bytes during that read and then sends no further event for them, so a read
 * of everything is repeated until nothing is left.
 */
function readToTheEnd(socket: Socket): void {
  const read = socket.read.bind(socket);
  socket.read = (size?: number | null) => {
    if (size !== undefined && size !== null) return read(size);
    const chunks: Buffer[] = [];
    for (let chunk = read(); chunk !== null; chunk = read()) chunks.push(chunk);
    return chunks.length > 1 ? Buffer.concat(chunks) : chunks[0] ?? null;
  };
}

type Authenticate = NonNullable<
  NonNullable<ConstructorParameters<typeof Aedes>[0]>["authenticate"]
>;

function authenticator(account: BrokerAccount): Authenticate {
  return (_client, username, password, done) => {
    const known = username === account.username &&
      password?.toString() === account.password;
    done(null, known);
  };
}

async function listenOn(
  server: Server,
  host: string,
  port: number,
): Promise<string> {
  const name = host.includes(":") ? `[${host}]` : host;
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => {
      const why = cause.code === "EADDRINUSE"
        ? "the port is in use"
        : cause.message;
      reject(
        new ConfigError(`Cannot listen on "${name}:${port}": ${why}`, {
          option: "listen",
          value: `${name}:${port}`,
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
  return `mqtt://${name}:${address.port}`;
}
