/**
 * A Unix socket as packages made for Node take it.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { Duplex } from "node:stream";

/** The most that one call reads, in bytes. */
const READ_BYTES = 64 * 1024;

/**
 * A stream over a connection. The runtime's own `net.Socket` closes the
 * descriptor of a Unix socket twice, and the second time may hit what another
 * thread has just opened under the same number.
 */
export class UnixStream extends Duplex {
  readonly #connection: Deno.UnixConn;
  readonly #buffer = new Uint8Array(READ_BYTES);

  private constructor(connection: Deno.UnixConn) {
    super({ allowHalfOpen: false });
    this.#connection = connection;
  }

  /**
   * Connects.
   *
   * @returns The stream; destroying it closes the connection.
   * @throws {Error} The error of `Deno.connect`.
   */
  static async connect(path: string): Promise<UnixStream> {
    return new UnixStream(await Deno.connect({ transport: "unix", path }));
  }

  override _read(): void {
    void this.#settle(async () => {
      const length = await this.#connection.read(this.#buffer);
      if (this.destroyed) return;
      this.push(
        length === null ? null : Buffer.from(this.#buffer.subarray(0, length)),
      );
    }, (error) => error && this.destroy(error));
  }

  override _write(
    chunk: Uint8Array,
    _encoding: string,
    done: (error?: Error) => void,
  ): void {
    void this.#settle(() => this.#send(chunk), done);
  }

  override _writev(
    chunks: readonly { readonly chunk: Uint8Array }[],
    done: (error?: Error) => void,
  ): void {
    const whole = Buffer.concat(chunks.map(({ chunk }) => chunk));
    void this.#settle(() => this.#send(whole), done);
  }

  override _final(done: (error?: Error) => void): void {
    void this.#settle(() => this.#connection.closeWrite(), done);
  }

  override _destroy(
    error: Error | null,
    done: (error: Error | null) => void,
  ): void {
    this.#connection.close();
    done(error);
  }

  async #send(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      at += await this.#connection.write(bytes.subarray(at));
    }
  }

  async #settle(
    work: () => Promise<void>,
    done: (error?: Error) => void,
  ): Promise<void> {
    let failure: Error | undefined;
    try {
      await work();
    } catch (error) {
      failure = error instanceof Error ? error : new TypeError(String(error));
    }
    // What the end of the connection cuts off is no error.
    done(this.destroyed ? undefined : failure);
  }
}
