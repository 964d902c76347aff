/**
 * A self-extracting executable with an empty cache, for tests.
 *
 * @module
 */
import assert from "node:assert/strict";
import { ProgramProcess } from "../support/cli.ts";
import {
  builtExecutable,
  type Executable,
  OWN_MACHINE,
  startExecutable,
} from "../support/executable.ts";

export const FRAME = ["decode", "2a37", "0048"] as const;
export const VALUE = '{"contactSupported":false,"heartRateBpm":72}\n';

/** The executable with an empty cache in a folder that goes away. */
export async function setUp() {
  const folder = await Deno.makeTempDir({ prefix: "smartbike-portable-" });
  const { path, cache } = await builtExecutable(OWN_MACHINE);
  return {
    folder,
    /** As it is, unpacked already. */
    warm: { path, cache },
    /** As it is right after it was copied. */
    cold: { path, cache: `${folder}/cache` },
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

export async function run(
  executable: Executable,
  args: readonly string[] = FRAME,
  env: Readonly<Record<string, string>> = {},
) {
  await using program = startExecutable(executable, args, { env });
  return await program.result;
}

export async function shell(script: string): Promise<void> {
  await using process = new ProgramProcess(["sh", "-c", script], {});
  assert.equal((await process.result).code, 0);
}

/** Gives an executable the files of another one's cache, with an empty folder for what Deno keeps. */
export async function copyCache(
  from: Executable,
  to: Executable,
): Promise<void> {
  assert.equal((await run(from)).code, 0);
  await shell(
    `umask 077; mkdir -p '${to.cache}/deno' && cd '${from.cache}' &&
    cp -al deno-* program-* '${to.cache}' && chmod 755 '${to.cache}'/*`,
  );
}

export async function exists(path: string): Promise<boolean> {
  const found = await Array.fromAsync(Deno.readDir(path.replace(/[^/]+$/, "")));
  return found.some(({ name }) => path.endsWith(`/${name}`));
}

/** The names in a cache, without their hashes. */
export async function namesIn(cache: string): Promise<readonly string[]> {
  const entries = await Array.fromAsync(Deno.readDir(cache));
  return entries.map(({ name }) => name.replace(/-[0-9a-f]{16}$/, "")).sort();
}

export const WHOLE_CACHE = ["deno", "deno", "program"];
