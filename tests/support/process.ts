/**
 * Other programs, run to their end.
 *
 * @module
 */

/** What became of a program. */
export interface ProcessResult {
  /** Its exit code. */
  readonly code: number;
  /** What it wrote, to standard output and then to standard error, without colours. */
  readonly text: string;
}

/**
 * Runs a program that reads nothing.
 *
 * @param command Its path and its arguments.
 * @returns What became of it.
 */
export async function run(
  [program = "", ...args]: readonly string[],
): Promise<ProcessResult> {
  const { code, stdout, stderr } = await new Deno.Command(program, {
    args,
    env: { NO_COLOR: "1" },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return { code, text: decoder.decode(stdout) + decoder.decode(stderr) };
}
