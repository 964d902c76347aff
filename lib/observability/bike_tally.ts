/**
 * Counts what happens on a bike, for whoever watches over it.
 *
 * @module
 */
import type { Bike } from "#lib/bike/bike.ts";
import { describeFailure } from "#lib/bike/command_failure.ts";
import type { DriverHost, DriverStatus } from "#lib/driver/driver_host.ts";

/** How commands of one kind ended. */
interface CommandCount {
  /** What was to be driven. */
  readonly actuator: string;
  /** `ok`, or the code of what they failed with. */
  readonly outcome: string;
  /** How many ended so. */
  readonly count: number;
}

/** What is counted of one device. */
interface DeviceCount {
  /** Frames that could not be read. */
  readonly droppedFrames: number;
  /** Frames of which only a part could be used. */
  readonly flawedFrames: number;
  /** How often its driver was run again. */
  readonly restarts: number;
}

/** A count that grows. */
interface Growing {
  droppedFrames: number;
  flawedFrames: number;
  restarts: number;
}

/** Counts what happens on a bike from now on. */
export class BikeTally implements Disposable {
  readonly #commands = new Map<string, CommandCount>();
  readonly #devices = new Map<string, Growing>();
  readonly #end = new AbortController();

  /** Starts to count. */
  constructor(bike: Bike, host: DriverHost) {
    const { signal } = this.#end;
    bike.onFrameDropped.add((device) => this.#of(device).droppedFrames++, {
      signal,
    });
    bike.onFrameFlawed.add((device) => this.#of(device).flawedFrames++, {
      signal,
    });
    bike.onDeviceRemoved.add((device) => this.#devices.delete(device), {
      signal,
    });
    bike.onCommandEnded.add(({ actuator, error }) =>
      this.#count(
        actuator,
        error === undefined ? "ok" : describeFailure(error).code,
      ), { signal });
    host.onStatusChanged.add((status) => this.#onStatus(status), { signal });
  }

  /** All commands so far. */
  get commands(): readonly CommandCount[] {
    return [...this.#commands.values()];
  }

  /**
   * What was counted of a device.
   *
   * @returns Its counts, zero for one that did nothing.
   */
  device(device: string): DeviceCount {
    return { ...this.#devices.get(device) ?? NOTHING };
  }

  /** Stops counting. */
  [Symbol.dispose](): void {
    this.#end.abort();
  }

  #onStatus({ id, state }: DriverStatus): void {
    if (state === "waiting") this.#of(id).restarts++;
  }

  #count(actuator: string, outcome: string): void {
    const key = `${actuator} ${outcome}`;
    const count = (this.#commands.get(key)?.count ?? 0) + 1;
    this.#commands.set(key, { actuator, outcome, count });
  }

  #of(device: string): Growing {
    let growing = this.#devices.get(device);
    if (!growing) {
      growing = { ...NOTHING };
      this.#devices.set(device, growing);
    }
    return growing;
  }
}

const NOTHING: DeviceCount = {
  droppedFrames: 0,
  flawedFrames: 0,
  restarts: 0,
};
