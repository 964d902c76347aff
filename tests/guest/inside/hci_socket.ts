/**
 * Raw sockets of Bluetooth controllers, which Deno has none of.
 *
 * @module
 */

/** `AF_BLUETOOTH`, `SOCK_RAW` and `BTPROTO_HCI` of Linux. */
const [FAMILY, RAW, HCI] = [31, 3, 1];

const libc = Deno.dlopen("libc.so.6", {
  socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
  bind: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
}).symbols;

/**
 * Keeps the number of a controller in use: one that is plugged in while this
 * is held gets another one.
 *
 * @param index The number, for example 0 of `hci0`.
 * @returns Lets it go when disposed.
 */
export function holdIndex(index: number): Disposable {
  const fd = libc.socket(FAMILY, RAW, HCI);
  // struct sockaddr_hci: family, device and channel, 16 bits each.
  const address = new Uint8Array(Uint16Array.of(FAMILY, index, 0).buffer);
  if (fd < 0 || libc.bind(fd, address, address.length) < 0) {
    throw new TypeError(`Cannot hold hci${index}: the kernel refuses`);
  }
  return { [Symbol.dispose]: () => void libc.close(fd) };
}
