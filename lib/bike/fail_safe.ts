/**
 * What happens to actuators whose controller is lost.
 *
 * @module
 */
import type { Clock } from "#lib/base/clock.ts";
import { ConfigError } from "#lib/base/errors.ts";
import { getLogger } from "#lib/base/logger.ts";
import type { Actuators } from "./actuators.ts";
import type { Limits } from "./limits.ts";
import {
  ACTUATOR_NAMES,
  type ActuatorName,
  type BikeValues,
  type Channel,
  CHANNEL_OF,
} from "./values.ts";

/** Safe values; what is left out stays as it was. */
export type SafeValues = {
  readonly [K in ActuatorName]?: BikeValues[K];
};

/** What happens to actuators whose controller is lost. */
export interface FailSafeOptions {
  /** Where to; at most one for each channel. */
  readonly values: SafeValues;
  /**
   * How long to wait for the controller, or another one, to command the
   * channel again, in milliseconds.
   *
   * @default {5000}
   */
  readonly afterMs?: number;
  /**
   * Also brings the actuators of a device that was away to their safe values
   * once it is back, unless somebody commands them first.
   *
   * @default {false}
   */
  readonly afterDeviceLoss?: boolean;
}

/** What happens where nothing else is said: nothing. */
export const FAIL_SAFE: Required<FailSafeOptions> = {
  values: {},
  afterMs: 5000,
  afterDeviceLoss: false,
};

/** How often a safe value that a device refused is tried. */
const MAX_TRIES = 3;

interface Pending {
  tries: number;
  stopTimer: (() => void) | undefined;
  /** Set while the value is on its way to the device. */
  isRunning: boolean;
}

/** Brings actuators to a safe value, some time after their controller was lost. */
export class FailSafe {
  readonly #clock: Clock;
  readonly #actuators: Actuators;
  readonly #options: () => Required<FailSafeOptions>;
  #isClosed = false;
  readonly #pending = new Map<ActuatorName, Pending>();

  /**
   * Waits for something to happen.
   *
   * @param clock Says when to act.
   * @param options Where to, at present.
   */
  constructor(
    clock: Clock,
    actuators: Actuators,
    options: () => Required<FailSafeOptions>,
  ) {
    this.#clock = clock;
    this.#actuators = actuators;
    this.#options = options;
  }

  /** Starts to wait, since the controller of some channels was lost. */
  arm(channels: readonly Channel[]): void {
    if (this.#isClosed) return;
    const { values } = this.#options();
    for (const name of ACTUATOR_NAMES) {
      if (values[name] === undefined) continue;
      if (!channels.includes(CHANNEL_OF[name])) continue;
      this.cancel(CHANNEL_OF[name]);
      const pending = { tries: 0, stopTimer: undefined, isRunning: false };
      this.#pending.set(name, pending);
      this.#wait(name, pending);
    }
  }

  /**
   * Starts to wait, since a device was lost, if that is wanted.
   *
   * @param names The actuators it has.
   */
  armForDevice(names: readonly ActuatorName[]): void {
    if (!this.#options().afterDeviceLoss) return;
    this.arm(names.map((name) => CHANNEL_OF[name]));
  }

  /** Stops waiting, since somebody commands a channel again. */
  cancel(channel: Channel): void {
    for (const [name, { stopTimer }] of this.#pending) {
      if (CHANNEL_OF[name] !== channel) continue;
      stopTimer?.();
      this.#pending.delete(name);
    }
  }

  /**
   * Tries again what could not be carried out while a device was away.
   *
   * @param names The actuators that are there now.
   */
  retry(names: readonly ActuatorName[]): void {
    for (const name of names) {
      const pending = this.#pending.get(name);
      if (!pending || pending.stopTimer || pending.isRunning) continue;
      pending.tries = 0;
      void this.#drive(name, pending);
    }
  }

  /** Follows safe values that have changed: what has none any more is not waited for, but for another of its channel. */
  followValues(): void {
    const { values } = this.#options();
    for (const name of [...this.#pending.keys()]) {
      if (values[name] !== undefined) continue;
      this.cancel(CHANNEL_OF[name]);
      this.arm([CHANNEL_OF[name]]);
    }
  }

  /** Stops waiting altogether. */
  close(): void {
    for (const { stopTimer } of this.#pending.values()) stopTimer?.();
    this.#pending.clear();
    this.#isClosed = true;
  }

  #wait(name: ActuatorName, pending: Pending): void {
    pending.stopTimer = this.#clock.setTimeout(() => {
      pending.stopTimer = undefined;
      void this.#drive(name, pending);
    }, this.#options().afterMs);
  }

  async #drive(name: ActuatorName, pending: Pending): Promise<void> {
    const value = this.#options().values[name];
    if (value === undefined || !this.#actuators.isAvailable(name)) return;
    pending.tries++;
    pending.isRunning = true;
    try {
      await this.#actuators.drive(name, value, {
        clamp: true,
        isLasting: true,
      });
      if (this.#pending.get(name) === pending) this.#pending.delete(name);
    } catch (error) {
      getLogger("bike").warn("Cannot set {name} to its safe value: {error}", {
        name,
        error,
      });
      if (this.#pending.get(name) !== pending) return;
      if (pending.tries < MAX_TRIES) this.#wait(name, pending);
    } finally {
      pending.isRunning = false;
    }
  }
}

/**
 * Checks safe values.
 *
 * @throws {ConfigError} If one lies outside the limits, or a channel has two.
 */
export function checkSafeValues(values: SafeValues, limits: Limits): void {
  const channels = new Set<Channel>();
  for (const name of ACTUATOR_NAMES) {
    const value = values[name];
    if (value === undefined) continue;
    checkValue(name, value, limits);
    const channel = CHANNEL_OF[name];
    if (channels.has(channel)) {
      throw new ConfigError(
        `Cannot use the safe value of "${name}": the ${channel} has another one, choose one of them`,
        { option: `failSafe.values.${name}` },
      );
    }
    channels.add(channel);
  }
}

function checkValue<K extends ActuatorName>(
  name: K,
  value: BikeValues[K],
  limits: Limits,
): void {
  try {
    limits.check(name, value);
  } catch (cause) {
    const option = `failSafe.values.${name}`;
    throw new ConfigError(
      `Cannot use the safe value of "${name}": it is outside the limits, choose one inside`,
      { option, value: JSON.stringify(value) },
      { cause },
    );
  }
}
