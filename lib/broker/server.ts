/**
 * The broker's engine: its listeners, connections and the time that passes.
 *
 * @module
 */
import type { Clock } from "#lib/base/clock.ts";
import { Access, type BrokerAccount } from "./access.ts";
import { BrokerLog } from "./broker_log.ts";
import { Connection, type ConnectionContext, type Wire } from "./connection.ts";
import { Hub } from "./hub.ts";
import type { BrokerLimits } from "./limits.ts";
import { SessionRegistry } from "./session_registry.ts";
import {
  type BrokerTls,
  type Listener,
  type ListenPlace,
  listenTcp,
} from "./tcp_listener.ts";
import { listenWebSocket } from "./web_socket_listener.ts";
import { REASON } from "./wire/reason_code.ts";

/** How often the broker looks for what has expired, in milliseconds. */
const TICK_MS = 250;

/** How long clients may take to close their connection when the broker ends, in milliseconds. */
const CLOSE_MS = 500;

/** What a broker is made of. */
interface ServerOptions {
  readonly listen: ListenPlace;
  readonly webSocket: ListenPlace | undefined;
  readonly tls: BrokerTls | undefined;
  readonly accounts: readonly BrokerAccount[];
  readonly limits: Required<BrokerLimits>;
  readonly clock: Clock;
}

/** A running broker. */
export class Server {
  readonly #context: ConnectionContext;
  readonly #log: BrokerLog;
  readonly #connections = new Set<Connection>();
  readonly #listeners: Listener[] = [];
  #stopTick = () => {};
  #isClosing = false;

  private constructor({ accounts, limits, clock }: ServerOptions) {
    const log = new BrokerLog(clock);
    const hub = new Hub(limits, clock, log);
    const registry = new SessionRegistry(limits, { hub, clock, log });
    const access = new Access(accounts);
    this.#context = { access, registry, limits, hub, clock, log };
    this.#log = log;
  }

  /**
   * Starts a broker.
   *
   * @param options What it is made of.
   * @returns The running broker, and where it listens.
   * @throws {ConfigError} If it cannot listen.
   */
  static async start(options: ServerOptions): Promise<Server> {
    const server = new Server(options);
    try {
      await server.#listen(options);
    } catch (error) {
      await server.close();
      throw error;
    }
    server.#tick();
    return server;
  }

  /** Where it listens, WebSocket behind the other one: host and port. */
  get authorities(): readonly string[] {
    return this.#listeners.map(({ authority }) => authority);
  }

  /** How many clients are connected. */
  get clientCount(): number {
    let count = 0;
    for (const { isConnected } of this.#connections) {
      count += Number(isConnected);
    }
    return count;
  }

  /** Cuts every connection, as a crash would, and goes on listening. */
  cutConnections(): void {
    for (const connection of this.#connections) connection.destroy();
  }

  /** Disconnects all clients and stops. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#stopTick();
    const closing = this.#listeners.map((listener) => listener.close());
    const stopCut = this.#context.clock.setTimeout(
      () => this.cutConnections(),
      CLOSE_MS,
    );
    const ending = [...this.#connections].map((connection) => {
      connection.shutDown();
      return connection.closed;
    });
    await Promise.all(ending);
    stopCut();
    await Promise.all(closing);
  }

  async #listen(options: ServerOptions): Promise<void> {
    const { listen, webSocket, tls, accounts, limits } = options;
    const onWire = (wire: Wire) => this.#take(wire);
    this.#listeners.push(await listenTcp(listen, tls, onWire));
    if (!webSocket) return;
    const rules = {
      tls,
      maxBytes: limits.maxPacketBytes,
      anyOrigin: accounts.length > 0,
    };
    this.#listeners.push(await listenWebSocket(webSocket, rules, onWire));
  }

  #take(wire: Wire): void {
    const { maxConnections, maxPendingLogins } = this.#context.limits;
    if (this.#isClosing || this.#connections.size >= maxConnections) {
      this.#log.limited(
        "A connection from {address} was refused: there are {count}",
        { address: wire.address, count: this.#connections.size },
      );
      wire.stream.on("error", () => {});
      wire.stream.destroy();
      return;
    }
    const pending = [...this.#connections].filter(({ isPending }) => isPending);
    if (pending.length >= maxPendingLogins) {
      pending[0]?.end(REASON.serverBusy, "too many others want to log in");
    }
    const connection = new Connection(wire, this.#context);
    this.#connections.add(connection);
    connection.closed.then(() => this.#connections.delete(connection));
  }

  #tick(): void {
    const { clock, registry, hub } = this.#context;
    this.#stopTick = clock.setTimeout(() => {
      try {
        const now = clock.monotonicMs();
        for (const connection of this.#connections) connection.check(now);
        registry.expire();
        hub.expire();
        registry.relieve();
      } catch (error) {
        this.#log.fault(error);
      }
      this.#tick();
    }, TICK_MS);
  }
}
