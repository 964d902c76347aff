/**
 * The form that `deno compile` makes.
 *
 * @module
 */
import { BuildError } from "./build_error.ts";
import type { BuildTarget } from "./build_target.ts";
import { permissionFlags } from "./permissions.ts";
import { run } from "./process.ts";

/** What Deno says when it cannot get the binary that executables begin with. */
const NO_RUNTIME = /denort|dl\.deno\.land/;

/**
 * Lets Deno make an executable.
 *
 * @param target The machine.
 * @param program Path of the program, as one JavaScript file.
 * @param out Path of the executable.
 * @returns Why Deno's runtime for executables cannot be had; undefined if the executable is there.
 * @throws {BuildError} If it fails for any other reason.
 */
export async function compileProgram(
  target: BuildTarget,
  program: string,
  out: string,
): Promise<string | undefined> {
  const flags = ["--quiet", "--no-check", "--no-config", "--no-lock"];
  const { code, error } = await run([
    ...[Deno.execPath(), "compile", ...flags, "--no-npm", "--no-remote"],
    ...[...permissionFlags(target), "--target", target.triple],
    ...["--output", out, program],
  ]);
  if (code === 0) return undefined;
  if (NO_RUNTIME.test(error)) {
    return `deno compile cannot get its runtime (${describeCause(error)})`;
  }
  throw new BuildError(`Cannot compile the program: ${error.trim()}`);
}

/** The line of Deno's report that says what it did not get, and why. */
function describeCause(report: string): string {
  const causes = [...report.matchAll(/^ +\d+: (.*)$/gm)]
    .map(([, cause = ""]) => cause);
  return causes.find((cause) => NO_RUNTIME.test(cause)) ??
    report.trim().split("\n")[0] ?? "";
}
