/**
 * How long things take, in BlueZ's order of them.
 *
 * @module
 */

/** How long things take, in milliseconds. */
export interface BluezTimings {
  /** From one advertisement of a peripheral to the next. */
  readonly advertiseMs: number;
  /** From the call of `Connect` to its answer. */
  readonly connectMs: number;
  /** From the connection to `ServicesResolved`. */
  readonly resolveMs: number;
  /** From a hang-up to the end of the connection; BlueZ: 2 to 2.7 s. */
  readonly hangUpMs: number;
  /** Until BlueZ gives up on a silent peripheral; BlueZ: 40 s. */
  readonly silentMs: number;
  /** Until a peripheral that was never connected is forgotten; BlueZ: 30 s. */
  readonly forgetMs: number;
  /** Whether the link is there before the kernel's word of it; BlueZ then never reports that `Connected` is true. */
  readonly isLinkFirst: boolean;
  /** Whether `ServicesResolved` is reported before the objects of the services, which follow at once. */
  readonly isTableLate: boolean;
}

/** Some twenty times as fast as BlueZ. */
export const FAST: BluezTimings = {
  advertiseMs: 10,
  connectMs: 5,
  resolveMs: 20,
  hangUpMs: 100,
  silentMs: 2000,
  forgetMs: 1500,
  isLinkFirst: false,
  isTableLate: false,
};
