/**
 * The log for OpenTelemetry.
 *
 * @module
 */
import type { LogLevel } from "#lib/base/logger.ts";
import type { CliIo } from "./io.ts";

/**
 * Finds out whether the runtime exports what is written to the console, and
 * nothing but exports it: with `OTEL_DENO=true` and
 * `OTEL_DENO_CONSOLE=replace`. Otherwise the console would print each line a
 * second time.
 *
 * @returns Exports one line; undefined if the runtime does not.
 */
export function logExporterOf(
  io: CliIo,
): ((level: LogLevel, line: string) => void) | undefined {
  const isExported = io.env("OTEL_DENO") === "true" &&
    io.env("OTEL_DENO_CONSOLE") === "replace";
  return isExported ? exportLine : undefined;
}

/** The method of the console decides on the severity. */
function exportLine(level: LogLevel, line: string): void {
  const methods = {
    trace: "debug",
    debug: "debug",
    info: "info",
    warning: "warn",
    error: "error",
    fatal: "error",
  } as const;
  // deno-lint-ignore no-console -- the runtime exports it and prints nothing
  console[methods[level]](line);
}
