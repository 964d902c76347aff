/**
 * Calibration of devices: the zero offset of a power meter, the spin-down of a
 * trainer.
 *
 * @module
 */
import type { CommandError } from "./command_error.ts";

/** Kinds of calibration. */
export const CALIBRATION_KINDS = ["zero_offset", "spin_down"] as const;

/** Kind of calibration. */
export type CalibrationKind = (typeof CALIBRATION_KINDS)[number];

/** How a calibration ended well. */
export interface CalibrationResult {
  /** What was done. */
  readonly kind: CalibrationKind;
  /** What the device calls its new offset, in its own unit; left out where it does not report one. */
  readonly offsetRaw?: number;
}

/** What a rider is to do, or what happens, during a calibration. */
export interface CalibrationStep {
  /** The device. */
  readonly device: string;
  /** In a few words, for people. */
  readonly instruction: string;
}

/**
 * Calibrates a device. Rejects with a `DeviceError` where the device refused
 * or failed, and with a `TimeoutError` where it gave no answer.
 */
export type Calibrate = (
  instruct: (instruction: string) => void,
  options: { readonly signal: AbortSignal },
) => Promise<CalibrationResult>;

/** One device's calibration: one at a time. */
export class Calibration {
  readonly #calibrate: Calibrate;
  #running: AbortController | undefined;

  /** Keeps what a driver gave. */
  constructor(calibrate: Calibrate) {
    this.#calibrate = calibrate;
  }

  /**
   * Runs it.
   *
   * @param instruct Called with each instruction.
   * @param refuse Makes the error for a second one at the same time.
   */
  async run(
    instruct: (instruction: string) => void,
    refuse: () => CommandError,
  ): Promise<CalibrationResult> {
    if (this.#running) throw refuse();
    const running = new AbortController();
    this.#running = running;
    const { promise: given, reject } = Promise.withResolvers<never>();
    const { signal } = running;
    signal.addEventListener("abort", () => reject(signal.reason));
    const instructInTime = (instruction: string) => {
      if (this.#running === running) instruct(instruction);
    };
    try {
      const calibrated = this.#calibrate(instructInTime, { signal });
      return await Promise.race([calibrated, given]);
    } finally {
      this.#running = undefined;
    }
  }

  /**
   * Gives it up.
   *
   * @param reason What whoever waits is answered with.
   */
  abort(reason: unknown): void {
    this.#running?.abort(reason);
  }
}
