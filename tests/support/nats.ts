/**
 * The NATS server with its MQTT side, as a child process: a broker that speaks
 * MQTT 3.1.1 only and refuses MQTT 5; before 2.10 it takes neither QoS 2 nor
 * dots in topics.
 *
 * @module
 */
import { freePort } from "./ports.ts";
import { requireProgram } from "./requires.ts";
import { isAtLeast } from "./version.ts";
import { untilLogged } from "./log_line.ts";

/** A running NATS server; its files stand in a temporary folder that goes with it. */
export class Nats implements AsyncDisposable {
  /** Address of its MQTT side, for `connect`. */
  readonly url: string;
  /** Whether it takes QoS 2, and dots in topics. */
  readonly takesAll: boolean;
  readonly #child: Deno.ChildProcess;
  readonly #folder: string;

  private constructor(
    url: string,
    child: Deno.ChildProcess,
    { folder, log }: { readonly folder: string; readonly log: string },
  ) {
    this.url = url;
    this.takesAll = isAtLeast(log, /Version: +(\d+)\.(\d+)/, [2, 10]);
    this.#child = child;
    this.#folder = folder;
  }

  /**
   * Starts one on free loopback ports and waits until it takes MQTT clients.
   *
   * @returns The running server.
   */
  static async start(): Promise<Nats> {
    const folder = await Deno.makeTempDir();
    const port = freePort();
    await Deno.writeTextFile(
      `${folder}/nats.conf`,
      [
        "server_name: test",
        `listen: "127.0.0.1:${freePort()}"`,
        `jetstream { store_dir: "${folder}/jetstream" }`,
        `mqtt { listen: "127.0.0.1:${port}" }`,
      ].join("\n"),
    );
    const child = new Deno.Command(requireProgram("nats-server"), {
      args: ["--config", `${folder}/nats.conf`],
      stdout: "null",
      stderr: "piped",
    }).spawn();
    const log = await untilLogged(
      child.stderr,
      "Server is ready",
      "nats-server",
    );
    return new Nats(`mqtt://127.0.0.1:${port}`, child, { folder, log });
  }

  /** Stops it and removes its files. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#child.status;
    await Deno.remove(this.#folder, { recursive: true });
  }
}
