/**
 * Failed commands, as adapters report them to the world.
 *
 * @module
 */
import { DeviceError, SmartbikeError } from "#lib/base/errors.ts";

/** Why a command failed, as plain data. */
export interface CommandFailure {
  /** A stable code: one of `COMMAND_REFUSALS`, `device`, `timeout`, or `failed` where a driver threw anything else. */
  readonly code: string;
  /** A text for people. */
  readonly message: string;
  /** The device that refused or is gone. */
  readonly device?: string;
  /** The device's own result code, where it gave one. */
  readonly resultCode?: number;
}

/**
 * Describes what a command failed with.
 *
 * @param error What `Controller.set` rejected with.
 * @returns The same as plain data.
 */
export function describeFailure(error: unknown): CommandFailure {
  const code = error instanceof SmartbikeError ? error.code : "failed";
  const message = error instanceof Error ? error.message : String(error);
  if (!(error instanceof DeviceError)) return { code, message };
  const { device, resultCode } = error;
  return {
    code,
    message,
    device,
    ...(resultCode !== undefined && { resultCode }),
  };
}
