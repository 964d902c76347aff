/**
 * The log. Library code asks for a logger; only the program decides where the
 * records go, so an application that uses the library hears nothing unless it
 * configures LogTape itself.
 *
 * @module
 */
import { SmartbikeError } from "./errors.ts";
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

/** What is written, and how. */
export interface LogSettings {
  /**
   * Records below this level are dropped.
   *
   * @default {"warning"}
   */
  readonly level?: LogLevel;
  /**
   * Lines for people, or one JSON object a line.
   *
   * @default {"text"}
   */
  readonly format?: Exclude<LogFormat, "auto">;
}

/** A record of the log, for people. */
export interface LogEntry {
  /** When it was written, in milliseconds since 1970-01-01 UTC. */
  readonly timeMs: number;
  readonly level: LogLevel;
  /** The part of the program that wrote it, for example `mqtt`. */
  readonly part: string;
  readonly message: string;
}

/** Where the program's log goes. */
export interface LogOptions extends LogSettings {
  /** Writes one line; it ends with a line feed. */
  readonly write: (line: string) => void;
  /**
   * Makes the text of a record, without its last line feed.
   *
   * @default level, part and message
   */
  readonly formatText?: ((entry: LogEntry) => string) | undefined;
  /** Takes each line once more, without its line feed. */
  readonly exportLine?: ((level: LogLevel, line: string) => void) | undefined;
}

/** The program's log. It ends when disposed. */
export interface Log extends AsyncDisposable {
  /**
   * Changes what is written from now on.
   *
   * @param settings What is left out stays as it was.
   */
  set(settings: LogSettings): Promise<void>;
  /**
   * Keeps a secret out of every line from now on, whoever writes it.
   *
   * @param secret The secret; one of less than 4 characters is not looked for.
   */
  conceal(secret: string): void;
}

/** The shortest secret that is looked for; shorter ones stand in any line by chance. */
const MIN_SECRET_LENGTH = 4;

/**
 * Sends the log to a writer, one line a record. Call it once, at the start.
 *
 * @param options What is written, and where lines go.
 */
export async function startLog(options: LogOptions): Promise<Log> {
  const { write, exportLine, formatText = formatPlainText } = options;
  const secrets = new Set<string>();
  let settings: LogSettings = options;
  const hide = (text: string) => {
    for (const secret of secrets) text = text.replaceAll(secret, "***");
    return text;
  };
  const writeRecord = (record: LogRecord) => {
    // Secrets are hidden before a line is wrapped, which might cut them in two.
    const toText = (format: (entry: LogEntry) => string) =>
      settings.format === "json"
        ? hide(formatJson(record))
        : format(toEntry(record, hide(messageOf(record))));
    write(`${toText(formatText)}\n`);
    exportLine?.(record.level, toText(formatPlainText));
  };
  const apply = () =>
    configure({
      reset: true,
      sinks: { lines: writeRecord },
      loggers: [
        {
          category: "smartbike",
          lowestLevel: settings.level ?? "warning",
          sinks: ["lines"],
        },
        {
          category: ["logtape", "meta"],
          lowestLevel: "error",
          sinks: ["lines"],
        },
      ],
    });
  await apply();
  return {
    async set(changed) {
      settings = { ...settings, ...changed };
      await apply();
    },
    conceal(secret) {
      if (secret.length < MIN_SECRET_LENGTH) return;
      secrets.add(secret);
      // As it stands inside a JSON text.
      secrets.add(JSON.stringify(secret).slice(1, -1));
    },
    [Symbol.asyncDispose]: () => reset(),
  };
}

function toEntry(record: LogRecord, message: string): LogEntry {
  const { timestamp: timeMs, level } = record;
  return { timeMs, level, part: partOf(record), message };
}

function formatPlainText({ level, part, message }: LogEntry): string {
  return `${level} ${part}: ${message}`;
}

function formatJson(record: LogRecord): string {
  return JSON.stringify({
    time: new Date(record.timestamp).toISOString(),
    level: record.level,
    part: partOf(record),
    message: messageOf(record),
    properties: record.properties,
  }, replaceUnwritable);
}

function partOf({ category }: LogRecord): string {
  return category.slice(1).join(".");
}

function messageOf({ message }: LogRecord): string {
  return message.map((part) => {
    if (part instanceof SmartbikeError) return withoutNumber(part);
    if (part instanceof Error) return `${part.name}: ${withoutNumber(part)}`;
    return Array.isArray(part) ? part.join(", ") : String(part);
  }).join("");
}

/** The number of a system's error means nothing to those who read it. */
function withoutNumber({ message }: Error): string {
  return message.replace(/ \(os error \d+\)/g, "");
}

/** What JSON cannot write, or writes as nothing. */
function replaceUnwritable(_key: string, value: unknown): unknown {
  if (value instanceof Error) {
    const { name, message } = value;
    return { name, message, ..."code" in value && { code: value.code } };
  }
  return typeof value === "bigint" ? String(value) : value;
}
