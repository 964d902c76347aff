/**
 * A serial port that no hardware stands behind: a pty of socat.
 *
 * @module
 */
import { libc } from "#lib/hardware/linux/libc.ts";
import { requireProgram } from "./requires.ts";
import { within } from "./within.ts";

// Loads the C library here: within a test it would count as a leak.
libc.describe(0);

/** How a pty is set up. */
export interface PtyOptions {
  /**
   * Path of the link that is the port.
   *
   * @default a new one in a temporary folder
   */
  readonly path?: string;
}

/**
 * A port and what is wired to it: what {@linkcode Pty.send} sends comes in at
 * the port, and what the port sends is read by {@linkcode Pty.receive}. Nothing
 * is read unasked, so that a port that sends too much is held back.
 */
export class Pty implements AsyncDisposable {
  /** Path of the port. */
  readonly path: string;
  readonly #folder: string | undefined;
  #child: Deno.ChildProcess | undefined;
  #writer: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>> | undefined;
  #reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>> | undefined;
  #log: Promise<void> = Promise.resolve();

  private constructor(path: string, folder: string | undefined) {
    this.path = path;
    this.#folder = folder;
  }

  /**
   * Makes a port that is not plugged in.
   *
   * @param options How it is set up.
   * @returns The port.
   */
  static async make(options: PtyOptions = {}): Promise<Pty> {
    const { path } = options;
    if (path !== undefined) return new Pty(path, undefined);
    const folder = await Deno.makeTempDir({ prefix: "smartbike-pty-" });
    return new Pty(`${folder}/tty`, folder);
  }

  /**
   * Makes a port and plugs it in.
   *
   * @param options How it is set up.
   * @returns The port.
   */
  static async start(options: PtyOptions = {}): Promise<Pty> {
    const pty = await Pty.make(options);
    await pty.plug();
    return pty;
  }

  /** Plugs it in, and waits until the port is there. */
  async plug(): Promise<void> {
    const child = new Deno.Command(requireProgram("socat"), {
      args: ["-d", "-d", "-", `pty,raw,echo=0,link=${this.path}`],
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#child = child;
    this.#writer = child.stdin.getWriter();
    this.#reader = child.stdout.getReader();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#log = readLog(child.stderr, resolve);
    await within("socat", promise);
  }

  /** Pulls it out, as a cable is. */
  async unplug(): Promise<void> {
    const child = this.#child;
    if (!child) return;
    this.#child = undefined;
    // A link that remained would lead to the next pty that the kernel gives this number.
    await Deno.remove(this.path).catch(() => {});
    child.kill("SIGKILL");
    await child.status;
    await this.#log;
    await this.#reader?.cancel();
    // What was not sent yet is lost with it.
    await this.#writer?.close().catch(() => {});
  }

  /**
   * Sends something to the port.
   *
   * @param data Bytes, or text.
   */
  async send(data: Uint8Array<ArrayBuffer> | string): Promise<void> {
    const bytes = typeof data === "string"
      ? new TextEncoder().encode(data)
      : data;
    await this.#writer?.write(bytes);
  }

  /**
   * Reads what the port sends.
   *
   * @param length How many bytes are waited for.
   * @returns The bytes, or a few more.
   */
  async receive(length: number): Promise<Uint8Array<ArrayBuffer>> {
    const parts: Uint8Array<ArrayBuffer>[] = [];
    for (let got = 0; got < length;) {
      const part = await within("bytes of the port", this.#read());
      parts.push(part);
      got += part.length;
    }
    return new Uint8Array(await new Blob(parts).arrayBuffer());
  }

  /** Pulls it out and removes its files. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.unplug();
    if (this.#folder) await Deno.remove(this.#folder, { recursive: true });
  }

  async #read(): Promise<Uint8Array<ArrayBuffer>> {
    const result = await this.#reader?.read();
    if (!result || result.done) throw new TypeError("Cannot read: socat ended");
    return result.value;
  }
}

async function readLog(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  onReady: () => void,
): Promise<void> {
  let log = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    log += text;
    if (/starting data transfer loop/.test(log)) onReady();
  }
}
