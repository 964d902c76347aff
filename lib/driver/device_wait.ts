/**
 * Waiting for a device, with advice where it takes long.
 *
 * @module
 */
import type { DriverContext } from "./driver.ts";

/** How long a wait says nothing, in milliseconds. */
const QUIET_MS = 30_000;

/** What a long wait says. */
interface WaitAdvice {
  /**
   * How long it says nothing, in milliseconds.
   *
   * @default {30000}
   */
  readonly quietMs?: number;
  /** How loud: `info` where waits are normal. */
  readonly level: "warn" | "info";
  /** What the operator can do. */
  readonly advice: string;
}

/**
 * Waits for a device; after a while it says, once, what to do.
 *
 * @param context The driver that waits.
 * @param find Ends when the device is there, or the driver must stop.
 */
export async function waitForDevice<T>(
  { clock, device, logger }: DriverContext,
  { level, advice, quietMs = QUIET_MS }: WaitAdvice,
  find: () => Promise<T>,
): Promise<T> {
  const stop = clock.setTimeout(() => {
    logger[level]("{device} is not found yet: {advice}", {
      device: device.status.device,
      advice,
    });
  }, quietMs);
  try {
    return await find();
  } finally {
    stop();
  }
}
