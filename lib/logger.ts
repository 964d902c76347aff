/**
 * The log. Library code asks for a logger; only the program decides where the
 * records go, so an application that uses the library hears nothing unless it
 * configures LogTape itself.
 *
 * @module
 */
import {
  configure,
  getLogger as getLogTapeLogger,
  type Logger,
  type LogLevel,
  type LogRecord,
  reset,
} from "@logtape/logtape";

export type { Logger, LogLevel };

/** Names of the levels that a person may choose, from the lowest. */
export const LOG_LEVELS = [
  "debug",
  "info",
  "warning",
  "error",
  "fatal",
] as const satisfies readonly LogLevel[];

/** How records are written: for people, as JSON, or for people on a terminal only. */
export const LOG_FORMATS = ["auto", "text", "json"] as const;

/** How records are written. */
export type LogFormat = (typeof LOG_FORMATS)[number];

/**
 * The logger of one part of the program.
 *
 * @param part Name of the part, for example `mqtt`.
 * @returns A logger of category `smartbike`, `part`.
 */
export function getLogger(part: string): Logger {
  return getLogTapeLogger(["smartbike", part]);
}

/** Where the program's log goes. */
export interface LogOptions {
  /**
   * Records below this level are dropped.
   *
   * @default {"warning"}
   */
  readonly level?: LogLevel;
  /** Writes one line; it ends with a line feed. */
  readonly write: (line: string) => void;
}

/**
 * Sends the log to a writer, one line a record. Call it once, at the start.
 *
 * @param options The lowest level, and where lines go.
 * @returns Ends the log when disposed.
 */
export async function startLog(options: LogOptions): Promise<AsyncDisposable> {
  const { level = "warning", write } = options;
  await configure({
    reset: true,
    sinks: { lines: (record) => write(formatRecord(record)) },
    loggers: [
      { category: "smartbike", lowestLevel: level, sinks: ["lines"] },
      { category: ["logtape", "meta"], lowestLevel: "error", sinks: ["lines"] },
    ],
  });
  return { [Symbol.asyncDispose]: () => reset() };
}

function formatRecord(record: LogRecord): string {
  const text = record.message.map((part) =>
    part instanceof Error ? `${part.name}: ${part.message}` : String(part)
  ).join("");
  return `${record.level} ${record.category.slice(1).join(".")}: ${text}\n`;
}
