/**
 * Files that a person hands to a command: workouts, routes, rides.
 *
 * @module
 */
import { FileError } from "#lib/base/store_errors.ts";
import type { CliIo } from "../io.ts";
import { whyUnusable } from "#lib/app/named_files.ts";

/**
 * Reads a file that a person hands over.
 *
 * @param maxBytes The most that it may hold.
 * @returns Its bytes.
 * @throws {FileError} If it cannot be read, or is too long.
 */
export async function readHandedFile(
  io: CliIo,
  path: string,
  maxBytes: number,
): Promise<Uint8Array> {
  try {
    return await io.readShortBytes(path, maxBytes);
  } catch (cause) {
    const size = `at most ${Math.floor(maxBytes / 1_048_576)} MiB`;
    const wanted = cause instanceof RangeError
      ? `, expected a file of ${size}`
      : "";
    throw new FileError(
      `Cannot read "${path}": ${whyUnusable(cause)}${wanted}`,
      path,
      undefined,
      { cause },
    );
  }
}

/**
 * The name of a file without its folders.
 *
 * @returns The part behind the last slash.
 */
export function fileName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
