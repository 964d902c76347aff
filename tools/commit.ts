/**
 * Which commit an executable is built from.
 *
 * @module
 */
import { run } from "./process.ts";

/**
 * Names the commit of a folder.
 *
 * @param root The repository's folder.
 * @param paths What is built; changes elsewhere do not count.
 * @returns Twelve digits, with `-dirty` behind them where files differ from the commit; empty without a repository or git.
 */
export async function findCommit(
  root: string,
  paths: readonly string[],
): Promise<string> {
  const git = (...args: readonly string[]) =>
    run(["git", "-C", root, "-c", `safe.directory=${root}`, ...args]);
  try {
    const head = await git("rev-parse", "--short=12", "HEAD");
    if (head.code !== 0) return "";
    const status = await git("status", "--porcelain", "--", ...paths);
    return head.out.trim() + (status.out.trim() === "" ? "" : "-dirty");
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}
