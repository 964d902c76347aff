/**
 * Serial ports of Linux, by the C library.
 *
 * @module
 */
import { systemClock } from "#lib/base/clock.ts";
import { ConfigError, HardwareUnavailableError } from "#lib/base/errors.ts";
import {
  fitsSelector,
  type SerialOptions,
  type SerialPort,
  type SerialPortInfo,
  type SerialPorts,
  type SerialSelector,
} from "#lib/hardware/serial.ts";
import { Descriptor, OPEN } from "./descriptor.ts";
import { failedWith, type Outcome } from "./errno.ts";
import { FolderWatch } from "./folder_watch.ts";
import { type Libc, libc as systemLibc } from "./libc.ts";
import { listSerialPorts, type SystemFolders } from "./serial_list.ts";
import { LinuxSerialPort } from "./serial_port.ts";
import {
  encodeSettings,
  FILE_LOCK,
  FLUSH_BOTH,
  refusedOption,
  requestsOf,
  type SerialSettings,
  settingsOf,
  TERMINAL,
  TERMIOS_BYTES,
} from "./serial_settings.ts";
import { SystemFiles } from "./system_files.ts";

/** How long a device that has just come may lack its permissions, in milliseconds: the system sets them a moment later. */
const PERMISSION_MS = 1000;

/** The highest speed that a `struct termios2` can hold. */
const MAX_BAUD_RATE = 0xffff_ffff;

/** What the serial ports stand on; the real things unless a test says otherwise. */
interface LinuxSerialOptions extends SystemFolders {
  /** The C library. */
  readonly libc?: Libc;
}

/**
 * The serial ports of this machine. They wait for a port by inotify, so that a
 * device is open as soon as it is there and nothing is looked at meanwhile.
 */
export class LinuxSerialPorts implements SerialPorts {
  readonly #libc: Libc;
  readonly #files: SystemFiles;
  readonly #folders: SystemFolders;

  /**
   * Opens nothing yet.
   *
   * @param options What it stands on.
   */
  constructor(options: LinuxSerialOptions = {}) {
    const { libc = systemLibc, ...folders } = options;
    this.#libc = libc;
    this.#files = new SystemFiles(libc);
    this.#folders = folders;
  }

  /**
   * Lists the ports that have hardware behind them.
   *
   * @returns All that are there now, by path.
   */
  list(): Promise<readonly SerialPortInfo[]> {
    return listSerialPorts(this.#files, this.#folders);
  }

  /**
   * Waits until a port is there and opens it, for this program alone.
   *
   * @param selector Which one; a path that is given alone may be any terminal.
   * @param options How bytes travel, and when to give up.
   * @throws {HardwareUnavailableError} `denied` without the permission, or if another program uses it.
   * @throws {ConfigError} If the selector is none, or an option cannot be used with this port.
   */
  async open(
    selector: SerialSelector,
    options: SerialOptions & { readonly signal: AbortSignal },
  ): Promise<SerialPort> {
    const { signal } = options;
    const settings = settingsOf(options);
    checkSelector(selector);
    checkSettings(settings);
    signal.throwIfAborted();
    let deniedSinceMs: number | undefined;
    for (;;) {
      await using watch = new FolderWatch(this.#watched(selector), this.#libc);
      const path = await this.#find(selector);
      const fd = path === undefined ? undefined : this.#open(path);
      if (path !== undefined && fd !== undefined && fd >= 0) {
        const port = await this.#setUp(path, fd, settings);
        if (port) return port;
      } else if (path !== undefined && fd !== undefined) {
        const nowMs = systemClock.monotonicMs();
        deniedSinceMs ??= nowMs;
        if (nowMs - deniedSinceMs >= PERMISSION_MS) {
          throw deniedError(path, this.#libc.describe(fd));
        }
      }
      const isDenied = deniedSinceMs !== undefined;
      await watch.nextChange(signal, isDenied ? PERMISSION_MS : -1);
    }
  }

  /** The folders in which the port may appear. */
  #watched({ path }: SerialSelector): readonly string[] {
    const { dev = "/dev" } = this.#folders;
    const folder = path?.slice(0, path.lastIndexOf("/"));
    return folder ? [dev, folder] : [dev];
  }

  async #find(selector: SerialSelector): Promise<string | undefined> {
    const { path, usbId, usbSerial } = selector;
    if (path !== undefined && usbId === undefined && usbSerial === undefined) {
      return path;
    }
    const ports = await this.list();
    return ports.find((port) => fitsSelector(port, selector))?.path;
  }

  /** Opens a port: its descriptor, undefined if it is not there, or the error. */
  #open(path: string): Outcome | undefined {
    const { readWrite, noControllingTty, nonBlocking, closeOnExec } = OPEN;
    const fd = this.#libc.open(
      path,
      readWrite | noControllingTty | nonBlocking | closeOnExec,
    );
    if (fd >= 0 || failedWith(fd, "EACCES", "EPERM")) return fd;
    if (failedWith(fd, "EBUSY")) throw inUseError(path);
    if (failedWith(fd, "ENOENT", "ENOTDIR", "ENODEV", "ENXIO", "EIO")) {
      return undefined;
    }
    throw noPortError(path, this.#libc.describe(fd));
  }

