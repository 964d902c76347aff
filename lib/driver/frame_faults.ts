/**
 * Frames and lines that are bad, wholly or in part: counted all, logged few.
 *
 * @module
 */
import type { BikeDevice } from "#lib/bike/device.ts";
import type { Logger } from "#lib/base/logger.ts";

/** Where faults are counted and logged. */
interface FaultContext {
  /** The device that they are counted for. */
  readonly device: BikeDevice;
  /** Takes the 1st, 10th, 100th and so on as a warning, the others for debugging. */
  readonly logger: Logger;
}

/** The faults of one connection, so that a device that sends nothing else fills no log. */
export class FrameFaults {
  readonly #context: FaultContext;
  readonly #what: string;
  #droppedCount = 0;
  #flawedCount = 0;

  /**
   * Starts to count.
   *
   * @param context Where they are counted and logged.
   * @param what What the device sends: a frame or a line.
   */
  constructor(context: FaultContext, what: "frame" | "line") {
    this.#context = context;
    this.#what = what;
  }

  /** Counts one that could not be read. */
  dropped(error: unknown): void {
    const { device, logger } = this.#context;
    const count = ++this.#droppedCount;
    device.reportDroppedFrame();
    logger[levelOf(count)](
      "{device} sent a {what} that is dropped ({count} so far): {error}",
      { device: device.status.device, what: this.#what, count, error },
    );
  }

  /**
   * Counts one of which a part could not be used.
   *
   * @param flaws What is wrong with it.
   */
  flawed(flaws: string): void {
    const { device, logger } = this.#context;
    const count = ++this.#flawedCount;
    device.reportFlawedFrame();
    logger[levelOf(count)](
      "{device} sent a {what} that is used in part ({count} so far): {flaws}",
      { device: device.status.device, what: this.#what, count, flaws },
    );
  }
}

function levelOf(count: number): "warn" | "debug" {
  return /^10*$/.test(String(count)) ? "warn" : "debug";
}
