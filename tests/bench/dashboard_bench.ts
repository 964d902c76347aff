/**
 * What the dashboard takes: processor time with a page open and without, beside
 * the same process before any bike rides, the bytes of the page, and the time
 * to its first number.
 *
 * @module
 */
import { pageBytes } from "#lib/dashboard/page_files.ts";
import { EventReader } from "../lib/dashboard/event_reader.ts";
import { type ProgramProcess, startProgram } from "../support/cli.ts";
import { Mosquitto } from "../support/mosquitto.ts";
import { readUsage } from "./process_usage.ts";

/** How long a process is watched, in milliseconds. */
const WATCH_MS = 10_000;

/** Pages that listen at a time, in the second comparison. */
const PAGES = 20;

/**
 * Measures a dashboard as a process of its own, over mosquitto.
 *
 * @returns Rows of a table.
 */
export async function measureDashboard(): Promise<
  readonly (readonly string[])[]
> {
  await using broker = await Mosquitto.start();
  const listen = ["--listen", "127.0.0.1:0"];
  await using dashboard = startProgram([
    ...["dashboard", "--broker", broker.url],
    ...listen,
  ]);
  await dashboard.seen(/Dashboard on \S+\n/);
  const url = /Dashboard on (\S+)/.exec(dashboard.out)?.[1] ?? "";
  const idle = await watch(dashboard);
  const options = ["--bike", "000001", "--broker", broker.url];
  await using bike = startProgram([
    ...["driver", "simulated", "--without-record"],
    ...options,
  ]);
  await bike.seen(/Bike 000001/);
  const alone = await watch(dashboard);
  await using pages = new AsyncDisposableStack();
  const firstMs = await openPage(url, pages);
  const one = await watch(dashboard);
  for (let page = 1; page < PAGES; page++) await openPage(url, pages);
  const many = await watch(dashboard);
  const share = (cpuMsPerSecond: number) =>
    `${(cpuMsPerSecond / 10).toFixed(1)} % of a core`;
  return [
    ["", "dashboard"],
    ["processor time, no bike", share(idle)],
    ["processor time, a bike that rides", share(alone)],
    ["processor time, and a page open", share(one)],
    [`processor time, and ${PAGES} pages open`, share(many)],
    [
      "page, all files, compressed",
      `${(await pageBytes() / 1024).toFixed(1)} KB`,
    ],
    ["stream to its first number", `${firstMs.toFixed(0)} ms`],
  ];
}

/** Opens a stream and goes on reading it, as a page does. */
async function openPage(
  url: string,
  pages: AsyncDisposableStack,
): Promise<number> {
  const started = performance.now();
  const reader = pages.use(
    await EventReader.open(new URL("/api/bikes/000001/events", url)),
  );
  await reader.next("bike");
  const firstMs = performance.now() - started;
  const read = async () => {
    for (;;) await reader.next("status");
  };
  // It ends when its reader is disposed.
  read().catch(() => {});
  return firstMs;
}

/** Processor time a second, in milliseconds. */
async function watch({ pid }: ProgramProcess): Promise<number> {
  const before = await readUsage(pid);
  await new Promise((resolve) => setTimeout(resolve, WATCH_MS));
  const after = await readUsage(pid);
  return (after.cpuMs - before.cpuMs) * 1000 / WATCH_MS;
}
