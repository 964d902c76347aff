/**
 * An open file that can be waited for, and closed while somebody waits.
 *
 * @module
 */
import { HardwareUnavailableError } from "#lib/base/errors.ts";
import { ERRNO, failedWith, type Outcome } from "./errno.ts";
import type { Libc } from "./libc.ts";

/** Flags of `open` (`asm-generic/fcntl.h`). */
export const OPEN = {
  readOnly: 0,
  readWrite: 0o2,
  noControllingTty: 0o400,
  nonBlocking: 0o4000,
  closeOnExec: 0o2000000,
} as const;

/** What can be waited for, and what comes without being asked for (`asm-generic/poll.h`). */
export const POLL = {
  in: 0x1,
  out: 0x4,
  error: 0x8,
  hangUp: 0x10,
} as const;

/** `EFD_CLOEXEC | EFD_NONBLOCK`. */
const EVENT_FLAGS = OPEN.closeOnExec | OPEN.nonBlocking;

/** Bytes of a `struct pollfd`: the descriptor, what is asked for, what came. */
const POLLFD_BYTES = 8;

/** An open file. Who waits for it goes on at once when it is closed; after that every call fails with `EBADF`. */
export class Descriptor implements AsyncDisposable {
  readonly #libc: Libc;
  readonly #fd: number;
  readonly #waits = new Set<Promise<Outcome>>();
  #wake: number | undefined;
  #closing: Promise<void> | undefined;

  /**
   * Takes a descriptor over.
   *
   * @param libc What it is used by.
   */
  constructor(fd: number, libc: Libc) {
    this.#fd = fd;
    this.#libc = libc;
  }

  /** Whether it was closed. */
  get isClosed(): boolean {
    return this.#closing !== undefined;
  }

  /**
   * Reads what is there.
   *
   * @returns How many bytes; 0 at the end; or the error.
   */
  read(buffer: Uint8Array<ArrayBuffer>): Outcome {
    return this.#call((fd) => this.#libc.read(fd, buffer));
  }

  /**
   * Writes what there is room for.
   *
   * @returns How many bytes, or the error.
   */
  write(bytes: Uint8Array<ArrayBuffer>): Outcome {
    return this.#call((fd) => this.#libc.write(fd, bytes));
  }

  /**
   * Controls it.
   *
   * @param argument A number, or a structure, which may change.
   * @returns 0 or more, or the error.
   */
  ioctl(
    request: number,
    argument: number | Uint8Array<ArrayBuffer>,
  ): Outcome {
    return this.#call((fd) => this.#libc.ioctl(fd, request, argument));
  }

  /**
   * Locks it against others who lock it.
   *
   * @returns 0, or the error.
   */
  flock(operation: number): Outcome {
    return this.#call((fd) => this.#libc.flock(fd, operation));
  }

  /**
   * Lets it answer `EAGAIN` instead of waiting, where it was not opened so.
   *
   * @returns 0, or the error.
   */
  setNonBlocking(): Outcome {
    return this.#call((fd) => this.#libc.setStatusFlags(fd, OPEN.nonBlocking));
  }

  /**
   * Waits until something can be done with it.
   *
   * @param events What is waited for, of {@linkcode POLL}.
   * @param timeoutMs When to give up, in milliseconds; -1 for never.
   * @returns What has come, errors and hanging up unasked; 0 if it was closed or nothing came.
   */
  async ready(events: number, timeoutMs = -1): Promise<number> {
    if (this.isClosed) return 0;
    const view = new DataView(new ArrayBuffer(2 * POLLFD_BYTES));
    view.setInt32(0, this.#fd, true);
    view.setInt16(4, events, true);
    view.setInt32(POLLFD_BYTES, this.#waker(), true);
    view.setInt16(POLLFD_BYTES + 4, POLL.in, true);
    const wait = this.#libc.poll(new Uint8Array(view.buffer), timeoutMs);
    this.#waits.add(wait);
    await wait;
    this.#waits.delete(wait);
    return this.isClosed ? 0 : view.getInt16(6, true);
  }

  /** Closes it, after everybody who waits has gone on. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing ??= this.#close();
    await this.#closing;
  }

  async #close(): Promise<void> {
    const wake = this.#wake;
    if (wake !== undefined) {
      this.#libc.write(wake, new Uint8Array(BigUint64Array.of(1n).buffer));
      await Promise.all(this.#waits);
      await this.#libc.close(wake);
    }
    await this.#libc.close(this.#fd);
  }

  #call(call: (fd: number) => Outcome): Outcome {
    if (this.isClosed) return -ERRNO.EBADF;
    let outcome = call(this.#fd);
    while (failedWith(outcome, "EINTR")) outcome = call(this.#fd);
    return outcome;
  }

  #waker(): number {
    this.#wake ??= this.#makeWaker();
    return this.#wake;
  }

  #makeWaker(): number {
    const wake = this.#libc.eventfd(EVENT_FLAGS);
    if (wake >= 0) return wake;
    throw new HardwareUnavailableError(
      `Cannot wait for hardware: ${
        this.#libc.describe(wake)
      }, close other files`,
      "eventfd",
      "denied",
    );
  }
}
