/**
 * Commands with all that their files hold.
 *
 * @module
 */
import type { CommandDefinition, CommandEntry } from "./command.ts";

/** Loads the file of a command. */
export async function loadCommand(
  entry: CommandEntry,
): Promise<CommandDefinition> {
  return { ...entry, ...await entry.load() };
}

/**
 * Loads the files of commands.
 *
 * @returns The whole commands, in the same order.
 */
export function loadCommands(
  entries: readonly CommandEntry[],
): Promise<readonly CommandDefinition[]> {
  return Promise.all(entries.map(loadCommand));
}
