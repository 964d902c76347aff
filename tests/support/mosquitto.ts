/**
 * The mosquitto broker, as a child process on a free loopback port.
 *
 * @module
 */
import type { Certificates } from "./certificates.ts";
import { freePort } from "./ports.ts";
import { isFile } from "./packages.ts";
import { requireProgram } from "./requires.ts";

/** How a mosquitto is set up. */
export interface MosquittoOptions {
  /** The only account; without it everybody is let in. */
  readonly account?: { readonly username: string; readonly password: string };
  /** More accounts besides that one. */
  readonly accounts?: readonly {
    readonly username: string;
    readonly password: string;
  }[];
  /** Lines of an ACL file. */
  readonly acl?: readonly string[];
  /** Speaks TLS with the server certificate of these. */
  readonly tls?: Certificates;
  /**
   * Lets in only clients with a certificate of the same authority.
   *
   * @default {false}
   */
  readonly requireClientCertificate?: boolean;
  /**
   * Speaks MQTT over WebSocket instead of TCP.
   *
   * @default {false}
   */
  readonly websockets?: boolean;
  /** Settings of its dynamic security plug-in, which can refuse a SUBSCRIBE. */
  readonly dynamicSecurity?: Readonly<Record<string, unknown>>;
  /**
   * What it logs; a benchmark does without a line for each packet.
   *
   * @default {["all"]}
   */
  readonly logTypes?: readonly string[];
  /** More lines of its configuration file. */
  readonly config?: readonly string[];
}

/** Somebody who waits for a line of the log. */
interface LogWaiter {
  readonly pattern: RegExp;
  resolve(line: string): void;
  reject(error: Error): void;
}

/**
 * A running mosquitto. Whether it runs, and what it does, is read off its log;
 * nothing sleeps. Its files stand in a temporary folder that goes with it.
 *
 * @example Usage
 * ```ts ignore
 * await using broker = await Mosquitto.start({ config: ["max_packet_size 4096"] });
 * await endpoint.connect(broker.url);
 * await broker.kill();
 * await broker.restart();
 * ```
 */
export class Mosquitto implements AsyncDisposable {
  /** Its address, for `connect`. */
  readonly url: string;
  /** Its TCP port on 127.0.0.1. */
  readonly port: number;
  /** All it has logged, over restarts. */
  readonly log: string[] = [];
  readonly #folder: string;
  #child: Deno.ChildProcess | undefined;
  #reading: Promise<void> = Promise.resolve();
  #waiters: LogWaiter[] = [];
  #disposed = false;

  private constructor(url: string, port: number, folder: string) {
    this.url = url;
    this.port = port;
    this.#folder = folder;
  }

  /**
   * Starts a broker and waits until it listens.
   *
   * @param options How it is set up.
   * @returns The running broker.
   * @throws {TypeError} If it ends instead of listening; the message holds its log.
   */
  static async start(options: MosquittoOptions = {}): Promise<Mosquitto> {
    const { tls, websockets = false } = options;
    const scheme = `${websockets ? "ws" : "mqtt"}${tls ? "s" : ""}`;
    const folder = await Deno.makeTempDir({ prefix: "smartbike-mosquitto-" });
    const port = freePort();
    const url = `${scheme}://127.0.0.1:${port}`;
    const broker = new Mosquitto(url, port, folder);
    try {
      await writeFiles(folder, port, options);
      await broker.restart();
      return broker;
    } catch (error) {
      await broker[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Stops it where it runs, and starts it on the same port; sessions are lost. */
  async restart(): Promise<void> {
    await this.stop();
    const child = new Deno.Command(requireProgram("mosquitto"), {
      args: ["-c", `${this.#folder}/mosquitto.conf`],
      stdout: "null",
      stderr: "piped",
    }).spawn();
    this.#child = child;
    const running = this.waitForLog(/ running$/);
    this.#reading = this.#readLog(child.stderr);
    await running;
  }

  /** Ends it in good order; does nothing where it does not run. */
  async stop(): Promise<void> {
    await this.#end("SIGTERM");
  }

  /** Ends it as a crash would; does nothing where it does not run. */
  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  /** Freezes it: connections stay, but nothing is answered until {@linkcode Mosquitto.resume}. */
  pause(): void {
    this.#child?.kill("SIGSTOP");
  }

  /** Lets it go on after {@linkcode Mosquitto.pause}. */
  resume(): void {
    this.#child?.kill("SIGCONT");
  }

  /**
   * Waits for the next line of the log that matches.
   *
   * @param pattern What the line must match, without its time stamp.
   * @returns The line.
   * @throws {TypeError} If the broker ends first.
   */
  waitForLog(pattern: RegExp): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#waiters.push({ pattern, resolve, reject });
    });
  }

