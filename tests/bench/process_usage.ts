/**
 * What a running process takes.
 *
 * @module
 */

/** Ticks of the processor's time in a second; Linux shows them so on every machine. */
const TICKS_PER_SECOND = 100;

/** Bytes of a page of memory, where the kernel counts in pages. */
const PAGE_BYTES = await pageSize();

/** What a process takes. */
export interface ProcessUsage {
  /** Memory it holds, in bytes. */
  readonly residentBytes: number;
  /** Processor time it has had so far, in milliseconds. */
  readonly cpuMs: number;
}

/**
 * Reads what a process takes, from `/proc`, which Deno itself does not open.
 *
 * @param pid Its number.
 * @returns What it takes.
 */
export async function readUsage(pid: number): Promise<ProcessUsage> {
  const text = await output("cat", `/proc/${pid}/stat`);
  // The name in brackets may hold spaces; the third field stands behind it.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const ticks = Number(fields[11]) + Number(fields[12]);
  return {
    residentBytes: Number(fields[21]) * PAGE_BYTES,
    cpuMs: ticks * 1000 / TICKS_PER_SECOND,
  };
}

/**
 * Reads how much processor time processes have had, to the nanosecond.
 *
 * @param pids Their numbers.
 * @returns Microseconds of all their threads that still run.
 */
export async function cpuTimeUs(...pids: readonly number[]): Promise<number> {
  const files = pids.map((pid) => `/proc/${pid}/task/*/schedstat`).join(" ");
  const text = await output("sh", "-c", `cat ${files}`);
  const nanoseconds = text.trim().split("\n")
    .map((line) => Number(line.split(" ")[0]));
  return nanoseconds.reduce((sum, one) => sum + one, 0) / 1000;
}

async function pageSize(): Promise<number> {
  return Number(await output("getconf", "PAGESIZE"));
}

async function output(
  program: string,
  ...args: readonly string[]
): Promise<string> {
  const { stdout } = await new Deno.Command(program, { args: [...args] })
    .output();
  return new TextDecoder().decode(stdout);
}
