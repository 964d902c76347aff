/**
 * From a configuration to what is logged.
 *
 * @module
 */
import type { Settings } from "#lib/config/settings.ts";
import { LOG_FORMATS, LOG_LEVELS, type LogSettings } from "#lib/base/logger.ts";
import type { CliIo } from "../io.ts";
import { logFormatFor } from "../log_format.ts";

/**
 * What is logged, and how.
 *
 * @param settings The settings.
 * @param io Tells whether a person reads along.
 * @returns The same for the log.
 */
export function logSettingsOf(settings: Settings, io: CliIo): LogSettings {
  const level = LOG_LEVELS.find((name) => name === settings.text("log.level"));
  const format = LOG_FORMATS.find((name) =>
    name === settings.text("log.format")
  );
  return { ...(level && { level }), format: logFormatFor(format, io) };
}
