/**
 * Other programs, run to their end.
 *
 * @module
 */

/** How a program is run. */
interface RunOptions {
  /** Its folder; by default that of this process. */
  readonly cwd?: string;
  /** Variables added to its environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Ends the program. */
  readonly signal?: AbortSignal;
}

/** What became of a program. */
interface RunResult {
  /** Its exit code. */
  readonly code: number;
  /** What it wrote to standard output. */
  readonly out: string;
  /** What it wrote to standard error, without colours. */
  readonly error: string;
}

/**
 * Runs a program that reads nothing.
 *
 * @param command The program and its arguments.
 * @param options How it is run.
 * @returns What became of it.
 * @throws {Deno.errors.NotFound} If there is no such program.
 */
export async function run(
  command: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  const { env, ...rest } = options;
  const [program = "", ...args] = command;
  const { code, stdout, stderr } = await new Deno.Command(program, {
    ...rest,
    args,
    env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1", ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  const decoder = new TextDecoder();
  return {
    code,
    out: decoder.decode(stdout),
    error: decoder.decode(stderr),
  };
}
