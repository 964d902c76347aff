/**
 * Deno's own binary, as it is published.
 *
 * @module
 */
import { gunzipSync, gzipSync } from "node:zlib";
import { BuildError } from "./build_error.ts";
import { type BuildTarget, DENO_VERSION } from "./build_target.ts";
import { run } from "./process.ts";
import { sha256 } from "./sha256.ts";

/**
 * Gets Deno for a machine: the running one where it is that, else from npm.
 * Whatever it comes from, its hash is compared. Packing takes seconds, so the
 * result is kept.
 *
 * @param target The machine.
 * @param folder Where packed binaries are kept.
 * @returns The binary, in gzip's format.
 * @throws {BuildError} If it cannot be had, or is not the one that was pinned.
 */
export async function obtainRuntime(
  target: BuildTarget,
  folder: string,
): Promise<Uint8Array> {
  const kept = `${folder}/deno-${DENO_VERSION}-${target.machine}.gz`;
  const before = await readKept(kept, target);
  if (before) return before;
  const binary = await readOwn(target) ?? await readPublished(target);
  const packed = gzipSync(binary, { level: 9 });
  await Deno.mkdir(folder, { recursive: true });
  const part = await Deno.makeTempFile({ dir: folder });
  await Deno.writeFile(part, packed);
  await Deno.rename(part, kept);
  return packed;
}

/** A binary that was packed before; nothing where it is missing or damaged. */
async function readKept(
  path: string,
  target: BuildTarget,
): Promise<Uint8Array | undefined> {
  try {
    const packed = await Deno.readFile(path);
    return isPinned(gunzipSync(packed), target) ? packed : undefined;
  } catch {
    return undefined;
  }
}

/** The running Deno, where it is the pinned one. */
async function readOwn(target: BuildTarget): Promise<Uint8Array | undefined> {
  const binary = await Deno.readFile(Deno.execPath());
  return isPinned(binary, target) ? binary : undefined;
}

/** Lets Deno install the package, with a lock file that holds its integrity. */
async function readPublished(target: BuildTarget): Promise<Uint8Array> {
  const { npmPackage, npmArch, npmIntegrity } = target;
  const folder = await Deno.makeTempDir({ prefix: "smartbike-runtime-" });
  try {
    const specifier = `npm:${npmPackage}@${DENO_VERSION}`;
    await writeJson(`${folder}/deno.json`, {
      imports: { [npmPackage]: specifier },
    });
    await writeJson(`${folder}/deno.lock`, {
      version: "5",
      specifiers: { [specifier]: DENO_VERSION },
      npm: {
        [`${npmPackage}@${DENO_VERSION}`]: {
          integrity: npmIntegrity,
          os: ["linux"],
          cpu: [npmArch],
        },
      },
      workspace: { dependencies: [specifier] },
    });
    const flags = ["--quiet", "--frozen", "--node-modules-dir=auto"];
    const { code, error } = await run(
      [
        ...[Deno.execPath(), "install", ...flags],
        ...["--os=linux", `--arch=${npmArch}`],
      ],
      { cwd: folder },
    );
    if (code !== 0) {
      throw new BuildError(
        `Cannot get Deno ${DENO_VERSION} for "${target.triple}" from npm: ${error.trim()}`,
      );
    }
    const binary = await Deno.readFile(
      `${folder}/node_modules/${npmPackage}/deno`,
    );
    if (isPinned(binary, target)) return binary;
    throw new BuildError(
      `Cannot use Deno ${DENO_VERSION} for "${target.triple}" from npm: its hash is ${
        sha256(binary)
      }, expected ${target.runtimeSha256}`,
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function isPinned(binary: Uint8Array, target: BuildTarget): boolean {
  return sha256(binary) === target.runtimeSha256;
}

async function writeJson(path: string, value: unknown): Promise<void> {
  await Deno.writeTextFile(path, JSON.stringify(value));
}
