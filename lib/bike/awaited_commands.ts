/**
 * Commands whose device is not there yet.
 *
 * @module
 */
import type { Clock } from "#lib/base/clock.ts";
import { DeviceError } from "#lib/base/errors.ts";
import { CommandError } from "./command_error.ts";
import type { Origin } from "./metric.ts";
import { type ActuatorName, type Channel, CHANNEL_OF } from "./values.ts";

/** A device with a driver, whether it is there or not. */
interface ExpectedDevice {
  /** The device. */
  readonly origin: Origin;
  /** What it has, or may turn out to have. */
  readonly actuators: readonly ActuatorName[];
  /** Checks whether it is there; what it has is known then. */
  readonly isConnected: () => boolean;
}

/** A command whose device is not there yet. */
interface AwaitedCommand<T> {
  /** What it drives. */
  readonly actuator: ActuatorName;
  /** Who gave it, and may take it back. */
  readonly owner: unknown;
  /** How long its caller waits at most, in milliseconds; `Infinity` if left out. */
  readonly maxWaitMs?: number | undefined;
  /** Carries it out, when the device is there; may throw. */
  readonly start: () => Promise<T>;
}

interface Waiting {
  readonly actuator: ActuatorName;
  /** Id of the device that it waits for. */
  readonly device: string;
  readonly owner: unknown;
  readonly start: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Commands whose device is not there yet: one for each channel waits, and a
 * newer one takes its place.
 */
export class AwaitedCommands {
  readonly #clock: Clock;
  readonly #maxAgeMs: (channel: Channel) => number;
  readonly #devices = new Map<Origin, ExpectedDevice>();
  readonly #waiting = new Map<Channel, Waiting>();

  /**
   * Starts without devices.
   *
   * @param clock Says when a command has waited too long.
   * @param maxAgeMs How long one may wait, in milliseconds.
   */
  constructor(clock: Clock, maxAgeMs: (channel: Channel) => number) {
    this.#clock = clock;
    this.#maxAgeMs = maxAgeMs;
  }

  /** Expects a device, besides what was expected of it before. */
  expect(device: ExpectedDevice): void {
    const { origin, actuators } = device;
    const before = this.#devices.get(origin)?.actuators ?? [];
    this.#devices.set(origin, {
      ...device,
      actuators: [...new Set([...before, ...actuators])],
    });
  }

  /** Expects a device no longer; what waits for it alone is dropped. */
  forget(origin: Origin): void {
    this.#devices.delete(origin);
    const lost = this.#takeAll(({ actuator }) => !this.isExpected(actuator));
    for (const { actuator, reject } of lost) {
      const why = `"${origin.device}" was taken off the bike`;
      reject(makeError(actuator, why, "unavailable"));
    }
  }

  /**
   * Checks whether a device that is not there may bring an actuator.
   *
   * @returns True if a command for it may wait.
   */
  isExpected(name: ActuatorName): boolean {
    return this.#absent(name) !== undefined;
  }

  /**
   * Lets a command wait for a device that is expected.
   *
   * @returns What it resolved with.
   * @throws {CommandError} `superseded`, `unavailable` or `closed`, where it was dropped.
   * @throws {DeviceError} `disconnected`, where it has waited too long.
   */
  wait<T>(command: AwaitedCommand<T>): Promise<T> {
    const { actuator, maxWaitMs = Infinity, owner, start } = command;
    const channel = CHANNEL_OF[actuator];
    const device = this.#absent(actuator)?.origin.device ?? actuator;
    const maxAgeMs = Math.min(this.#maxAgeMs(channel), maxWaitMs);
    this.supersede(actuator);
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const stopTimer = this.#clock.setTimeout(() => {
      this.#waiting.delete(channel);
      reject(
        this.isExpected(actuator)
          ? makeLateError(actuator, device, maxAgeMs)
          : makeError(actuator, "no device that came has it", "unavailable"),
      );
    }, maxAgeMs);
    this.#waiting.set(channel, {
      actuator,
      device,
      owner,
      start: () => {
        stopTimer();
        resolve(new Promise((settle) => settle(start())));
      },
      reject: (error) => {
        stopTimer();
        reject(error);
      },
    });
    return promise;
  }

  /**
   * Carries out what waits for actuators that are there now; it is on its way
   * when this returns.
   */
  start(names: readonly ActuatorName[]): void {
    const ready = this.#takeAll(({ actuator }) => names.includes(actuator));
    for (const { start } of ready) start();
  }

  /**
   * Drops what waits for a channel, as a newer command is there.
   *
   * @param newer What that one drives.
   */
  supersede(newer: ActuatorName): void {
    const channel = CHANNEL_OF[newer];
    const older = this.#takeAll(({ actuator }) =>
      CHANNEL_OF[actuator] === channel
    );
    for (const { actuator, device, reject } of older) {
      const why =
        `a newer command for "${newer}" came before "${device}" was connected`;
      reject(makeError(actuator, why, "superseded"));
    }
  }

  /**
   * Drops what an owner has given.
   *
   * @param why What became of it.
   */
  withdraw(owner: unknown, why: string): void {
    for (
      const { actuator, reject } of this.#takeAll((one) => one.owner === owner)
    ) reject(makeError(actuator, why, "closed"));
  }

  #absent(name: ActuatorName): ExpectedDevice | undefined {
    return [...this.#devices.values()].find(({ actuators, isConnected }) =>
      actuators.includes(name) && !isConnected()
    );
  }

  #takeAll(isMeant: (waiting: Waiting) => boolean): readonly Waiting[] {
    const meant = [...this.#waiting].filter(([, waiting]) => isMeant(waiting));
    for (const [channel] of meant) this.#waiting.delete(channel);
    return meant.map(([, waiting]) => waiting);
  }
}

function makeError(
  name: ActuatorName,
  why: string,
  refusal: "superseded" | "unavailable" | "closed",
): CommandError {
  return new CommandError(`Cannot set "${name}": ${why}`, name, refusal);
}

function makeLateError(
  name: ActuatorName,
  device: string,
  maxAgeMs: number,
): DeviceError {
  return new DeviceError(
    `Cannot set "${name}": "${device}" was not connected within ${maxAgeMs} ms, send it again when it is`,
    device,
    "disconnected",
  );
}
