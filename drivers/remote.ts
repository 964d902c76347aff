/**
 * The remote control: a Raspberry Pi Pico with four buttons, over a serial port
 * or the port of a Bluetooth serial link (`rfcomm bind`).
 *
 * @module
 */
import type { Controller } from "#lib/bike/controller.ts";
import { SmartbikeError } from "#lib/base/errors.ts";
import type { DriverDefinition } from "#lib/driver/driver.ts";
import {
  lineError,
  serialDriver,
  type SerialSession,
} from "#lib/driver/serial_driver.ts";

/** What each line does. */
const STEPS = {
  increaseResistance: { actuator: "resistancePercent", step: 5 },
  decreaseResistance: { actuator: "resistancePercent", step: -5 },
  increaseIncline: { actuator: "inclinePercent", step: 1 },
  decreaseIncline: { actuator: "inclinePercent", step: -1 },
} as const;

/** What the remote drives. */
type RemoteActuator = (typeof STEPS)[keyof typeof STEPS]["actuator"];

/** Drives resistance and inclination in steps; nothing moves before a button is pressed. */
export const driver: DriverDefinition = serialDriver({
  name: "remote",
  summary: "remote control with four buttons, by serial line or RFCOMM",
  port: "/dev/rfcomm0",
  // Half a command is none, and the first press shall count.
  dropsFirstLine: false,
  start(session) {
    const { bike, device, port, signal } = session;
    const controller = bike.controller(device.status.device, { clamp: true });
    const steps = new Steps(session, controller);
    port.lost.addEventListener("abort", () => {
      // A remote that drops out is no longer there to undo what it did.
      if (!signal.aborted) controller.lose();
      controller.close();
    }, { once: true });
    return (line) => {
      if (!isCommand(line)) {
        throw lineError(line, Object.keys(STEPS).join(", "));
      }
      const { actuator, step } = STEPS[line];
      steps.take(actuator, step);
    };
  },
});

function isCommand(line: string): line is keyof typeof STEPS {
  return Object.hasOwn(STEPS, line);
}

/** Steps from where the bike stands. */
class Steps {
  readonly #session: SerialSession;
  readonly #controller: Controller;
  readonly #targets = new Map<RemoteActuator, number>();

  constructor(session: SerialSession, controller: Controller) {
    this.#session = session;
    this.#controller = controller;
  }

  /**
   * Takes a step, from the value that was reported last, or from where a step
   * that is not carried out yet leads to. A value that nobody has reported
   * counts as 0, where a bike stands after power-up.
   *
   * @param step How far, in percent.
   */
  take(actuator: RemoteActuator, step: number): void {
    const { bike } = this.#session;
    const from = this.#targets.get(actuator) ?? bike.read(actuator).value ?? 0;
    const { min, max } = bike.limits.get(actuator);
    const target = Math.min(max, Math.max(min, from + step));
    this.#targets.set(actuator, target);
    void this.#drive(actuator, target);
  }

  async #drive(actuator: RemoteActuator, target: number): Promise<void> {
    const { device, logger } = this.#session;
    try {
      await this.#controller.set(actuator, target);
    } catch (error) {
      if (!(error instanceof SmartbikeError)) throw error;
      const { device: id } = device.status;
      logger.info("{id} did not move the bike: {error}", { id, error });
    } finally {
      if (this.#targets.get(actuator) === target) {
        this.#targets.delete(actuator);
      }
    }
  }
}
