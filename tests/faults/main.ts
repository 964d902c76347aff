/**
 * The fault suite: `deno task test:faults`. A service, a client and mosquitto
 * as processes of their own, with a wire for each; one fault after the other,
 * and a table of what became of the calls and messages. Exits with 1 if any was
 * lost, ran twice or ran late, or if the goals of the recovery were missed;
 * with `--short` some of the faults, and whatever time they take.
 *
 * @module
 */
import { Mosquitto } from "../support/mosquitto.ts";
import { usingPrograms } from "../support/requires.ts";
import { TcpProxy } from "../support/tcp_proxy.ts";
import { type Fault, FAULTS, pass } from "./faults.ts";
import { PeerProcess } from "./peer_process.ts";
import { firstSuccess, isMissing, type Tally, tally } from "./tally.ts";

/** Some of the faults, and whatever time they take. */
const SHORT = "--short";

/** How long all runs undisturbed before and after a fault, in milliseconds. */
const CALM_MS = 2000;

/** How long to wait for what is not back in time, in milliseconds. */
const LONGEST_MS = 60_000;

/** Goal of the median recovery, in milliseconds. */
const MEDIAN_GOAL_MS = 2000;

interface Row extends Tally {
  readonly fault: Fault;
}

async function run(fault: Fault): Promise<Row> {
  await using broker = await Mosquitto.start({ config: fault.config ?? [] });
  await using serviceWire = TcpProxy.to(broker.url);
  await using clientWire = TcpProxy.to(broker.url);
  await using service = new PeerProcess("service", serviceWire.url);
  await service.ready;
  await using client = new PeerProcess("client", clientWire.url);
  await client.ready;
  await pass(CALM_MS);
  const healedMs = await fault.inject({
    broker,
    serviceWire,
    clientWire,
    service,
  });
  const isBack = () => firstSuccess(client.events, healedMs) !== undefined;
  await until(isBack, client);
  await pass(CALM_MS);
  await client.stop();
  await until(() => !isMissing(service.events, client.events), service);
  await service.stop();
  return { fault, ...tally(service.events, client.events, healedMs) };
}

/** Waits for what a peer has to do, but not for ever. */
async function until(
  isDone: () => boolean,
  peer: PeerProcess,
): Promise<void> {
  let isOver = false;
  const timer = setTimeout(() => isOver = true, LONGEST_MS);
  while (!isDone() && !isOver) await Promise.race([peer.changed, pass(500)]);
  clearTimeout(timer);
}

const COLUMNS = [
  "calls",
  "messages",
  "lost",
  "doubled",
  "late",
  "failed",
  "again",
] as const;

function line(name: string, values: readonly (string | number)[]): string {
  const cells = values.map((value) => String(value).padStart(9)).join("");
  return `${name.padEnd(30)}${cells}\n`;
}

function print(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(text));
}

function report(rows: readonly Row[], isShort: boolean): boolean {
  const times = rows.filter(({ fault }) => fault.goalMs <= 5000)
    .map(({ recoveryMs }) => recoveryMs).sort((a, b) => a - b);
  const median = times[Math.floor(times.length / 2)] ?? 0;
  const worst = times.at(-1) ?? 0;
  const sums = COLUMNS.map((column) =>
    rows.reduce((sum, row) => sum + row[column], 0)
  );
  print(line("all", [...sums, `${worst} ms`]));
  print(`recovery: median ${median} ms, worst ${worst} ms\n`);
  const missed = rows.filter(({ fault, recoveryMs }) =>
    recoveryMs > (isShort ? LONGEST_MS : fault.goalMs)
  );
  for (const { fault, recoveryMs } of missed) {
    print(`${fault.name}: ${recoveryMs} ms, at most ${fault.goalMs} wanted\n`);
  }
  const harmed = rows.some(({ lost, doubled, late }) =>
    lost + doubled + late > 0
  );
  const isSlow = !isShort && median > MEDIAN_GOAL_MS;
  return !harmed && missed.length === 0 && !isSlow;
}

if (import.meta.main) {
  const isShort = Deno.args.includes(SHORT);
  const wanted = Deno.args.find((word) => word !== SHORT) ?? "";
  const faults = FAULTS.filter((fault) =>
    fault.name.includes(wanted) && (!isShort || fault.isShort)
  );
  print(line("fault", [...COLUMNS, "recovery"]));
  const rows: Row[] = [];
  await usingPrograms({ programs: ["mosquitto"] }, async () => {
    for (const fault of faults) {
      const row = await run(fault);
      rows.push(row);
      const values = COLUMNS.map((column) => row[column]);
      print(line(fault.name, [...values, `${row.recoveryMs} ms`]));
    }
  });
  Deno.exit(report(rows, isShort) ? 0 : 1);
}
