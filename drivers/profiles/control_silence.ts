/**
 * A way out for machines that fall silent once control is requested: they are
 * ridden without it.
 *
 * @module
 */
import { DeviceError } from "#lib/base/errors.ts";
import type { BleSession } from "#lib/driver/ble_session.ts";

/** How long a machine may be silent after it was written to, in milliseconds. */
const SILENCE_MS = 5000;

/** How long a machine has to report anything without control, in milliseconds. */
const TRIAL_MS = 10_000;

/**
 * Watches whether a machine reports anything once it was written to. One that
 * does not is connected anew without control; if it reports then, that is kept
 * for this device, and if it does not, its rider rests, and it is connected
 * with control again for good.
 */
export class ControlSilence {
  readonly #session: BleSession;
  #stopTimer: (() => void) | undefined;

  /** Watches nothing yet. */
  constructor(session: BleSession) {
    this.#session = session;
    session.ended.addEventListener("abort", () => this.#stop(), { once: true });
    this.#note();
  }

  /** Notes that the machine reports. */
  heard(): void {
    this.#stop();
    const { device, learn, lock, logger } = this.#session;
    if (!lock.learned.isControlTrial) return;
    learn({ control: "off", isControlTrial: false });
    logger.warn(
      "{device} falls silent once control is requested: it is ridden without, and nothing can be set on it; option control sets that",
      { device: device.status.device },
    );
    this.#note();
  }

  /** Watches from now on: all that the driver writes by itself is written. */
  watch(): void {
    const { lock: { learned }, options } = this.#session;
    if (options["control"] !== undefined) return;
    if (learned.isControlTrial) this.#after(TRIAL_MS, () => this.#endTrial());
    else if (learned.control === undefined) {
      this.#after(SILENCE_MS, () => this.#beginTrial());
    }
  }

  #beginTrial(): void {
    this.#session.learn({ control: "off", isControlTrial: true });
    this.#reconnect(
      "it is silent since control was requested, connecting again without control",
    );
  }

  #endTrial(): void {
    this.#session.learn({ control: "on", isControlTrial: false });
    this.#reconnect(
      "it is silent without control too, connecting again with it",
    );
  }

  #reconnect(why: string): void {
    const { device } = this.#session.device.status;
    this.#session.reconnect(
      new DeviceError(
        `Cannot read from "${device}": ${why}`,
        device,
        "refused",
      ),
    );
  }

  #note(): void {
    const { device, lock, options, quirks } = this.#session;
    if (lock.learned.isControlTrial) return;
    const isLearned = lock.learned.control === "off" &&
      options["control"] === undefined;
    device.note(
      "control",
      isLearned
        ? "ridden without control: it falls silent once control is requested"
        : quirks.control === "off"
        ? "ridden without control"
        : undefined,
    );
  }

  #after(ms: number, act: () => void): void {
    if (this.#session.ended.aborted) return;
    this.#stopTimer = this.#session.clock.setTimeout(act, ms);
  }

  #stop(): void {
    this.#stopTimer?.();
    this.#stopTimer = undefined;
  }
}
