/**
 * Writing text to a stream of the process.
 *
 * @module
 */

const encoder = new TextEncoder();

/** A stream that takes bytes. */
interface ByteSink {
  /**
   * Writes bytes.
   *
   * @param bytes The bytes.
   * @returns How many it took.
   */
  writeSync(bytes: Uint8Array): number;
}

/**
 * Writes a text as a whole.
 *
 * @returns False when its reader is gone.
 */
export function writeText(sink: ByteSink, text: string): boolean {
  let bytes = encoder.encode(text);
  try {
    while (bytes.length > 0) bytes = bytes.subarray(sink.writeSync(bytes));
    return true;
  } catch (error) {
    const isClosed = error instanceof Deno.errors.BrokenPipe ||
      error instanceof Error && "code" in error && error.code === "EIO";
    if (isClosed) return false;
    throw error;
  }
}
