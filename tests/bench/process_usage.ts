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
