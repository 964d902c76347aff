/**
 * How log records are written.
 *
 * @module
 */
import type { LogEntry, LogFormat, LogLevel } from "#lib/base/logger.ts";
import { wrap } from "#lib/base/wrap.ts";
import type { CliIo } from "./io.ts";
import { printable } from "./output.ts";

/** How text looks in the place that takes it. */
interface LogStyle {
  /** Whether it has the time of day, which a terminal does not add. */
  readonly hasTime: boolean;
  /** Whether the level has a colour. */
  readonly hasColors: boolean;
  /** Columns that it is wrapped to; undefined for lines of any length. */
  readonly columns: number | undefined;
}

/** Colours of levels, as SGR parameters of ECMA-48. */
const COLORS: ReadonlyMap<LogLevel, string> = new Map([
  ["debug", "2"],
  ["info", "36"],
  ["warning", "33"],
  ["error", "31"],
  ["fatal", "1;31"],
]);

/** The fewest columns that a message is wrapped to. */
const MIN_COLUMNS = 20;

/**
 * Decides how records are written: as text on a terminal, else as JSON for a
 * journal.
 *
 * @param format What was asked for.
 * @param io Knows whether stderr is a terminal.
 */
export function logFormatFor(
  format: LogFormat | undefined,
  io: CliIo,
): Exclude<LogFormat, "auto"> {
  if (format !== undefined && format !== "auto") return format;
  return io.isTerminal ? "text" : "json";
}

/**
 * Decides what text looks like: with time and colours on a terminal, without
 * colours where NO_COLOR is set (https://no-color.org).
 *
 * @param io Knows standard error and the environment.
 */
export function logStyleOf(io: CliIo): LogStyle {
  const { isTerminal, errorColumns: columns } = io;
  const isPlain = Boolean(io.env("NO_COLOR")) || io.env("TERM") === "dumb";
  return { hasTime: isTerminal, hasColors: isTerminal && !isPlain, columns };
}

/**
 * Makes the text of a record.
 *
 * @example Usage
 * ```ts
 * import { formatLogEntry } from "#lib/cli/log_format.ts";
 * import assert from "node:assert/strict";
 *
 * const entry = { timeMs: 0, level: "info", part: "mqtt", message: "Hello" } as const;
 * const style = { hasTime: false, hasColors: false, columns: undefined };
 * assert.equal(formatLogEntry(entry, style), "info mqtt: Hello");
 * ```
 *
 * @returns One line, or several where columns are given; without the last line feed.
 */
export function formatLogEntry(
  { timeMs, level, part, message }: LogEntry,
  { hasTime, hasColors, columns }: LogStyle,
): string {
  const time = hasTime ? `${timeOfDay(timeMs)} ` : "";
  // Levels of one width let messages begin in one column.
  const name = hasTime ? level.padEnd("warning".length) : level;
  const text = printable(`${part}: ${message}`);
  const indent = time.length + name.length + 1;
  const width = Math.max(MIN_COLUMNS, (columns ?? Infinity) - indent);
  const color = hasColors ? COLORS.get(level) : undefined;
  const shown = color ? `\x1b[${color}m${name}\x1b[0m` : name;
  return `${time}${shown} ${
    wrap(text, { columns: width }).join(`\n${" ".repeat(indent)}`)
  }`;
}

function timeOfDay(timeMs: number): string {
  const date = new Date(timeMs);
  return [date.getHours(), date.getMinutes(), date.getSeconds()]
    .map((part) => String(part).padStart(2, "0")).join(":");
}
