/**
 * What the executable takes on disk, in time to start, in memory and in
 * processor time, beside a Python program with paho-mqtt that publishes the same
 * number of messages, in one run.
 *
 * @module
 */
import type { MqttClient } from "mqtt";
import { pythonWithPaho } from "../support/packages.ts";
import { ProgramProcess } from "../support/cli.ts";
import {
  builtExecutable,
  OWN_MACHINE,
  startExecutable,
} from "../support/executable.ts";
import { Mosquitto } from "../support/mosquitto.ts";
import { connectRaw } from "./peer.ts";
import { readUsage } from "./process_usage.ts";

/** How long a process is watched, in milliseconds. */
const WATCH_MS = 10_000;

/** How often a start is timed; the median counts. */
const STARTS = 5;

/** Messages a second of the second comparison, in the name of its row too. */
const RATE = 20;

/** A message of the size of a report, that many times a second. */
const SCRIPT = `export default (simulation) => {
  const ride = simulation.object("bench.Ride");
  simulation.every(${1000 / RATE}, () => ride.emit("report", 210));
};`;

const MODULE = "module bench 1.0\ninterface Ride { signal report(watts: int) }";

/** One way to do the work. */
interface Way {
  /** Starts a process that publishes one message, and then as often as asked for. */
  start(mode: Mode, env?: Readonly<Record<string, string>>): ProgramProcess;
  /** Variables with which a start is the first on this machine. */
  readonly firstStart: (folder: string) => Readonly<Record<string, string>>;
}

/** What a process does once it has started: nothing, a ride, or a number of messages a second. */
type Mode = "idle" | "riding" | "steady";

/** What was measured of one way. */
interface Footprint {
  readonly coldMs: number;
  readonly warmMs: number;
  readonly idleBytes: number;
  readonly ridingBytes: number;
  readonly ridingPerSecond: number;
  readonly cpuMsPerSecond: number;
}

/**
 * Measures the executable and the Python program.
 *
 * @returns Rows of a table.
 */
export async function measureFootprint(): Promise<
  readonly (readonly string[])[]
> {
  const python = pythonWithPaho();
  if (!python) throw new TypeError("There is no Python with paho-mqtt");
  await using broker = await Mosquitto.start();
  const folder = await Deno.makeTempDir({ prefix: "smartbike-footprint-" });
  await Deno.writeTextFile(`${folder}/ride.ts`, SCRIPT);
  await Deno.writeTextFile(`${folder}/bench.idl`, MODULE);
  const executable = await builtExecutable(OWN_MACHINE);
  const own = await measure(broker, ownWay(executable, broker.url, folder));
  const other = await measure(
    broker,
    pythonWay(python, broker.port, own.ridingPerSecond),
  );
  const { size } = await Deno.stat(executable.path);
  const pythonSize = await sizeOfPython(python);
  await Deno.remove(folder, { recursive: true });
  const row = (name: string, a: number, b: number, unit: string) => [
    name,
    `${a.toFixed(a < 10 ? 1 : 0)} ${unit}`,
    `${b.toFixed(b < 10 ? 1 : 0)} ${unit}`,
    (a / b).toFixed(2),
  ];
  return [
    ["", "smartbike", "Python", "ratio"],
    row("file, or files that are loaded", size / 1e6, pythonSize / 1e6, "MB"),
    row("first start to first message", own.coldMs, other.coldMs, "ms"),
    row("start to first message", own.warmMs, other.warmMs, "ms"),
    row("memory, idle", own.idleBytes / 1e6, other.idleBytes / 1e6, "MB"),
    row(
      `memory, a ride of ${own.ridingPerSecond.toFixed(0)} messages/s`,
      own.ridingBytes / 1e6,
      other.ridingBytes / 1e6,
      "MB",
    ),
    row(
      `processor time a second, ${RATE} messages/s`,
      own.cpuMsPerSecond,
      other.cpuMsPerSecond,
      "ms",
    ),
  ];
}

