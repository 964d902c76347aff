/**
 * The folder that the program keeps things in.
 *
 * @module
 */
import type { CliIo } from "./io.ts";

/** The folder, in the words of help and errors. */
export const STATE_FOLDER =
  "STATE_DIRECTORY, else XDG_STATE_HOME/smartbike, else ~/.local/state/smartbike";

/**
 * The folder that the program keeps things in.
 *
 * @param io The environment.
 * @returns Its path; undefined where the environment names none.
 */
export function stateFolder(io: CliIo): string | undefined {
  // systemd gives all state folders of a unit, with colons between them.
  const [own] = io.env("STATE_DIRECTORY")?.split(":") ?? [];
  if (own?.startsWith("/")) return own;
  const base = io.env("XDG_STATE_HOME");
  if (base?.startsWith("/")) return `${base}/smartbike`;
  const home = io.env("HOME");
  return home ? `${home}/.local/state/smartbike` : undefined;
}
