/**
 * A wire that tests can cut.
 *
 * @module
 */

/**
 * Forwards a port to a broker. {@linkcode TcpProxy.cut} breaks the connections
 * as a lost radio link would, while the broker and its sessions go on.
 *
 * @example Usage
 * ```ts ignore
 * await using wire = TcpProxy.to(broker.url);
 * await endpoint.connect(wire.url);
 * wire.cut();
 * ```
 */
export class TcpProxy implements AsyncDisposable {
  /** Its address, for `connect`. */
  readonly url: string;
  /** How many connections it has taken so far, the refused ones too. */
  accepted = 0;
  readonly #target: Deno.ConnectOptions;
  readonly #listener: Deno.TcpListener;
  readonly #links = new Set<Link>();
  readonly #running: Promise<void>;
  #open = true;
  #bytesPerSecond = Infinity;
  #refused = Promise.withResolvers<void>();

  private constructor(target: URL) {
    this.#target = { hostname: target.hostname, port: Number(target.port) };
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = this.#listener.addr;
    this.url = `${target.protocol}//127.0.0.1:${port}`;
    this.#running = this.#run();
  }

  /**
   * Starts to forward.
   *
   * @param url Where to, for example a broker's `url`.
   * @returns The wire.
   */
  static to(url: string): TcpProxy {
    return new TcpProxy(new URL(url));
  }

  /** Breaks all connections; new ones are taken. */
  cut(): void {
    for (const link of this.#links) link.cut();
  }

  /** Breaks all connections and closes new ones at once, until {@linkcode TcpProxy.mend}. */
  hold(): void {
    this.#open = false;
    this.cut();
  }

  /** Resolves when the next connection has been closed at once. */
  refused(): Promise<void> {
    return this.#refused.promise;
  }

  /** Takes connections again. */
  mend(): void {
    this.#open = true;
  }

  /**
   * Breaks all connections in the middle of what clients send.
   *
   * @param bytes How much of what they send from now on still gets through.
   */
  cutAfter(bytes: number): void {
    for (const link of this.#links) link.cutAfter(bytes);
  }

  /** Stops reading what clients send, so that their buffers fill up; `cut` ends it. */
  jam(): void {
    for (const link of this.#links) link.jam();
  }

  /** Swallows what both sides of the connections send from now on, as a link does that is half open; new ones are sound. */
  mute(): void {
    for (const link of this.#links) link.mute();
  }

  /**
   * Forwards no more than so many bytes a second, each way of each connection.
   *
   * @param bytesPerSecond How many; infinite for all.
   */
  limit(bytesPerSecond: number): void {
    this.#bytesPerSecond = bytesPerSecond;
  }

  /** Breaks all connections and stops. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    await this.#running;
    this.cut();
    await Promise.all(Array.from(this.#links, (link) => link.done));
  }

  async #run(): Promise<void> {
    for await (const client of this.#listener) {
      this.accepted++;
      if (!this.#open) {
        client.close();
        this.#refused.resolve();
        this.#refused = Promise.withResolvers();
        continue;
      }
      const link = new Link(client, this.#target, () => this.#bytesPerSecond);
      this.#links.add(link);
      void link.done.then(() => this.#links.delete(link));
    }
  }
}

/** One forwarded connection. */
class Link {
  /** Resolves when both ends are closed. */
  readonly done: Promise<void>;
  readonly #client: Deno.TcpConn;
  #server: Deno.TcpConn | undefined;
  #cut = false;
  #jammed = false;
  #muted = false;
  /** How many bytes of the client still get through. */
  #left = Infinity;
  readonly #bytesPerSecond: () => number;

  constructor(
    client: Deno.TcpConn,
    target: Deno.ConnectOptions,
    bytesPerSecond: () => number,
  ) {
    this.#client = client;
    this.#bytesPerSecond = bytesPerSecond;
    this.done = this.#forward(target);
  }

  cut(): void {
    if (this.#cut) return;
    this.#cut = true;
    this.#client.close();
    this.#server?.close();
  }

  cutAfter(bytes: number): void {
    this.#left = bytes;
  }

  jam(): void {
    this.#jammed = true;
  }

  mute(): void {
    this.#muted = true;
  }

  async #forward(target: Deno.ConnectOptions): Promise<void> {
    try {
      const server = await Deno.connect(target);
      if (this.#cut) return server.close();
      this.#server = server;
      server.setNoDelay(true);
      this.#client.setNoDelay(true);
      await Promise.race([
        this.#copy(this.#client, server, () => this.#jammed),
        this.#copy(server, this.#client, () => false),
      ]);
    } catch (error) {
      if (!(error instanceof Deno.errors.ConnectionRefused)) throw error;
    } finally {
      this.cut();
    }
  }

  async #copy(
    from: Deno.TcpConn,
    to: Deno.TcpConn,
    jammed: () => boolean,
  ): Promise<void> {
    const buffer = new Uint8Array(65_536);
    try {
      while (!jammed()) {
        const count = await from.read(buffer);
        if (count === null) return;
        if (this.#muted) continue;
        const waitMs = 1000 * count / this.#bytesPerSecond();
        if (waitMs > 0) await new Promise((done) => setTimeout(done, waitMs));
        const isOut = from === this.#client;
        const end = isOut ? Math.min(count, this.#left) : count;
        for (let at = 0; at < end;) {
          at += await to.write(buffer.subarray(at, end));
        }
        if (end < count) return;
        if (isOut) this.#left -= end;
      }
      await new Promise(() => {});
    } catch (error) {
      if (!isClosed(error)) throw error;
    }
  }
}

function isClosed(error: unknown): boolean {
  return error instanceof Deno.errors.BadResource ||
    error instanceof Deno.errors.Interrupted ||
    error instanceof Deno.errors.ConnectionReset ||
    error instanceof Deno.errors.BrokenPipe ||
    error instanceof Deno.errors.NotConnected;
}
