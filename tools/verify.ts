/**
 * Whether an executable runs.
 *
 * @module
 */
import type { BuildForm } from "./build_form.ts";
import type { BuildTarget } from "./build_target.ts";
import { run } from "./process.ts";

/** Longest wait for an executable, in milliseconds; an emulated one takes its time. */
const TIMEOUT_MS = 180_000;

/** Runs programs of a 64-bit Pi on another machine, with that Pi's C library. */
const EMULATOR = "qemu-aarch64-static";
const EMULATOR_LIBRARIES = "/usr/aarch64-linux-gnu";

/** The CPU of a Raspberry Pi 4; one that signs return addresses, the emulator's default, makes it six times slower. */
const EMULATED_CPU = "cortex-a72";

/** What came of running an executable: it runs, it does not, or this machine cannot know. */
type Verdict =
  | { readonly outcome: "runs"; readonly how: string }
  | { readonly outcome: "fails"; readonly why: string }
  | { readonly outcome: "unknown"; readonly why: string };

/** What is verified. */
interface Candidate {
  /** Path of the executable. */
  readonly path: string;
  /** The machine it is for. */
  readonly target: BuildTarget;
  /** Its form. */
  readonly form: BuildForm;
  /** What it must print for `--version`. */
  readonly expected: string;
}

/**
 * Runs an executable with `--version`, under an emulator where it is for
 * another machine, and compares what it prints.
 *
 * @param candidate The executable.
 * @returns What came of it.
 */
export async function verifyExecutable(candidate: Candidate): Promise<Verdict> {
  const { path, target, form, expected } = candidate;
  const emulator = await findEmulator(target);
  if (!emulator) {
    return {
      outcome: "unknown",
      why: `this machine can run nothing for ${target.machine}`,
    };
  }
  // A self-extracting file is a script; only what it unpacks needs an emulator.
  const command = form === "portable" ? [path] : [...emulator, path];
  const cache = await Deno.makeTempDir({ prefix: "smartbike-verify-" });
  try {
    const { code, out, error } = await run([...command, "--version"], {
      signal: AbortSignal.timeout(TIMEOUT_MS),
      env: {
        SMARTBIKE_CACHE: cache,
        SMARTBIKE_EMULATOR: emulator.join(" "),
      },
    });
    if (code === 0 && out.trim() === expected) {
      const [name = ""] = emulator;
      return { outcome: "runs", how: name && ` under ${name}` };
    }
    const [first = ""] = `${out}${error}`.trim().split("\n");
    return {
      outcome: "fails",
      why: `it answers --version with ${
        JSON.stringify(first)
      } and ends with ${code}, expected ${JSON.stringify(expected)}`,
    };
  } finally {
    await Deno.remove(cache, { recursive: true });
  }
}

/** What stands before a command of a machine: nothing on that machine itself; undefined where it cannot run. */
async function findEmulator(
  { machine }: BuildTarget,
): Promise<readonly string[] | undefined> {
  const { os, arch } = Deno.build;
  if (os === "linux" && arch === machine) return [];
  if (machine !== "aarch64") return undefined;
  try {
    await run([EMULATOR, "--version"]);
    await Deno.stat(`${EMULATOR_LIBRARIES}/lib`);
    return [EMULATOR, "-cpu", EMULATED_CPU, "-L", EMULATOR_LIBRARIES];
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
