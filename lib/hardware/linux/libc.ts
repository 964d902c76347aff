/**
 * The C library: the one place that calls into it. It is loaded with the first
 * call, not before; a program that uses no hardware needs no permission for it.
 *
 * @module
 */
import { HardwareUnavailableError } from "#lib/base/errors.ts";
import { ERRNO, type Outcome } from "./errno.ts";

/** Calls of the C library; those that fail give their error number, negative. */
export interface Libc {
  /** Opens a file (`open(2)`). */
  open(path: string, flags: number): Outcome;
  /**
   * Closes a descriptor (`close(2)`) without holding up the program: a serial
   * port may first send what it still has, for up to half a minute.
   */
  close(fd: number): Promise<Outcome>;
  /**
   * Reads what is there (`read(2)`).
   *
   * @returns How many bytes; 0 at the end.
   */
  read(fd: number, buffer: Uint8Array<ArrayBuffer>): Outcome;
  /**
   * Writes what there is room for (`write(2)`).
   *
   * @returns How many bytes.
   */
  write(fd: number, bytes: Uint8Array<ArrayBuffer>): Outcome;
  /**
   * Controls a device (`ioctl(2)`).
   *
   * @param argument A number, or the bytes of a structure, which the call may change.
   */
  ioctl(
    fd: number,
    request: number,
    argument: number | Uint8Array<ArrayBuffer>,
  ): Outcome;
  /** Locks a file against others who lock it (`flock(2)`). */
  flock(fd: number, operation: number): Outcome;
  /** Sets the status flags of a descriptor (`fcntl(2)`, `F_SETFL`). */
  setStatusFlags(fd: number, flags: number): Outcome;
  /** Makes a descriptor that another part of the program can make readable (`eventfd(2)`). */
  eventfd(flags: number): Outcome;
  /**
   * Waits for descriptors, in a thread of its own (`poll(2)`).
   *
   * @param descriptors Structures `pollfd`, which the call changes.
   * @param timeoutMs When to give up, in milliseconds; -1 for never.
   * @returns How many descriptors are ready; any error is -1.
   */
  poll(
    descriptors: Uint8Array<ArrayBuffer>,
    timeoutMs: number,
  ): Promise<Outcome>;
  /** Makes a descriptor that reports changes in folders (`inotify_init1(2)`). */
  inotifyInit(flags: number): Outcome;
  /**
   * Watches a folder (`inotify_add_watch(2)`).
   *
   * @param fd What {@linkcode Libc.inotifyInit} gave.
   */
  inotifyAddWatch(fd: number, path: string, mask: number): Outcome;
  /**
   * Reads entries of a folder (`getdents64(2)`).
   *
   * @returns How many bytes; 0 at the end.
   */
  getdents(fd: number, buffer: Uint8Array<ArrayBuffer>): Outcome;
  /** Makes a socket (`socket(2)`). */
  socket(family: number, type: number): Outcome;
  /**
   * Sends one datagram (`sendto(2)`).
   *
   * @param address Where to, as a structure `sockaddr_…`.
   * @returns How many bytes.
   */
  sendTo(
    fd: number,
    bytes: Uint8Array<ArrayBuffer>,
    flags: number,
    address: Uint8Array<ArrayBuffer>,
  ): Outcome;
  /**
   * Asks whether this user may use a file (`access(2)`), without opening it.
   *
   * @param mode Of `R_OK`, `W_OK`.
   */
  access(path: string, mode: number): Outcome;
  /**
   * Follows all links of a path (`realpath(3)`).
   *
   * @returns The path without links; undefined if it leads nowhere.
   */
  realpath(path: string): string | undefined;
  /**
   * Says what an error number means (`strerror_r(3)`).
   *
   * @param outcome What a call gave.
   * @returns The text, in English.
   */
  describe(outcome: Outcome): string;
}