function ownWay(
  executable: Parameters<typeof startExecutable>[0],
  broker: string,
  folder: string,
): Way {
  const bench = ["--module", `${folder}/bench.idl`];
  const args: Readonly<Record<Mode, readonly string[]>> = {
    idle: ["service", "--broker", broker],
    riding: ["driver", "simulated", "--bike", "1", "--broker", broker],
    steady: [
      ...["service", "--broker", broker, ...bench],
      ...["--script", `${folder}/ride.ts`],
    ],
  };
  return {
    start: (mode, env = {}) => startExecutable(executable, args[mode], { env }),
    firstStart: (cache) => ({ SMARTBIKE_CACHE: cache }),
  };
}

function pythonWay(python: string, port: number, ridePerSecond: number): Way {
  const script = new URL("publisher.py", import.meta.url).pathname;
  const rates: Readonly<Record<Mode, number>> = {
    idle: 0,
    riding: ridePerSecond,
    steady: RATE,
  };
  return {
    start: (mode, env = {}) =>
      new ProgramProcess([python, script, `${port}`, `${rates[mode]}`], {
        env,
      }),
    firstStart: (cache) => ({ PYTHONPYCACHEPREFIX: cache }),
  };
}

async function measure(broker: Mosquitto, way: Way): Promise<Footprint> {
  const cold: number[] = [];
  const warm: number[] = [];
  for (let i = 0; i < STARTS; i++) {
    const cache = await Deno.makeTempDir();
    cold.push(await timeStart(broker, way, way.firstStart(cache)));
    await Deno.remove(cache, { recursive: true });
    warm.push(await timeStart(broker, way, {}));
  }
  const idle = await watch(broker, way, "idle");
  const riding = await watch(broker, way, "riding");
  const steady = await watch(broker, way, "steady");
  return {
    coldMs: median(cold),
    warmMs: median(warm),
    idleBytes: idle.residentBytes,
    ridingBytes: riding.residentBytes,
    ridingPerSecond: riding.messagesPerSecond,
    cpuMsPerSecond: steady.cpuMsPerSecond,
  };
}

/** Counts messages as they are published; retained ones are old. */
class Listener implements AsyncDisposable {
  count = 0;
  readonly #client: MqttClient;
  readonly #first = Promise.withResolvers<void>();

  private constructor(client: MqttClient) {
    this.#client = client;
    client.on("message", (_topic, _payload, { retain }) => {
      if (retain) return;
      this.count++;
      this.#first.resolve();
    });
  }

  static async connect(broker: string): Promise<Listener> {
    const client = await connectRaw(broker);
    const listener = new Listener(client);
    await client.subscribeAsync("#", { qos: 1 });
    return listener;
  }

  /** Waits for the first message. */
  first(): Promise<void> {
    return this.#first.promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client.endAsync();
  }
}

/** From the start of a process to its first message, in milliseconds. */
async function timeStart(
  broker: Mosquitto,
  way: Way,
  env: Readonly<Record<string, string>>,
): Promise<number> {
  await using listener = await Listener.connect(broker.url);
  const start = performance.now();
  await using _process = way.start("idle", env);
  await listener.first();
  return performance.now() - start;
}

/** What a process takes on the average of some time, once it has started. */
async function watch(broker: Mosquitto, way: Way, mode: Mode) {
  await using listener = await Listener.connect(broker.url);
  await using process = way.start(mode);
  await listener.first();
  await pause();
  const countBefore = listener.count;
  const before = await readUsage(process.pid);
  await pause();
  const after = await readUsage(process.pid);
  return {
    residentBytes: after.residentBytes,
    cpuMsPerSecond: (after.cpuMs - before.cpuMs) * 1000 / WATCH_MS,
    messagesPerSecond: (listener.count - countBefore) * 1000 / WATCH_MS,
  };
}

/** All that Python loads from disk for the program: itself, its libraries and modules. */
async function sizeOfPython(python: string): Promise<number> {
  const { stdout } = await new Deno.Command(python, {
    args: [
      "-c",
      `import json, os, sys, time
from paho.mqtt import client
files = {m.__file__ for m in sys.modules.values() if getattr(m, "__file__", None)}
with open("/proc/self/maps") as maps:
    files |= {p[5] for p in (line.split() for line in maps) if len(p) > 5 and p[5].startswith("/")}
print(sum(os.path.getsize(f) for f in files if os.path.isfile(f)))`,
    ],
  }).output();
  return Number(new TextDecoder().decode(stdout));
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, WATCH_MS));
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? NaN;
}
