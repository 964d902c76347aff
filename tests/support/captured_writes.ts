/**
 * What a program wrote to its devices, by the capture that it makes
 * (`--capture FILE`).
 *
 * @module
 */
import { within } from "./within.ts";

/**
 * Reads what was written to characteristics that begin so.
 *
 * @param capture The capture.
 * @param start Start of their UUIDs.
 * @returns Frames in hex, oldest first.
 */
export async function capturedWrites(
  capture: string,
  start: string,
): Promise<readonly string[]> {
  // Its last line may still be on its way.
  const lines = (await Deno.readTextFile(capture)).split("\n").slice(0, -1);
  return lines.flatMap((line) => {
    const { dir, char, hex }: { dir?: string; char?: string; hex?: string } =
      JSON.parse(line);
    return dir === "write" && char?.startsWith(start) ? [hex ?? ""] : [];
  });
}

/**
 * Waits until something was written.
 *
 * @param capture The capture.
 * @param start Start of the characteristics' UUIDs.
 * @param frame What the frame is like.
 */
export async function captured(
  capture: string,
  start: string,
  frame: RegExp,
): Promise<void> {
  using watcher = Deno.watchFs(capture);
  const isThere = async () =>
    (await capturedWrites(capture, start)).some((hex) => frame.test(hex));
  const wait = async () => {
    if (await isThere()) return;
    for await (const _event of watcher) if (await isThere()) return;
  };
  await within(`${frame}`, wait());
}
