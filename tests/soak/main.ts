/**
 * The soak: `deno task soak`. A bike is ridden for a simulated week; every so
 * many hours of it a line says how many reports and commands there were, and
 * how much memory and how many timers are in use. Exits with 1 where these
 * grow. `deno task soak 24` rides for 24 hours.
 *
 * @module
 */
import { type SoakWorld, startSoak } from "./world.ts";

const WEEK_HOURS = 7 * 24;

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

/** `--expose-gc` gives it. */
function collectGarbage(): void {
  const gc: unknown = Reflect.get(globalThis, "gc");
  if (typeof gc === "function") Reflect.apply(gc, undefined, []);
}

function print(cells: readonly (string | number)[]): void {
  const line = cells.map((cell) => String(cell).padStart(11)).join("");
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

/** The least of the second quarter and of the last one: what grows stays. */
function growth(rows: readonly Row[], of: (row: Row) => number): number {
  const quarter = Math.floor(rows.length / 4);
  const least = (part: readonly Row[]) => Math.min(...part.map(of));
  return least(rows.slice(-quarter)) -
    least(rows.slice(quarter, 2 * quarter));
}

if (import.meta.main) {
  const hours = Number(Deno.args[0] ?? WEEK_HOURS);
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
  const isFlat = bytes < TOLERANCE_BYTES && timers < TOLERANCE_COUNT;
  Deno.exit(isFlat ? 0 : 1);
}
