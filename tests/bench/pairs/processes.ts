/**
 * The processes of the pairs.
 *
 * @module
 */
import type { Qos } from "#lib/mqtt/endpoint.ts";
import { findProgram, isFile, pythonWithPaho } from "../../support/packages.ts";
import { cpuTimeUs } from "../process_usage.ts";
import type { Exchange, Timing } from "./pair.ts";

/** C on libmosquitto, the least on MQTT.js, this program's layer, Python on paho. */
export type Way = "C" | "lean" | "layer" | "Python";

/** A client and a service. */
export interface PairProcesses {
  /** Does an exchange so many times. */
  run(exchange: Exchange, count: number): Promise<Timing>;
  /** Processor time that both have had so far, in microseconds. */
  cpuUs(): Promise<number>;
}

/** All ways that can be measured here. */
export interface Pairs extends AsyncDisposable {
  /** By name. */
  readonly ways: ReadonlyMap<Way, PairProcesses>;
  /** What is left out, and why. */
  readonly remarks: readonly string[];
}

/** One process, and the lines it prints. */
class Process implements AsyncDisposable {
  readonly pid: number;
  readonly #child: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #reader: ReadableStreamDefaultReader<string>;
  #text = "";

  constructor(command: readonly string[], args: readonly string[]) {
    const [program = "", ...first] = command;
    this.#child = new Deno.Command(program, {
      args: [...first, ...args],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    this.pid = this.#child.pid;
    this.#writer = this.#child.stdin.getWriter();
    this.#reader = this.#child.stdout.pipeThrough(new TextDecoderStream())
      .getReader();
  }

  async ask(line: string): Promise<string> {
    await this.#writer.write(new TextEncoder().encode(`${line}\n`));
    return await this.line();
  }

  async line(): Promise<string> {
    while (!this.#text.includes("\n")) {
      const { value, done } = await this.#reader.read();
      if (done) throw new TypeError("A process of the benchmark ended early");
      this.#text += value;
    }
    const [line = "", ...rest] = this.#text.split("\n");
    this.#text = rest.join("\n");
    return line;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#child.status;
    await this.#writer.close().catch(() => {});
    await this.#reader.cancel();
  }
}

/**
 * Starts a client and a service of each way.
 *
 * @param broker URL of the broker.
 * @param qos Quality of service.
 * @returns Those that can be measured here.
 */
export async function startPairs(broker: string, qos: Qos): Promise<Pairs> {
  await using started = new AsyncDisposableStack();
  const ways = new Map<Way, PairProcesses>();
  for (const [way, command] of await commands()) {
    const start = async (side: string) => {
      const process = started.use(
        new Process(command, [side, broker, `${qos}`]),
      );
      await process.line();
      return process;
    };
    const service = await start("serve");
    const client = await start("call");
    ways.set(way, {
      run: async (exchange, count) =>
        JSON.parse(await client.ask(`${exchange} ${count}`)),
      cpuUs: () => cpuTimeUs(client.pid, service.pid),
    });
  }
  const stack = started.move();
  const remarks = [
    ...ways.has("C") ? [] : ["C is left out: it needs cc and libmosquitto-dev"],
    ...ways.has("Python") ? [] : ["Python is left out: it needs paho-mqtt"],
  ];
  return { ways, remarks, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

async function commands(): Promise<
  readonly (readonly [Way, readonly string[]])[]
> {
  const path = (name: string) => new URL(name, import.meta.url).pathname;
  const flags = ["--quiet", "--no-check", "--allow-net", "--allow-env"];
  const deno = [Deno.execPath(), "run", ...flags, "--allow-read"];
  const c = await buildC(path("pair.c"));
  const python = pythonWithPaho();
  return [
    ...c ? [["C", [c]] as const] : [],
    ["lean", [...deno, path("lean.ts")]],
    ["layer", [...deno, path("layer.ts")]],
    ...python ? [["Python", [python, path("pair.py")]] as const] : [],
  ];
}

let built: Promise<string | undefined> | undefined;

/** Builds the program in C once, where there is what it takes. */
function buildC(source: string): Promise<string | undefined> {
  return built ??= (async () => {
    const cc = findProgram("cc");
    if (!cc || !isFile("/usr/include/mosquitto.h")) return undefined;
    const program = await Deno.makeTempFile({ prefix: "smartbike-pair-" });
    addEventListener("unload", () => Deno.removeSync(program));
    const { success } = await new Deno.Command(cc, {
      args: ["-O2", "-o", program, source, "-lmosquitto"],
    }).output();
    return success ? program : undefined;
  })();
}
