/**
 * The executable, built once for all tests of a run, and again when a file
 * that it is made of has changed.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { type CliOptions, ProgramProcess } from "./cli.ts";
import { readSourceFiles, ROOT } from "./source_files.ts";

/** What an executable is made of, besides TypeScript. */
const OTHER_ENDINGS = ["deno.json", "deno.lock", ".sh"];

/** A machine that executables are built for. */
export type Machine = "x86_64" | "aarch64";

/** The machine that this is. */
export const OWN_MACHINE: Machine = Deno.build.arch;

/** An executable of this tree. */
export interface Executable {
  /** Its path. */
  readonly path: string;
  /** A folder it is unpacked in already. */
  readonly cache: string;
}

/** What `deno task compile` wrote. */
export interface CompileResult {
  /** Its exit code. */
  readonly code: number;
  /** What it wrote to standard output. */
  readonly out: string;
  /** What it wrote to standard error. */
  readonly error: string;
}

/**
 * Runs `deno task compile`.
 *
 * @param args Its arguments.
 * @param env Variables added to its environment.
 * @returns What became of it.
 */
export async function compile(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<CompileResult> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", "compile", ...args],
    cwd: ROOT,
    env: { NO_COLOR: "1", ...env },
  }).output();
  const text = new TextDecoder();
  return { code, out: text.decode(stdout), error: text.decode(stderr) };
}

/**
 * Gives a self-extracting executable of this tree.
 *
 * @param machine What it runs on.
 * @returns The executable.
 * @throws {TypeError} If it cannot be built; the message holds why.
 */
export async function builtExecutable(machine: Machine): Promise<Executable> {
  const home = `${await homeOfBuilds()}/${machine}`;
  await Deno.mkdir(home, { recursive: true });
  using lock = await Deno.open(`${home}/lock`, { create: true, write: true });
  await lock.lock(true);
  const folder = `${home}/${await hashOfTree()}`;
  const executable = { path: `${folder}/smartbike`, cache: `${folder}/cache` };
  if (await exists(folder)) return executable;
  for await (const { name, isDirectory } of Deno.readDir(home)) {
    if (isDirectory) await Deno.remove(`${home}/${name}`, { recursive: true });
  }
  const part = `${home}/new`;
  const { code, out, error } = await compile([
    ...["--target", `${machine}-unknown-linux-gnu`, "--form", "portable"],
    ...["--out", `${part}/smartbike`],
  ]);
  if (code !== 0) throw new TypeError(`Cannot build:\n${out}${error}`);
  await Deno.rename(part, folder);
  return executable;
}

/**
 * Starts an executable.
 *
 * @param executable The executable.
 * @param args Its arguments.
 * @param options How it is started.
 * @returns The running process.
 */
export function startExecutable(
  { path, cache }: Executable,
  args: readonly string[],
  options: CliOptions = {},
): ProgramProcess {
  const env = { SMARTBIKE_CACHE: cache, ...options.env };
  return new ProgramProcess([path, ...args], { ...options, env });
}

/**
 * Where executables are kept. One does not run from a cache that another user
 * can change: root does not keep them in a clone of somebody else.
 */
async function homeOfBuilds(): Promise<string> {
  const { uid } = await Deno.stat(ROOT);
  return uid === Deno.uid()
    ? `${ROOT.pathname}build/test`
    : `${Deno.env.get("HOME")}/.cache/smartbike-tests`;
}

/** A hash over all files that an executable is made of, and how. */
async function hashOfTree(): Promise<string> {
  const endings = [".ts", ...OTHER_ENDINGS];
  const files = await Promise.all(endings.map((end) => readSourceFiles(end)));
  const hash = createHash("sha256");
  for (const { path, text } of files.flat()) {
    if (!path.startsWith("tests/")) hash.update(`${path}\0${text}\0`);
  }
  return hash.digest("hex").slice(0, 16);
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