const SYMBOLS = {
  open: { parameters: ["buffer", "i32", "u32"], result: "i32" },
  close: { parameters: ["i32"], result: "i32", nonblocking: true },
  read: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  write: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  ioctl: { parameters: ["i32", "u64", "buffer"], result: "i32" },
  ioctlNumber: {
    name: "ioctl",
    parameters: ["i32", "u64", "u64"],
    result: "i32",
  },
  flock: { parameters: ["i32", "i32"], result: "i32" },
  fcntl: { parameters: ["i32", "i32", "i32"], result: "i32" },
  eventfd: { parameters: ["u32", "i32"], result: "i32" },
  poll: {
    parameters: ["buffer", "u64", "i32"],
    result: "i32",
    nonblocking: true,
  },
  inotify_init1: { parameters: ["i32"], result: "i32" },
  inotify_add_watch: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  getdents64: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
  sendto: {
    parameters: ["i32", "buffer", "usize", "i32", "buffer", "u32"],
    result: "isize",
  },
  access: { parameters: ["buffer", "i32"], result: "i32" },
  realpath: { parameters: ["buffer", "buffer"], result: "pointer" },
  memcpy: { parameters: ["buffer", "pointer", "usize"], result: "pointer" },
  __errno_location: { parameters: [], result: "pointer" },
  __xpg_strerror_r: { parameters: ["i32", "buffer", "usize"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

type Symbols = Deno.DynamicLibrary<typeof SYMBOLS>["symbols"];

/**
 * Where the C library may stand: on Debian and what comes of it, then on
 * others. A permission holds for one spelling of a path, links not followed.
 */
const PATHS = [
  `/lib/${Deno.build.arch}-linux-gnu/libc.so.6`,
  "/lib64/libc.so.6",
  "/lib/libc.so.6",
];

/** `F_SETFL` of `asm-generic/fcntl.h`. */
const F_SETFL = 4;

/** `PATH_MAX` of `linux/limits.h`. */
const PATH_MAX = 4096;

const encoder = new TextEncoder();
const decoder = new TextDecoder();
let loaded: Symbols | undefined;

/** The C library of this machine. */
export const libc: Libc = {
  open: (path, flags) => outcome(symbols().open(toCString(path), flags, 0)),
  close: async (fd) => await symbols().close(fd),
  read: (fd, buffer) => outcome(symbols().read(fd, buffer, sizeOf(buffer))),
  write: (fd, bytes) => outcome(symbols().write(fd, bytes, sizeOf(bytes))),
  ioctl(fd, request, argument) {
    const { ioctl, ioctlNumber } = symbols();
    return outcome(
      typeof argument === "number"
        ? ioctlNumber(fd, BigInt(request), BigInt(argument))
        : ioctl(fd, BigInt(request), argument),
    );
  },
  flock: (fd, operation) => outcome(symbols().flock(fd, operation)),
  setStatusFlags: (fd, flags) => outcome(symbols().fcntl(fd, F_SETFL, flags)),
  eventfd: (flags) => outcome(symbols().eventfd(0, flags)),
  poll: async (descriptors, timeoutMs) =>
    await symbols().poll(
      descriptors,
      BigInt(descriptors.length / 8),
      timeoutMs,
    ),
  inotifyInit: (flags) => outcome(symbols().inotify_init1(flags)),
  inotifyAddWatch: (fd, path, mask) =>
    outcome(symbols().inotify_add_watch(fd, toCString(path), mask)),
  getdents: (fd, buffer) =>
    outcome(symbols().getdents64(fd, buffer, sizeOf(buffer))),
  socket: (family, type) => outcome(symbols().socket(family, type, 0)),
  sendTo: (fd, bytes, flags, address) =>
    outcome(
      symbols().sendto(
        fd,
        bytes,
        sizeOf(bytes),
        flags,
        address,
        address.length,
      ),
    ),
  access: (path, mode) => outcome(symbols().access(toCString(path), mode)),
  realpath(path) {
    const buffer = new Uint8Array(PATH_MAX);
    const found = symbols().realpath(toCString(path), buffer);
    return found === null ? undefined : fromCString(buffer);
  },
  describe(outcome) {
    const buffer = new Uint8Array(256);
    symbols().__xpg_strerror_r(Math.abs(outcome), buffer, sizeOf(buffer));
    return fromCString(buffer);
  },
};

/**
 * Reads a text that ends with a zero byte.
 *
 * @param bytes The text, and what stands behind it.
 * @returns The text; what is no UTF-8 becomes U+FFFD.
 */
export function fromCString(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return decoder.decode(end < 0 ? bytes : bytes.subarray(0, end));
}

function toCString(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(`${text}\0`);
}

function sizeOf({ length }: Uint8Array): bigint {
  return BigInt(length);
}

function symbols(): Symbols {
  loaded ??= load();
  return loaded;
}

function load(): Symbols {
  let cause: unknown;
  for (const path of PATHS) {
    try {
      return Deno.dlopen(path, SYMBOLS).symbols;
    } catch (error) {
      if (cause === undefined || error instanceof Deno.errors.NotCapable) {
        cause = error;
      }
    }
  }
  throw new HardwareUnavailableError(
    `Cannot use serial ports and pins: the C library cannot be loaded, run with --allow-ffi=${
      PATHS[0]
    } on Linux with glibc`,
    "libc",
    "denied",
    { cause },
  );
}

/** The result of a call, or its error number as the calling thread has it. */
function outcome(result: number | bigint): Outcome {
  if (result >= 0) return Number(result);
  const { memcpy, __errno_location } = symbols();
  const errno = new Int32Array(1);
  memcpy(errno, __errno_location(), 4n);
  return -(errno[0] ?? ERRNO.EIO);
}
