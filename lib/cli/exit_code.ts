/**
 * Exit codes.
 *
 * @module
 */
import { ConfigError, UsageError } from "#lib/base/errors.ts";

/** All went well. */
export const EXIT_OK = 0;

/** What was asked could not be done. */
export const EXIT_FAILED = 1;

/** What was asked could not be understood: the command line or a setting is wrong. */
export const EXIT_USAGE = 2;

/** Exit codes of a program that a signal ended, by the shell's convention. */
export const EXIT_INTERRUPTED = {
  SIGHUP: 129,
  SIGINT: 130,
  SIGTERM: 143,
} as const;

/**
 * The exit code for an error.
 *
 * @param error What a command threw.
 * @returns {@linkcode EXIT_USAGE} for a wrong command line or setting, else {@linkcode EXIT_FAILED}.
 */
export function exitCodeOf(error: unknown): number {
  return error instanceof UsageError || error instanceof ConfigError
    ? EXIT_USAGE
    : EXIT_FAILED;
}
