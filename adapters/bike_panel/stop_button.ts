/**
 * The big stop: nothing brakes, nothing is tilted, nothing blows, nobody holds anything.
 *
 * @module
 */
import type { Bike } from "#lib/bike/bike.ts";
import { CommandError } from "#lib/bike/command_error.ts";
import type { Controller } from "#lib/bike/controller.ts";
import type { PanelControlName } from "#lib/bike/remote_bike.ts";

/** Before whom everybody else gives way. */
const PRIORITY = 1000;

/** What is brought to rest; of the brake, the first that the trainer has. */
const RESTED: readonly (readonly PanelControlName[])[] = [
  ["resistancePercent", "targetPowerWatts"],
  ["inclinePercent"],
  ["fanPercent"],
];

/** Brings all actuators to rest, whoever holds them, and then holds none. */
export class StopButton {
  readonly #controller: Controller;

  /** Waits to be pressed. */
  constructor(bike: Bike) {
    this.#controller = bike.controller("stop", {
      priority: PRIORITY,
      clamp: true,
      isExclusive: true,
    });
  }

  /**
   * Stops everything.
   *
   * @throws {SmartbikeError} The first reason why an actuator could not be brought to rest; all were tried.
   */
  async press(): Promise<void> {
    const ends = await Promise.allSettled(
      RESTED.map((names) => this.#rest(names)),
    );
    this.#controller.release();
    const failed = ends.find((end) => end.status === "rejected");
    if (failed) throw failed.reason;
  }

  /** Ends it. */
  close(): void {
    this.#controller.close();
  }

  async #rest(names: readonly PanelControlName[]): Promise<void> {
    for (const name of names) {
      try {
        await this.#controller.set(name, 0);
        return;
      } catch (error) {
        const isAbsent = error instanceof CommandError &&
          error.code === "unavailable";
        if (!isAbsent) throw error;
      }
    }
  }
}
