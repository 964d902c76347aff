/**
 * What only the superuser can do: directly, or by a sudo that asks nothing.
 *
 * @module
 */
import { PROGRAM_WORDS, ProgramProcess } from "./cli.ts";

/** The words before a command that is run as root; undefined where this user may not. */
const prefix = findPrefix();

function findPrefix(): readonly string[] | undefined {
  if (Deno.uid() === 0) return [];
  try {
    const { success } = new Deno.Command("sudo", {
      args: ["-n", "true"],
      stdout: "null",
      stderr: "null",
    }).outputSync();
    return success ? ["sudo", "-n"] : undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Whether this user can do what only root may. */
export const canBeRoot: boolean = prefix !== undefined;

/**
 * Makes a command that is run as root.
 *
 * @param command The command.
 * @returns Its words.
 */
export function toRootCommand(command: readonly string[]): readonly string[] {
  return [...prefix ?? [], ...command];
}

/**
 * Starts a command as root.
 *
 * @param command The command.
 * @returns The running process.
 */
export function startAsRoot(command: readonly string[]): ProgramProcess {
  return new ProgramProcess(toRootCommand(command), {});
}

/**
 * Runs a script of the shell as root, which must succeed.
 *
 * @param script The script.
 * @throws {TypeError} If it fails; the message holds what it wrote.
 */
export async function shellAsRoot(script: string): Promise<void> {
  await using shell = startAsRoot(["sh", "-c", script]);
  const { code, out, error } = await shell.result;
  if (code !== 0) throw new TypeError(`Cannot run ${script}: ${out}${error}`);
}

/**
 * Starts the program as root.
 *
 * @param args Its arguments.
 * @param folder Its folder.
 * @returns The running process.
 */
export function startProgramAsRoot(
  args: readonly string[],
  folder: string,
): ProgramProcess {
  const script = 'cd "$1" && shift && exec "$@"';
  return startAsRoot([
    "sh",
    "-c",
    script,
    "",
    folder,
    ...PROGRAM_WORDS,
    ...args,
  ]);
}
