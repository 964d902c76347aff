/**
 * RabbitMQ with its MQTT plug-in, as a child process: before 3.13 it hangs up
 * on MQTT 5, and it takes dots and slashes of a topic for the same.
 *
 * @module
 */
import { freePort } from "./ports.ts";
import { requireProgram } from "./requires.ts";
import { isAtLeast } from "./version.ts";
import { untilLogged } from "./log_line.ts";

/** Where Debian keeps the script that needs no account of its own. */
const SCRIPT = "/usr/lib/rabbitmq/bin/rabbitmq-server";

/** A running RabbitMQ; its files stand in a temporary folder that goes with it. */
export class RabbitMq implements AsyncDisposable {
  /** Address of its MQTT side, for `connect`. */
  readonly url: string;
  readonly #log: string[] = [];
  readonly #folder: string;
  readonly #children: readonly Deno.ChildProcess[];

  private constructor(
    url: string,
    folder: string,
    children: readonly Deno.ChildProcess[],
  ) {
    this.url = url;
    this.#folder = folder;
    this.#children = children;
  }

  /**
   * Starts one on free loopback ports and waits until it takes MQTT clients.
   *
   * @returns The running server.
   */
  static async start(): Promise<RabbitMq> {
    requireProgram("rabbitmq-server");
    const folder = await Deno.makeTempDir({ prefix: "smartbike-rabbitmq-" });
    const [port, names, nodes] = [freePort(), freePort(), freePort()];
    await Deno.writeTextFile(`${folder}/plugins`, "[rabbitmq_mqtt].");
    await Deno.writeTextFile(
      `${folder}/rabbitmq.conf`,
      [
        "listeners.tcp = none",
        `mqtt.listeners.tcp.1 = 127.0.0.1:${port}`,
        "mqtt.allow_anonymous = true",
        "log.console = true",
        "log.file = false",
      ].join("\n"),
    );
    const naming = new Deno.Command(requireProgram("epmd"), {
      args: ["-port", String(names), "-address", "127.0.0.1"],
      stdout: "null",
      stderr: "null",
    }).spawn();
    const server = new Deno.Command(SCRIPT, {
      env: environment(folder, names, nodes),
      stdout: "piped",
      stderr: "null",
    }).spawn();
    const running = new RabbitMq(`mqtt://127.0.0.1:${port}`, folder, [
      server,
      naming,
    ]);
    try {
      running.#log.push(
        await untilLogged(server.stdout, "Server startup complete", "RabbitMQ"),
      );
    } catch (error) {
      await running[Symbol.asyncDispose]();
      throw error;
    }
    return running;
  }

  /** Whether it speaks MQTT 5. */
  get speaksMqtt5(): boolean {
    const started = /Starting RabbitMQ (\d+)\.(\d+)/;
    return isAtLeast(this.#log.join(""), started, [3, 13]);
  }

  /** Kills it and removes its files. */
  async [Symbol.asyncDispose](): Promise<void> {
    // The script waits for the process that it has started, and ends with it.
    const pid = Number(await Deno.readTextFile(`${this.#folder}/pid`));
    Deno.kill(pid, "SIGKILL");
    const [server, naming] = this.#children;
    await server?.status;
    naming?.kill("SIGKILL");
    await naming?.status;
    await Deno.remove(this.#folder, { recursive: true });
  }
}

function environment(
  folder: string,
  names: number,
  nodes: number,
): Record<string, string> {
  return {
    HOME: folder,
    ERL_EPMD_PORT: String(names),
    RABBITMQ_NODENAME: `smartbike-${names}@localhost`,
    RABBITMQ_DIST_PORT: String(nodes),
    RABBITMQ_MNESIA_BASE: `${folder}/data`,
    RABBITMQ_LOG_BASE: `${folder}/log`,
    RABBITMQ_ENABLED_PLUGINS_FILE: `${folder}/plugins`,
    RABBITMQ_CONFIG_FILE: `${folder}/rabbitmq.conf`,
    RABBITMQ_PID_FILE: `${folder}/pid`,
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS:
      "-kernel inet_dist_use_interface {127,0,0,1}",
  };
}
