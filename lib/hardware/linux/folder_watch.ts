/**
 * Waiting until something appears in a folder, without looking again and again.
 *
 * @module
 */
import { HardwareUnavailableError } from "#lib/base/errors.ts";
import { Descriptor, OPEN, POLL } from "./descriptor.ts";
import type { Libc } from "./libc.ts";

/** Events of `linux/inotify.h`: attributes changed, moved there, created; folders only. */
export const WATCH_MASK: number = 0x4 | 0x80 | 0x100 | 0x0100_0000;

/** Room for many events, in bytes; what they say does not matter. */
const EVENTS_BYTES = 4096;

/**
 * Reports changes in folders, with inotify. What appears after it was made is
 * never missed, also in a folder that was not there before: the folders that it
 * stands in are watched first.
 */
export class FolderWatch implements AsyncDisposable {
  readonly #descriptor: Descriptor;

  /**
   * Begins to watch.
   *
   * @param folders Absolute paths; they need not exist.
   * @param libc What they are watched by.
   * @throws {HardwareUnavailableError} If the system has no watch left.
   */
  constructor(folders: readonly string[], libc: Libc) {
    const fd = libc.inotifyInit(OPEN.closeOnExec | OPEN.nonBlocking);
    if (fd < 0) {
      throw new HardwareUnavailableError(
        `Cannot wait for hardware: ${
          libc.describe(fd)
        }, raise fs.inotify.max_user_instances`,
        "inotify",
        "denied",
      );
    }
    this.#descriptor = new Descriptor(fd, libc);
    const chains = folders.flatMap(withParents);
    for (const folder of new Set(chains)) {
      libc.inotifyAddWatch(fd, folder, WATCH_MASK);
    }
  }

  /**
   * Waits for the next change.
   *
   * @param signal Gives up; the promise then rejects with the signal's reason.
   * @param timeoutMs When to go on without a change, in milliseconds; -1 for never.
   */
  async nextChange(signal: AbortSignal, timeoutMs = -1): Promise<void> {
    signal.throwIfAborted();
    const end = () => void this[Symbol.asyncDispose]();
    signal.addEventListener("abort", end, { once: true });
    try {
      await this.#descriptor.ready(POLL.in, timeoutMs);
    } finally {
      signal.removeEventListener("abort", end);
    }
    signal.throwIfAborted();
    const buffer = new Uint8Array(EVENTS_BYTES);
    while (this.#descriptor.read(buffer) > 0);
  }

  /** Ends the watch. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#descriptor[Symbol.asyncDispose]();
  }
}

/** A folder behind all that it stands in: `/dev/serial` gives `/dev`, `/dev/serial`. */
function withParents(folder: string): readonly string[] {
  const names = folder.split("/").filter(Boolean);
  return names.map((_, index) => `/${names.slice(0, index + 1).join("/")}`);
}