  /** Takes an open port for this program alone; undefined if it went meanwhile. */
  async #setUp(
    path: string,
    fd: number,
    settings: SerialSettings,
  ): Promise<SerialPort | undefined> {
    await using stack = new AsyncDisposableStack();
    const descriptor = stack.use(new Descriptor(fd, this.#libc));
    if (failedWith(descriptor.flock(FILE_LOCK.take), "EAGAIN")) {
      throw inUseError(path);
    }
    stack.defer(() => void descriptor.flock(FILE_LOCK.letGo));
    const structure = new Uint8Array(TERMIOS_BYTES);
    const { get, set } = requestsOf(settings);
    for (const request of [get, set, get]) {
      if (request === set) encodeSettings(structure, settings);
      const outcome = descriptor.ioctl(request, structure);
      if (failedWith(outcome, "EIO", "ENODEV", "ENXIO")) return undefined;
      if (outcome < 0) throw noPortError(path, this.#libc.describe(outcome));
    }
    const refused = refusedOption(structure, settings);
    if (refused) throw refusedError(path, refused, settings[refused]);
    descriptor.ioctl(TERMINAL.exclusive, 0);
    descriptor.ioctl(TERMINAL.flush, FLUSH_BOTH);
    stack.move();
    return new LinuxSerialPort(path, descriptor);
  }
}

function checkSelector({ path, usbId }: SerialSelector): void {
  if (path !== undefined && !path.startsWith("/")) {
    throw new ConfigError(
      `Cannot look for serial port "${path}": it is no whole path, expected one such as /dev/ttyACM0`,
      { option: "port", value: path },
    );
  }
  if (usbId !== undefined && !/^[0-9a-f]{4}:[0-9a-f]{4}$/i.test(usbId)) {
    throw new ConfigError(
      `Cannot look for USB device "${usbId}": expected vendor and product such as 2341:0043`,
      { option: "usb-id", value: usbId },
    );
  }
}

function checkSettings({ baudRate }: SerialSettings): void {
  if (
    Number.isInteger(baudRate) && baudRate > 0 && baudRate <= MAX_BAUD_RATE
  ) return;
  throw new ConfigError(
    `Cannot use a speed of ${baudRate}: expected a whole number from 1 to ${MAX_BAUD_RATE} bits a second`,
    { option: "baud-rate", value: String(baudRate) },
  );
}

function deniedError(path: string, why: string): HardwareUnavailableError {
  return new HardwareUnavailableError(
    `Cannot open serial port "${path}": ${why}, add the user to the group of the file (on Debian dialout)`,
    path,
    "denied",
  );
}

function inUseError(path: string): HardwareUnavailableError {
  return new HardwareUnavailableError(
    `Cannot open serial port "${path}": another program or driver uses it, end that first`,
    path,
    "denied",
  );
}

function noPortError(path: string, why: string): ConfigError {
  return new ConfigError(
    `Cannot open "${path}": ${why}, expected a serial port such as /dev/ttyACM0`,
    { option: "port", value: path },
  );
}

function refusedError(
  path: string,
  name: keyof SerialSettings,
  value: string | number,
): ConfigError {
  const option = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return new ConfigError(
    `Cannot set ${option} of "${path}" to ${value}: the port does not do that, choose another value`,
    { option, value: String(value) },
  );
}
