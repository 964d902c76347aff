/**
 * What BlueZ's errors mean for those who can act.
 *
 * @module
 */
import {
  DeviceError,
  type DeviceErrorReason,
  HardwareUnavailableError,
  type HardwareUnavailableReason,
} from "#lib/base/errors.ts";
import { BUS_ERRORS, BusError } from "./dbus.ts";

/** Stands for Bluetooth as a whole in an error. */
export const BLUETOOTH = "bluetooth";

/** BlueZ's own errors that are distinguished. */
export const BLUEZ_ERRORS = {
  /** Somebody is at it already. */
  inProgress: "org.bluez.Error.InProgress",
  /** It is connected already. */
  alreadyConnected: "org.bluez.Error.AlreadyConnected",
  /** The radio is off. */
  notReady: "org.bluez.Error.NotReady",
  /** This program may not. */
  notAuthorized: "org.bluez.Error.NotAuthorized",
  /** The peripheral is not connected. */
  notConnected: "org.bluez.Error.NotConnected",
  /** The object is not there. */
  doesNotExist: "org.bluez.Error.DoesNotExist",
  /** Anything else; the text says what. */
  failed: "org.bluez.Error.Failed",
} as const;

/** Errors that mean that bluetoothd, or the bus, is not there. */
const ABSENT: readonly string[] = [
  BUS_ERRORS.serviceUnknown,
  BUS_ERRORS.nameHasNoOwner,
  BUS_ERRORS.noReply,
  BUS_ERRORS.disconnected,
];

/** Errors that mean that an object has gone. */
const GONE: readonly string[] = [
  BUS_ERRORS.unknownObject,
  BUS_ERRORS.unknownMethod,
  BUS_ERRORS.unknownInterface,
  BLUEZ_ERRORS.doesNotExist,
];

/** How BlueZ reports most codes of the attribute protocol; it has no other way. */
const ATT_CODE = /ATT error: 0x([0-9a-f]{1,2})\b/i;

/** Codes of the attribute protocol that BlueZ has words for (Core Specification 5.4, volume 3, part F, 3.4.1.1). */
const ATT_CODES: Readonly<Record<string, number>> = {
  "Read not permitted": 0x02,
  "Write not permitted": 0x03,
  "Operation is not supported": 0x06,
  "Invalid offset": 0x07,
  "Operation Not Authorized": 0x08,
  "Invalid Length": 0x0d,
};

/**
 * Checks whether an error means that bluetoothd has ended, or never ran.
 *
 * @returns True if nothing can be asked of it now.
 */
export function isAbsent(error: unknown): boolean {
  return error instanceof BusError && ABSENT.includes(error.busName);
}

/**
 * Checks whether an error has a name.
 *
 * @returns True if it has one of them.
 */
export function hasBusName(
  error: unknown,
  ...busNames: readonly string[]
): boolean {
  return error instanceof BusError && busNames.includes(error.busName);
}

/**
 * Translates why radios cannot be used.
 *
 * @param error What was thrown; all but a `BusError` comes back as it is.
 * @param adapter The radio, for example `hci0`; Bluetooth as a whole if left out.
 * @returns What the operator can act on.
 */
export function toUnavailable(error: unknown, adapter = BLUETOOTH): unknown {
  if (!(error instanceof BusError)) return error;
  const make = (reason: HardwareUnavailableReason, why: string) =>
    new HardwareUnavailableError(
      `Cannot use "${adapter}": ${why}`,
      adapter,
      reason,
      { cause: error },
    );
  switch (error.busName) {
    case BUS_ERRORS.noServer:
      return make(
        "absent",
        `the system bus does not answer (${error.message}), install and start dbus, or set DBUS_SYSTEM_BUS_ADDRESS`,
      );
    case BUS_ERRORS.accessDenied:
    case BLUEZ_ERRORS.notAuthorized:
      return make(
        "denied",
        `access is denied (${
          reasonOf(error)
        }), add this user to group bluetooth, or let Deno use the bus's socket`,
      );
    case BLUEZ_ERRORS.notReady:
      return make("powered_off", 'it is off, run "bluetoothctl power on"');
    default:
      return ABSENT.includes(error.busName)
        ? makeAbsentError(error)
        : GONE.includes(error.busName)
        ? make("absent", "it is gone, plug it in")
        : make(
          "absent",
          `BlueZ refuses (${error.message}), see "journalctl -u bluetooth"`,
        );
  }
}

/** The bus goes on with numbers of connections and processes, which differ each time. */
function reasonOf({ message }: BusError): string {
  return message.replace(/;.*/s, "");
}

/**
 * Makes the error for a machine without a running bluetoothd.
 *
 * @param cause The error that showed it.
 * @returns What the operator can act on.
 */
export function makeAbsentError(cause?: unknown): HardwareUnavailableError {
  return new HardwareUnavailableError(
    `Cannot use "${BLUETOOTH}": bluetoothd does not run, install package bluez and run "systemctl enable --now bluetooth"`,
    BLUETOOTH,
    "absent",
    { cause },
  );
}

/**
 * Makes the error for what was closed by its owner.
 *
 * @returns What whoever still waits gets.
 */
export function makeClosedError(): HardwareUnavailableError {
  return new HardwareUnavailableError(
    `Cannot use "${BLUETOOTH}": it was closed, expected it to stay open`,
    BLUETOOTH,
    "absent",
  );
}

/**
 * Translates why a peripheral did not do what was asked.
 *
 * @param error What was thrown; all but a `BusError` comes back as it is.
 * @param action What was attempted, for example `read 2a19 of`.
 * @param device The peripheral, as people know it.
 * @returns What the host can act on.
 */
export function toDeviceError(
  error: unknown,
  action: string,
  device: string,
): unknown {
  if (!(error instanceof BusError)) return error;
  const { message, busName } = error;
  const make = (reason: DeviceErrorReason, why: string) => {
    const resultCode = attCodeOf(message);
    return new DeviceError(
      `Cannot ${action} "${device}": ${why}`,
      device,
      reason,
      {
        cause: error,
        ...(resultCode !== undefined && { resultCode }),
      },
    );
  };
  if (busName === BLUEZ_ERRORS.notReady) return toUnavailable(error);
  if (busName === BUS_ERRORS.accessDenied) return toUnavailable(error);
  if (ABSENT.includes(busName)) {
    return make("disconnected", "bluetoothd has ended, expected it to run");
  }
  if (busName === BLUEZ_ERRORS.notConnected || message === "Not connected") {
    return make("disconnected", "it is not connected, expected a connection");
  }
  if (GONE.includes(busName)) {
    return make("not_found", "BlueZ has forgotten it, expected it in the air");
  }
  return make("refused", `it was refused (${message}), expected it to agree`);
}

function attCodeOf(message: string): number | undefined {
  const digits = ATT_CODE.exec(message)?.[1];
  return digits === undefined
    ? ATT_CODES[message]
    : Number.parseInt(digits, 16);
}