  /** Stops it and removes its files; does nothing the second time. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    if (this.#disposed) return;
    this.#disposed = true;
    await Deno.remove(this.#folder, { recursive: true });
  }

  async #end(signal: Deno.Signal): Promise<void> {
    const child = this.#child;
    if (!child) return;
    this.#child = undefined;
    try {
      child.kill(signal);
    } catch (error) {
      // It may have ended by itself, for example over a wrong configuration.
      if (!(error instanceof TypeError)) throw error;
    }
    await Promise.all([child.status, this.#reading]);
  }

  async #readLog(
    stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  ): Promise<void> {
    let rest = "";
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) this.#onLine(line.replace(/^\d+: /, ""));
    }
    const error = new TypeError(
      `Cannot read the log of mosquitto: it ended\n${this.log.join("\n")}`,
    );
    for (const waiter of this.#waiters.splice(0)) waiter.reject(error);
  }

  #onLine(line: string): void {
    this.log.push(line);
    const hit = this.#waiters.filter(({ pattern }) => pattern.test(line));
    this.#waiters = this.#waiters.filter((waiter) => !hit.includes(waiter));
    for (const waiter of hit) waiter.resolve(line);
  }
}

async function writeFiles(
  folder: string,
  port: number,
  options: MosquittoOptions,
): Promise<void> {
  const { account, acl, tls, requireClientCertificate, websockets } = options;
  const accounts = [...account ? [account] : [], ...options.accounts ?? []];
  const lines = [
    `listener ${port} 127.0.0.1`,
    `allow_anonymous ${accounts.length === 0}`,
    "user root", // Keeps the user that runs the tests; mosquitto would change to its own.
    "log_dest stderr",
    ...(options.logTypes ?? ["all"]).map((type) => `log_type ${type}`),
    "set_tcp_nodelay true",
    ...options.config ?? [],
  ];
  const write = (name: string, text: string) =>
    Deno.writeTextFile(`${folder}/${name}`, text, { mode: 0o600 });
  if (websockets) lines.push("protocol websockets");
  if (accounts.length > 0) {
    await write("passwords", "");
    for (const one of accounts) {
      await addPassword(`${folder}/passwords`, one);
    }
    lines.push(`password_file ${folder}/passwords`);
  }
  if (acl) {
    await write("acl", `${acl.join("\n")}\n`);
    lines.push(`acl_file ${folder}/acl`);
  }
  if (options.dynamicSecurity) {
    await write("security.json", JSON.stringify(options.dynamicSecurity));
    lines.push(
      `plugin ${findPlugin("mosquitto_dynamic_security.so")}`,
      `plugin_opt_config_file ${folder}/security.json`,
    );
  }
  if (tls) {
    await write("ca.crt", tls.ca);
    await write("server.crt", tls.server.cert);
    await write("server.key", tls.server.key);
    lines.push(
      `cafile ${folder}/ca.crt`,
      `certfile ${folder}/server.crt`,
      `keyfile ${folder}/server.key`,
      `require_certificate ${requireClientCertificate ?? false}`,
    );
  }
  // Mosquitto 2.0.11 ends when it has listeners for WebSocket only.
  if (websockets) lines.push(`listener ${freePort()} 127.0.0.1`);
  await write("mosquitto.conf", `${lines.join("\n")}\n`);
}

/** Finds a plug-in of mosquitto, which Debian keeps in a folder named after the machine. */
function findPlugin(name: string): string {
  for (const machine of ["x86_64", "aarch64"]) {
    const path = `/usr/lib/${machine}-linux-gnu/${name}`;
    if (isFile(path)) return path;
  }
  throw new Deno.errors.NotFound(
    `Cannot find mosquitto's plug-in "${name}": it comes with package mosquitto`,
  );
}

async function addPassword(
  path: string,
  account: NonNullable<MosquittoOptions["account"]>,
): Promise<void> {
  const { success, stderr } = await new Deno.Command(
    requireProgram("mosquitto_passwd"),
    {
      args: ["-b", path, account.username, account.password],
      stdout: "null",
      stderr: "piped",
    },
  ).output();
  if (!success) throw new TypeError(new TextDecoder().decode(stderr));
}
