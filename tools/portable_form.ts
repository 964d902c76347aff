/**
 * The self-extracting form: a script, and behind it Deno and the program.
 *
 * @module
 */
import { gunzipSync, gzipSync } from "node:zlib";
import { BuildError } from "./build_error.ts";
import { type BuildTarget, DENO_VERSION } from "./build_target.ts";
import { permissionFlags } from "./permissions.ts";
import { sha256 } from "./sha256.ts";
import { archive, type ArchivedFile } from "./tar.ts";

/** Where the script ends and the packed files begin, in bytes. */
const SCRIPT_SIZE = 16_384;

/** How many digits of a hash name a folder of the cache. */
const ID_DIGITS = 16;

const encoder = new TextEncoder();

/** What a self-extracting file is made of. */
export interface PortableParts {
  /** The machine it is for. */
  readonly target: BuildTarget;
  /** The program's version, for people who look into the file. */
  readonly version: string;
  /** Deno, in gzip's format. */
  readonly runtime: Uint8Array;
  /** The program's files; their order counts. */
  readonly program: readonly ArchivedFile[];
}

/**
 * Puts a self-extracting file together. The same parts give the same bytes.
 *
 * @param parts What it is made of.
 * @returns The file's bytes.
 * @throws {BuildError} If its script has grown too long.
 */
export async function assemblePortable(
  parts: PortableParts,
): Promise<Uint8Array> {
  const { target, version, runtime, program } = parts;
  const packedProgram = gzipSync(archive(program), { level: 9 });
  const payload = concat([runtime, packedProgram]);
  const programSha256 = sha256(concat(program.map(({ bytes }) => bytes)));
  const values: Readonly<Record<string, string | number>> = {
    VERSION: version,
    TRIPLE: target.triple,
    DENO: DENO_VERSION,
    MACHINE: target.machine,
    LOADER: target.loader,
    PERMISSIONS: permissionFlags(target).join(" "),
    RUNTIME_ID: target.runtimeSha256.slice(0, ID_DIGITS),
    RUNTIME_SHA256: target.runtimeSha256,
    RUNTIME_MB: Math.round(gunzipSync(runtime).length / 1e6),
    RUNTIME_START: SCRIPT_SIZE,
    RUNTIME_PACKED: runtime.length,
    PROGRAM_ID: programSha256.slice(0, ID_DIGITS),
    PROGRAM_SHA256: programSha256,
    PROGRAM_FILES: program.map(({ name }) => name).join(" "),
    PROGRAM_START: SCRIPT_SIZE + runtime.length,
    PROGRAM_PACKED: packedProgram.length,
    PAYLOAD_SHA256: sha256(payload),
  };
  const stub = await Deno.readTextFile(
    new URL("portable_stub.sh", import.meta.url),
  );
  const script = encoder.encode(
    stub.replace(/@([A-Z\d_]+)@/g, (_, name: string) => `${values[name]}`),
  );
  if (script.length > SCRIPT_SIZE) {
    throw new BuildError(
      `Cannot put "portable_stub.sh" in front: it takes ${script.length} bytes, at most ${SCRIPT_SIZE} fit`,
    );
  }
  const padding = encoder.encode("\n".repeat(SCRIPT_SIZE - script.length));
  return concat([script, padding, payload]);
}

function concat(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(
    pieces.reduce((sum, { length }) => sum + length, 0),
  );
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
