/**
 * Serial ports, as drivers see them: bytes only.
 *
 * @module
 */

/** Which serial port is meant; the first that fits all that is given. */
export interface SerialSelector {
  /** Path of the port, for example `/dev/ttyACM0`, or a link to one. */
  readonly path?: string;
  /** USB vendor and product as four hexadecimal digits each, for example `2341:0043`. */
  readonly usbId?: string;
  /** USB serial number, where the device has one. */
  readonly usbSerial?: string;
}

/** Extra bit that each byte is sent with. */
export type Parity = "none" | "even" | "odd";

/** How sender and receiver hold each other back: not at all, by RTS and CTS, or by XON and XOFF. */
export type FlowControl = "none" | "hardware" | "software";

/** How bytes travel. */
export interface SerialOptions {
  /**
   * Bits a second; any speed that the port can do.
   *
   * @default {9600}
   */
  readonly baudRate?: number;
  /**
   * Bits of each byte.
   *
   * @default {8}
   */
  readonly dataBits?: 7 | 8;
  /**
   * Extra bit of each byte.
   *
   * @default {"none"}
   */
  readonly parity?: Parity;
  /**
   * Stop bits of each byte.
   *
   * @default {1}
   */
  readonly stopBits?: 1 | 2;
  /**
   * How sender and receiver hold each other back.
   *
   * @default {"none"}
   */
  readonly flowControl?: FlowControl;
}

/** A serial port of this machine. */
export interface SerialPortInfo {
  /** Its path, for example `/dev/ttyACM0`. */
  readonly path: string;
  /** Names that stay the same over a restart, for example below `/dev/serial/by-id`. */
  readonly stablePaths: readonly string[];
  /** Whether this user may not open it; left out where it may. */
  readonly isDenied?: boolean;
  /** USB vendor and product, for example `2341:0043`; left out where it is not on USB. */
  readonly usbId?: string;
  /** USB serial number. */
  readonly usbSerial?: string;
  /** Maker, as the device reports; not to be trusted. */
  readonly manufacturer?: string;
  /** Product, as the device reports; not to be trusted. */
  readonly product?: string;
}

/** Lines beside the data (EIA-232); inputs are undefined where a port has none. */
export interface ModemLines {
  /** Clear to send, an input. */
  readonly cts?: boolean;
  /** Data set ready, an input. */
  readonly dsr?: boolean;
  /** Data carrier detect, an input. */
  readonly dcd?: boolean;
  /** Ring indicator, an input. */
  readonly ri?: boolean;
}

/** An open serial port; it is closed when disposed. */
export interface SerialPort extends AsyncDisposable {
  /** Its path. */
  readonly path: string;
  /** Aborts when the port was unplugged or closed; the reason is a `DeviceError`, `disconnected`. */
  readonly lost: AbortSignal;
  /**
   * Gives what comes in, in pieces of any size, until the port is closed;
   * throws a `DeviceError`, `disconnected`, when it is unplugged. What comes
   * while nobody takes it is kept; each piece is given once.
   */
  readonly bytes: AsyncIterable<Uint8Array>;
  /**
   * Sends bytes, behind those of earlier calls.
   *
   * @param bytes What to send; may be used again at once.
   * @returns Resolves when all of it was handed over to the port.
   * @throws {DeviceError} `disconnected` if the port is gone.
   */
  write(bytes: Uint8Array): Promise<void>;
  /**
   * Reads the lines beside the data.
   *
   * @returns The inputs that the port has.
   */
  modemLines(): ModemLines;
  /**
   * Sets the lines beside the data; ports without them ignore it.
   *
   * @param lines Data terminal ready and request to send.
   */
  setModemLines(
    lines: { readonly dtr?: boolean; readonly rts?: boolean },
  ): void;
}

/** The serial ports of this machine. */
export interface SerialPorts {
  /**
   * Lists the ports.
   *
   * @returns All that are there now, by path.
   */
  list(): Promise<readonly SerialPortInfo[]>;
  /**
   * Waits until a port is there and opens it, for this program alone.
   *
   * @param selector Which one.
   * @param options How bytes travel, and when to give up.
   * @returns The open port.
   * @throws {HardwareUnavailableError} `denied` without the permission, or if another program uses it.
   * @throws {ConfigError} If the selector cannot be meant, or an option cannot be used with this port.
   */
  open(
    selector: SerialSelector,
    options: SerialOptions & { readonly signal: AbortSignal },
  ): Promise<SerialPort>;
}

/**
 * Checks whether a port is meant.
 *
 * @param selector Which one is meant.
 * @returns True if all that is given holds.
 *
 * @example Usage
 * ```ts
 * import { fitsSelector } from "#lib/hardware/serial.ts";
 * import assert from "node:assert/strict";
 *
 * const port = { path: "/dev/ttyACM0", stablePaths: ["/dev/gas"], usbId: "2a03:0043" };
 * assert(fitsSelector(port, { path: "/dev/gas", usbId: "2A03:0043" }));
 * assert(!fitsSelector(port, { usbSerial: "7543931" }));
 * ```
 */
export function fitsSelector(
  port: SerialPortInfo,
  { path, usbId, usbSerial }: SerialSelector,
): boolean {
  const isNamed = path === undefined || path === port.path ||
    port.stablePaths.includes(path);
  return isNamed &&
    (usbId === undefined || usbId.toLowerCase() === port.usbId) &&
    (usbSerial === undefined || usbSerial === port.usbSerial);
}
