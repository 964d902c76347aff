/**
 * What many simulated bikes in one process take, each with its topics and its
 * object.
 *
 * @module
 */
import { connectRaw } from "./peer.ts";
import { cpuTimeUs, readUsage } from "./process_usage.ts";
import { Mosquitto } from "../support/mosquitto.ts";

/** How many bikes. */
const BIKES = [1, 10, 100] as const;

/** How long a ride goes on before it is measured: its devices are found first. */
const START_MS = 15_000;

/** How long it is measured, in milliseconds. */
const WATCH_MS = 20_000;

/** What one process took. */
interface Share {
  /** Processor time, in milliseconds a second. */
  readonly cpuMs: number;
  /** Messages a second. */
  readonly messages: number;
  readonly residentBytes: number;
}

/**
 * Measures a process with one bike, with ten and with a hundred.
 *
 * @returns Rows of a table.
 */
export async function measureBikes(): Promise<readonly (readonly string[])[]> {
  const rows = [[
    "",
    "messages a second",
    "CPU a bike",
    "CPU a message",
    "beside one bike",
    "memory a bike",
  ]];
  let one: number | undefined;
  for (const bikes of BIKES) {
    const { cpuMs, messages, residentBytes } = await measure(bikes);
    const eachUs = cpuMs * 1000 / messages;
    one ??= eachUs;
    rows.push([
      `${bikes} ${bikes === 1 ? "bike" : "bikes"}`,
      messages.toFixed(0),
      `${(cpuMs / 10 / bikes).toFixed(2)} % of a core`,
      `${eachUs.toFixed(0)} µs`,
      (eachUs / one).toFixed(2),
      `${(residentBytes / 1024 / 1024 / bikes).toFixed(1)} MB`,
    ]);
  }
  return rows;
}

async function measure(bikes: number): Promise<Share> {
  await using broker = await Mosquitto.start({ logTypes: ["information"] });
  const url = new URL("bikes_peer.ts", import.meta.url).pathname;
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-check", "-A", url, broker.url, `${bikes}`],
    stdout: "piped",
  }).spawn();
  try {
    const reader = process.stdout.getReader();
    await reader.read();
    await reader.cancel();
    await pause(START_MS);
    return await watch(process.pid, broker.url);
  } finally {
    process.kill("SIGKILL");
    await process.status;
  }
}

async function watch(pid: number, broker: string): Promise<Share> {
  const client = await connectRaw(broker);
  let count = 0;
  client.on("message", (_topic, _payload, { retain }) => {
    if (!retain) count++;
  });
  await client.subscribeAsync("#");
  const before = await cpuTimeUs(pid);
  const start = count;
  await pause(WATCH_MS);
  const cpuUs = await cpuTimeUs(pid) - before;
  const seconds = WATCH_MS / 1000;
  const messages = (count - start) / seconds;
  await client.endAsync();
  const { residentBytes } = await readUsage(pid);
  return { cpuMs: cpuUs / 1000 / seconds, messages, residentBytes };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
