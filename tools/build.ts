/**
 * One executable: in the form that was asked for, or in the best that can be had.
 *
 * @module
 */
import { describeVersion } from "#lib/cli/build_info.ts";
import config from "../deno.json" with { type: "json" };
import { BuildError } from "./build_error.ts";
import type { BuildForm } from "./build_form.ts";
import type { BuildTarget } from "./build_target.ts";
import { findCommit } from "./commit.ts";
import { compileProgram } from "./compiled_form.ts";
import { assemblePortable } from "./portable_form.ts";
import { obtainRuntime } from "./runtime.ts";
import { ENTRY, PRODUCT_PATHS, Stage } from "./stage.ts";
import type { ArchivedFile } from "./tar.ts";
import { verifyExecutable } from "./verify.ts";

/** What is built. */
export interface BuildRequest {
  /** The repository's folder. */
  readonly root: string;
  /** The machine it is for. */
  readonly target: BuildTarget;
  /** Path of the executable. */
  readonly out: string;
  /** The form it must have; by default the best that can be had. */
  readonly form?: BuildForm;
  /** Prints what is done and why, one line at a time. */
  readonly say: (line: string) => void;
}

/** Why a Pi gets a self-extracting file unless the other is asked for. */
const PORTABLE_ON_A_PI =
  "it is the recommended one for a Raspberry Pi: what deno compile makes may crash on the 16 KiB pages of a Pi 5 (denoland/deno#36282)";

/**
 * Builds an executable and runs it.
 *
 * @param request What is built.
 * @returns The form it has.
 * @throws {BuildError} If it cannot be built, or does not run.
 */
export async function buildExecutable(
  request: BuildRequest,
): Promise<BuildForm> {
  const { root, target, out, say } = request;
  say(`building ${out} for ${target.triple}, which takes a minute`);
  const commit = await findCommit(root, PRODUCT_PATHS);
  await using stage = await Stage.make(root);
  const dir = out.replace(/[^/]*$/, "./");
  await Deno.mkdir(dir, { recursive: true });
  const folder = await Deno.makeTempDir({ dir, prefix: ".smartbike-build-" });
  try {
    const part = `${folder}/smartbike`;
    const form = await buildForm({ request, stage, commit, part });
    await Deno.rename(part, out);
    return form;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** What a build works with. */
interface Build {
  readonly request: BuildRequest;
  readonly stage: Stage;
  readonly commit: string;
  /** Where the executable is made; it takes the other's place when it runs. */
  readonly part: string;
}

/** Builds the form that was asked for, or the best that can be had. */
async function buildForm(build: Build): Promise<BuildForm> {
  const { target, out, form, say } = build.request;
  if (form !== "portable" && (form || target.machine !== "aarch64")) {
    const obstacle = await buildCompiled(build);
    if (obstacle === undefined) {
      say("form: compiled");
      return "compiled";
    }
    if (form === "compiled") {
      throw new BuildError(
        `Cannot build "${out}" in the form compiled: ${obstacle}`,
      );
    }
    say(`form: portable, as ${obstacle}`);
  } else {
    say(`form: portable, as ${form ? "--form says so" : PORTABLE_ON_A_PI}`);
  }
  await buildPortable(build);
  return "portable";
}

/** Reports why it could not be done. */
async function buildCompiled(build: Build): Promise<string | undefined> {
  const { request: { target }, stage, commit, part } = build;
  const program = await stage.bundle({ form: "compiled", commit });
  const obstacle = await compileProgram(target, `${program}/${ENTRY}`, part);
  if (obstacle !== undefined) return obstacle;
  const failure = await verify(build, "compiled");
  if (failure === undefined) return undefined;
  await Deno.remove(part);
  return `what deno compile made does not run: ${failure}`;
}

async function buildPortable(build: Build): Promise<void> {
  const { request: { root, target, out }, stage, commit, part } = build;
  const info = { form: "portable", commit };
  const program = await readFiles(await stage.bundle(info));
  const bytes = await assemblePortable({
    target,
    version: describeVersion(config.version, info),
    runtime: await obtainRuntime(target, `${root}/build/runtime`),
    program,
  });
  await Deno.writeFile(part, bytes, { mode: 0o755 });
  await Deno.chmod(part, 0o755);
  const failure = await verify(build, "portable");
  if (failure === undefined) return;
  throw new BuildError(`Cannot build "${out}": ${failure}`);
}

/** All files of a folder, by name. */
async function readFiles(folder: string): Promise<readonly ArchivedFile[]> {
  const entries = await Array.fromAsync(Deno.readDir(folder));
  return await Promise.all(
    entries.map(({ name }) => name).sort().map(async (name) => ({
      name,
      bytes: await Deno.readFile(`${folder}/${name}`),
    })),
  );
}

/** Reports why an executable does not run, and says what is known of one that does. */
async function verify(
  { request: { target, say }, commit, part }: Build,
  form: BuildForm,
): Promise<string | undefined> {
  const version = describeVersion(config.version, { form, commit });
  const verdict = await verifyExecutable({
    path: part,
    target,
    form,
    expected: `smartbike ${version}`,
  });
  if (verdict.outcome === "fails") return verdict.why;
  say(
    verdict.outcome === "runs"
      ? `runs${verdict.how}: smartbike ${version}`
      : `not verified: ${verdict.why}`,
  );
  return undefined;
}
