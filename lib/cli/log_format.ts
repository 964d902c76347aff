/**
 * How log records are written.
 *
 * @module
 */
import type { LogFormat } from "#lib/base/logger.ts";
import type { CliIo } from "./io.ts";

/**
 * Decides how records are written: as text on a terminal, else as JSON for a
 * journal.
 *
 * @param format What was asked for.
 * @param io Knows whether stderr is a terminal.
 * @returns The format.
 */
export function logFormatFor(
  format: LogFormat | undefined,
  io: CliIo,
): Exclude<LogFormat, "auto"> {
  if (format !== undefined && format !== "auto") return format;
  return io.isTerminal ? "text" : "json";
}
