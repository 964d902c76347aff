/**
 * Serial ports of tests, and what the kernel keeps of their settings.
 *
 * @module
 */
import assert from "node:assert/strict";
import { libc } from "#lib/hardware/linux/libc.ts";
import { LinuxSerialPorts } from "#lib/hardware/linux/serial.ts";
import type { SerialOptions, SerialPort } from "#lib/hardware/serial.ts";
import { within } from "../../../support/within.ts";

/** `O_RDWR | O_NOCTTY | O_NONBLOCK` of `asm-generic/fcntl.h`. */
const OPEN_FLAGS = 0o4402;

/**
 * Opens a port that is there, or fails where it would wait for ever.
 *
 * @param path Its path.
 * @param options How bytes travel, and when to give up.
 * @param ports What it is opened by.
 * @returns The port.
 */
export function openPort(
  path: string,
  options: SerialOptions & { readonly signal?: AbortSignal } = {},
  ports: LinuxSerialPorts = new LinuxSerialPorts(),
): Promise<SerialPort> {
  const { signal = new AbortController().signal } = options;
  return within(`port ${path}`, ports.open({ path }, { ...options, signal }));
}

/**
 * Opens a port beside the program, and asks the kernel about it.
 *
 * @param path Its path.
 * @param ask Is given the descriptor.
 * @returns What it gives.
 */
export async function askKernel<T>(
  path: string,
  ask: (fd: number) => T | Promise<T>,
): Promise<T> {
  const fd = libc.open(path, OPEN_FLAGS);
  assert(fd >= 0, libc.describe(fd));
  try {
    return await ask(fd);
  } finally {
    await libc.close(fd);
  }
}

/**
 * Reads the settings of a port.
 *
 * @param path Its path.
 * @param request `TCGETS` or `TCGETS2`.
 * @returns A `struct termios`, or `termios2`.
 */
export function readTermios(path: string, request: number): Promise<DataView> {
  return askKernel(path, (fd) => {
    const structure = new Uint8Array(44);
    assert.equal(libc.ioctl(fd, request, structure), 0);
    return new DataView(structure.buffer);
  });
}
