/**
 * Error numbers of Linux, the same on x86_64 and aarch64 (`asm-generic/errno-base.h`).
 *
 * @module
 */

/** Error numbers that this program distinguishes. */
export const ERRNO = {
  EPERM: 1,
  ENOENT: 2,
  EINTR: 4,
  EIO: 5,
  ENXIO: 6,
  EBADF: 9,
  EAGAIN: 11,
  EACCES: 13,
  EBUSY: 16,
  ENODEV: 19,
  ENOTDIR: 20,
  EINVAL: 22,
  ENOTTY: 25,
} as const;

/** What a call into libc gave: 0 or more if it succeeded, otherwise an error number, negative. */
export type Outcome = number;

/**
 * Checks whether a call failed with one of some errors.
 *
 * @example Usage
 * ```ts
 * import { failedWith } from "#lib/hardware/linux/errno.ts";
 * import assert from "node:assert/strict";
 *
 * assert(failedWith(-2, "ENOENT", "ENXIO"));
 * assert(!failedWith(2, "ENOENT"));
 * ```
 *
 * @returns True if it was one of them.
 */
export function failedWith(
  outcome: Outcome,
  ...names: readonly (keyof typeof ERRNO)[]
): boolean {
  return names.some((name) => outcome === -ERRNO[name]);
}
