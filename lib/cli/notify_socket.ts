/**
 * Datagrams to a Unix socket, which Deno's own interface lacks: the C library
 * sends them.
 *
 * @module
 */

/** `AF_UNIX` of Linux's `socket(2)`. */
const FAMILY_UNIX = 1;

/** `SOCK_DGRAM | SOCK_CLOEXEC`. */
const DATAGRAM = 0x8_0002;

/** `MSG_NOSIGNAL`: a receiver that is gone is no reason to die. */
const NO_SIGNAL = 0x4000;

/** Longest path that `struct sockaddr_un` holds, in bytes, with its final zero. */
const MAX_PATH_BYTES = 108;

const SYMBOLS = {
  socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
  sendto: {
    parameters: ["i32", "buffer", "usize", "i32", "buffer", "u32"],
    result: "isize",
  },
  close: { parameters: ["i32"], result: "i32" },
} as const;

const encoder = new TextEncoder();

/** Sends datagrams to one receiver. */
export interface NotifySocket extends Disposable {
  /**
   * Sends one datagram.
   *
   * @param text Its text.
   * @returns False if the receiver is gone or takes nothing.
   */
  send(text: string): boolean;
}

/**
 * Opens a socket. Needs the permission `--allow-ffi` of the C library.
 *
 * @param path Path of the receiver's socket; `@` in front means an abstract name.
 * @returns The socket.
 * @throws {RangeError} If the path is empty or too long.
 * @throws {Deno.errors.NotCapable} If this process may not use the C library.
 */
export function openNotifySocket(path: string): NotifySocket {
  const address = encodeAddress(path);
  const libc = Deno.dlopen(libcPath(), SYMBOLS);
  const { socket, sendto, close } = libc.symbols;
  const descriptor = socket(FAMILY_UNIX, DATAGRAM, 0);
  return {
    send(text) {
      const bytes = encoder.encode(text);
      const sent = sendto(
        descriptor,
        bytes,
        BigInt(bytes.length),
        NO_SIGNAL,
        address,
        address.length,
      );
      return Number(sent) === bytes.length;
    },
    [Symbol.dispose]() {
      close(descriptor);
      libc.close();
    },
  };
}

/** `struct sockaddr_un`: the family, then the path. */
function encodeAddress(path: string): Uint8Array<ArrayBuffer> {
  const isAbstract = path.startsWith("@");
  const name = encoder.encode(isAbstract ? `\0${path.slice(1)}` : `${path}\0`);
  if (path === "" || name.length > MAX_PATH_BYTES) {
    throw new RangeError(
      `Cannot open the socket "${path}": expected a path of 1 to ${
        MAX_PATH_BYTES - 1
      } bytes`,
    );
  }
  const address = new Uint8Array(2 + name.length);
  new DataView(address.buffer).setUint16(0, FAMILY_UNIX, true);
  address.set(name, 2);
  return address;
}

/** The C library where Debian keeps it, by the very name that permissions are given for. */
function libcPath(): string {
  return `/lib/${Deno.build.arch}-linux-gnu/libc.so.6`;
}
