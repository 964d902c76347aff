/**
 * The soak: `deno task soak`. A bike is ridden for a simulated week; every so
 * many hours of it a line says how many reports and commands there were, and
 * how much memory and how many timers are in use. Exits with 1 where these
 * grow. `deno task soak 24` rides for 24 hours; `deno task soak --sockets 12`
 * lets processes call each other over a real broker for 12 minutes.
 *
 * @module
 */
import { collectGarbage, growth, print } from "./growth.ts";
import { soakSockets } from "./sockets.ts";
import { type SoakWorld, startSoak } from "./world.ts";

const WEEK_HOURS = 7 * 24;

/** Lets processes call each other instead; its number is one of minutes. */
const SOCKETS = "--sockets";

/** How long they do where nothing else is said, in minutes. */
const SOCKET_MINUTES = 12;

/** How many lines are printed. */
const LINES = 28;

const HOUR_MS = 3_600_000;

/** So much more memory is no growth, in bytes: what is collected when differs. */
const TOLERANCE_BYTES = 4_000_000;

/** So many more timers are none: they come and go with connections. */
const TOLERANCE_COUNT = 8;

interface Row {
  readonly heapBytes: number;
  readonly timers: number;
}

function measure({ clock }: SoakWorld): Row {
  collectGarbage();
  return {
    heapBytes: Deno.memoryUsage().heapUsed,
    timers: clock.timerCount,
  };
}

/** Rides for so many simulated hours, and says whether nothing grew. */
async function ride(hours: number): Promise<boolean> {
  const rows: Row[] = [];
  print([
    ...["hours", "reports", "commands", "failed", "cuts"],
    ...["heap KiB", "timers"],
  ]);
  {
    await using world = await startSoak();
    const { clock, counts } = world;
    for (let line = 1; line <= LINES; line++) {
      await clock.advance(hours * HOUR_MS / LINES);
      const row = measure(world);
      rows.push(row);
      const { reports, done, failed, cuts } = counts;
      print([
        (line * hours / LINES).toFixed(2),
        ...[reports, done, failed, cuts],
        Math.round(row.heapBytes / 1024),
        row.timers,
      ]);
    }
  }
  const bytes = growth(rows, ({ heapBytes }) => heapBytes);
  const timers = growth(rows, (row) => row.timers);
  print(["grown by", "", "", "", "", Math.round(bytes / 1024)]);
  return bytes < TOLERANCE_BYTES && timers < TOLERANCE_COUNT;
}

if (import.meta.main) {
  const hasSockets = Deno.args.includes(SOCKETS);
  const given = Deno.args.find((word) => word !== SOCKETS);
  const isFlat = hasSockets
    ? await soakSockets(Number(given ?? SOCKET_MINUTES))
    : await ride(Number(given ?? WEEK_HOURS));
  Deno.exit(isFlat ? 0 : 1);
}
