/**
 * The errors that BlueZ gives.
 *
 * @module
 */
import { DeviceError } from "#lib/base/errors.ts";
import { Refusal } from "./bus_service.ts";

/** Makes one of BlueZ's own errors. */
export function refusal(name: string, message: string): Refusal {
  return new Refusal(`org.bluez.Error.${name}`, message);
}

/** Codes of the attribute protocol that BlueZ has an error of its own for. */
const NAMED: Readonly<Record<number, readonly [name: string, text: string]>> = {
  0x02: ["NotPermitted", "Read not permitted"],
  0x03: ["NotPermitted", "Write not permitted"],
  0x05: ["NotPermitted", "Not paired"],
  0x06: ["NotSupported", "Operation is not supported"],
  0x07: ["InvalidArguments", "Invalid offset"],
  0x08: ["NotAuthorized", "Operation Not Authorized"],
  0x0d: ["InvalidArguments", "Invalid Length"],
  0x0f: ["NotPermitted", "Not paired"],
};

/** How BlueZ reports what a peripheral has answered. */
export function refusalOf(error: unknown): unknown {
  if (!(error instanceof DeviceError)) return error;
  const { resultCode } = error;
  if (resultCode === undefined) return refusal("Failed", "Not connected");
  const [name, text] = NAMED[resultCode] ?? [
    "Failed",
    `Operation failed with ATT error: 0x${
      resultCode.toString(16).padStart(2, "0")
    }`,
  ];
  return refusal(name, text);
}
