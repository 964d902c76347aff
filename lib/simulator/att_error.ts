/**
 * How a peripheral refuses a request.
 *
 * @module
 */
import { DeviceError } from "#lib/base/errors.ts";

/**
 * Codes of the Attribute Protocol (Core Specification 5.4, volume 3, part F,
 * 3.4.1.1; the last two: Core Specification Supplement, part B).
 */
export const ATT_ERRORS = {
  /** The characteristic cannot be read. */
  readNotPermitted: 0x02,
  /** The characteristic cannot be written. */
  writeNotPermitted: 0x03,
  /** The characteristic has nothing to subscribe to. */
  requestNotSupported: 0x06,
  /** The value is too short or too long. */
  invalidLength: 0x0d,
  /** Something went wrong inside the peripheral. */
  unlikelyError: 0x0e,
  /** The value must be indicated or notified, and nobody has subscribed. */
  descriptorNotConfigured: 0xfd,
  /** Another procedure has not come to its end. */
  procedureInProgress: 0xfe,
} as const;

/** Name of a code of the Attribute Protocol. */
type AttErrorName = keyof typeof ATT_ERRORS;

/**
 * Makes the error that a request ends with when a peripheral refuses it.
 *
 * @param action What was attempted, for example `write 2ad9`.
 * @returns A `DeviceError`, `refused`, whose result code is the code.
 */
export function attError(
  name: AttErrorName,
  device: string,
  action: string,
): DeviceError {
  const resultCode = ATT_ERRORS[name];
  const code = `0x${resultCode.toString(16).padStart(2, "0")}`;
  return new DeviceError(
    `Cannot ${action} of "${device}": it answers with ATT error ${code}, ${name}`,
    device,
    "refused",
    { resultCode },
  );
}
