/**
 * Who is at fault where a frame is decoded or encoded on the command line.
 *
 * @module
 */
import { PayloadError, UsageError } from "#lib/base/errors.ts";

/**
 * Runs a codec on arguments. A value that cannot be used came from the command
 * line, so it is reported as one; a bad frame stays what it is.
 *
 * @param action What is done, for the error, for example `decode "2ad2"`.
 * @param names The arguments by the names that codecs give them.
 * @returns What the codec gives.
 * @throws {UsageError} If an argument cannot be used.
 * @throws {FrameError} If the frame is short, corrupt or impossible.
 */
export function withArguments<T>(
  action: string,
  names: Readonly<Record<string, string>>,
  run: () => T,
): T {
  try {
    return run();
  } catch (cause) {
    if (cause instanceof PayloadError) {
      const { path, received, expected } = cause;
      const argument = names[path] ?? path;
      throw new UsageError(
        `Cannot ${action}: got ${received}${
          argument && ` for ${argument}`
        }, expected ${expected}`,
        argument,
        { cause },
      );
    }
    throw cause;
  }
}
