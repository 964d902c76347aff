/**
 * Datagrams to a Unix socket, which Deno's own interface lacks: the C library
 * sends them.
 *
 * @module
 */
import { ConfigError } from "#lib/base/errors.ts";
import { type Libc, libc } from "#lib/hardware/linux/libc.ts";

/** `AF_UNIX` of `bits/socket.h`. */
const AF_UNIX = 1;

/** `SOCK_DGRAM | SOCK_CLOEXEC` of `bits/socket_type.h`. */
const DATAGRAM = 0x8_0002;

/** `MSG_NOSIGNAL` of `bits/socket.h`: a receiver that is gone is no reason to die. */
const MSG_NOSIGNAL = 0x4000;

/** Longest path that `struct sockaddr_un` holds, in bytes, with its final zero. */
const MAX_PATH_BYTES = 108;

const encoder = new TextEncoder();

/** Sends datagrams to one receiver. */
export interface NotifySocket extends AsyncDisposable {
  /**
   * Sends one datagram.
   *
   * @throws {ConfigError} If the receiver is gone or takes nothing.
   */
  send(text: string): void;
}

/**
 * Opens a socket. Needs the permission `--allow-ffi` of the C library.
 *
 * @param path Path of the receiver's socket; `@` in front means an abstract name.
 * @throws {ConfigError} If the path is empty or too long, or there are no sockets left.
 * @throws {HardwareUnavailableError} If this process may not use the C library.
 */
export function openNotifySocket(
  path: string,
  library: Libc = libc,
): NotifySocket {
  const fail = (action: string, why: string) =>
    new ConfigError(`Cannot ${action} "${path}": ${why}`, {
      option: "NOTIFY_SOCKET",
      value: path,
    });
  const address = encodeAddress(path);
  if (address === undefined) {
    throw fail(
      "open the socket",
      `expected a path of 1 to ${MAX_PATH_BYTES - 1} bytes`,
    );
  }
  const socket = library.socket(AF_UNIX, DATAGRAM);
  if (socket < 0) throw fail("open the socket", library.describe(socket));
  return {
    send(text) {
      const sent = library.sendTo(
        socket,
        encoder.encode(text),
        MSG_NOSIGNAL,
        address,
      );
      if (sent < 0) throw fail("send to", library.describe(sent));
    },
    async [Symbol.asyncDispose]() {
      await library.close(socket);
    },
  };
}

/** `struct sockaddr_un`: the family, then the path; undefined for a path it does not hold. */
function encodeAddress(path: string): Uint8Array<ArrayBuffer> | undefined {
  const isAbstract = path.startsWith("@");
  const name = encoder.encode(isAbstract ? `\0${path.slice(1)}` : `${path}\0`);
  if (path === "" || name.length > MAX_PATH_BYTES) return undefined;
  const address = new Uint8Array(2 + name.length);
  new DataView(address.buffer).setUint16(0, AF_UNIX, true);
  address.set(name, 2);
  return address;
}
