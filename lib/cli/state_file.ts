/**
 * Files that the program keeps for itself: short, of one user, whole or absent.
 *
 * @module
 */
import { dirname } from "node:path";

/**
 * Reads a file that may hold anything.
 *
 * @param maxBytes The most that it may hold.
 * @throws {RangeError} If it holds more, or is no file.
 */
export async function readShortFile(
  path: string,
  maxBytes: number,
): Promise<string> {
  return new TextDecoder().decode(await readShortBytes(path, maxBytes));
}

/**
 * Reads the bytes of a file that may hold anything.
 *
 * @param maxBytes The most that it may hold.
 * @returns Its bytes.
 * @throws {RangeError} If it holds more, or is no file.
 */
export async function readShortBytes(
  path: string,
  maxBytes: number,
): Promise<Uint8Array> {
  // A pipe would let nobody open it.
  if (!(await Deno.stat(path)).isFile) throw new RangeError("it is no file");
  using file = await Deno.open(path);
  const { size } = await file.stat();
  if (size > maxBytes) {
    throw new RangeError(`it is longer than ${maxBytes} bytes`);
  }
  // A file may grow while it is read.
  const bytes = new Uint8Array(Math.min(maxBytes, Math.max(size, 4096)) + 1);
  let length = 0;
  while (length < bytes.length) {
    const count = await file.read(bytes.subarray(length));
    if (count === null) break;
    length += count;
  }
  if (length > maxBytes) {
    throw new RangeError(`it is longer than ${maxBytes} bytes`);
  }
  return bytes.subarray(0, length);
}

/**
 * Puts a text in the place of a file, whole or not at all, which its owner
 * alone can read, and makes the folders it needs.
 *
 * @param text What it shall hold.
 */
export async function replaceFile(path: string, text: string): Promise<void> {
  const dir = dirname(path);
  await Deno.mkdir(dir, { recursive: true, mode: 0o700 });
  const part = await Deno.makeTempFile({ dir, prefix: ".new-" });
  try {
    {
      using file = await Deno.open(part, { write: true });
      const bytes = new TextEncoder().encode(text);
      for (let at = 0; at < bytes.length;) {
        at += await file.write(bytes.subarray(at));
      }
      await file.sync();
    }
    await Deno.rename(part, path);
  } catch (error) {
    await Deno.remove(part);
    throw error;
  }
}
