/**
 * What can be driven, and which devices carry it out.
 *
 * @module
 */
import type { Clock } from "#lib/base/clock.ts";
import { DeviceError } from "#lib/base/errors.ts";
import { getLogger } from "#lib/base/logger.ts";
import type { MetricTable } from "./metric_table.ts";
import { CommandError } from "./command_error.ts";
import { CommandQueue, type QueueOptions } from "./command_queue.ts";
import type { Limits } from "./limits.ts";
import type { Origin } from "./metric.ts";
import { RoadShift } from "./road_shift.ts";
import { isSameValue, liveValue, type Reading, UNKNOWN } from "./reading.ts";
import {
  ACTUATOR_NAMES,
  type ActuatorName,
  type BikeValues,
  type Channel,
  CHANNEL_OF,
} from "./values.ts";

/** What a driver gets with a command. */
export interface CarryOutOptions {
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

/**
 * Brings a device to a value, within all limits, and resolves once the device
 * has answered: with what it was really set to, or with nothing where that is
 * the value itself. Rejects with a `DeviceError` where the device refused.
 */
export type CarryOut<T> = (
  value: T,
  options: CarryOutOptions,
) => Promise<T | void>;

/** What became of a command that was carried out. */
export interface Applied<T> {
  /** What the device was really set to. */
  readonly value: T;
  /** The device's reading with that value. */
  readonly reading: Reading<T>;
}

/** A device's side of an actuator. */
export interface ActuatorDriver<T> {
  /** The device. */
  readonly origin: Origin;
  /** Checks whether the device is there. */
  readonly isConnected: () => boolean;
  /** Carries commands out. */
  readonly carryOut: CarryOut<T>;
  /** Whether a device that comes back gets its last value again. */
  readonly isRestored: boolean;
  /** Least time between the starts of two commands, in milliseconds. */
  readonly minIntervalMs: number;
}

/** How the commands of each channel are paced. */
export const PACE: Readonly<Record<Channel, QueueOptions>> = {
  incline: { minIntervalMs: 250, maxAgeMs: 5000, timeoutMs: 10_000 },
  brake: { minIntervalMs: 100, maxAgeMs: 5000, timeoutMs: 10_000 },
  fan: { minIntervalMs: 250, maxAgeMs: 5000, timeoutMs: 10_000 },
};

/** Paces that differ from {@linkcode PACE}. */
export type PaceOptions = Readonly<
  Partial<Record<Channel, Partial<QueueOptions>>>
>;

/** How a command is treated. */
export interface DriveOptions {
  /**
   * Goes as near to the value as is allowed, instead of refusing it.
   *
   * @default {false}
   */
  readonly clamp?: boolean;
  /**
   * The command is wanted however long it waits.
   *
   * @default {false}
   */
  readonly isLasting?: boolean;
  /**
   * When the command was given, on the monotonic clock, in milliseconds.
   *
   * @default now
   */
  readonly givenAtMs?: number;
  /**
   * When nobody wants it any more, in milliseconds since 1970-01-01 UTC.
   *
   * @default never
   */
  readonly deadlineMs?: number | undefined;
}

/** The devices that have each actuator, in the order in which they came. */
type Drivers = {
  readonly [K in ActuatorName]: ActuatorDriver<BikeValues[K]>[];
};

/** What can be driven: the one way to a device, past all limits. */
export class Actuators {
  readonly #board: MetricTable;
  readonly #limits: Limits;
  readonly #drivers: Drivers = {
    inclinePercent: [],
    resistancePercent: [],
    fanPercent: [],
    targetPowerWatts: [],
    simulation: [],
  };
  /** The device that each channel's last command went to. */
  readonly #carriers = new Map<Channel, Origin>();
  readonly #queues: Readonly<Record<Channel, CommandQueue>>;
  readonly #shift = new RoadShift();

  /**
   * Starts without devices.
   *
   * @param clock Says when commands are due.
   * @param board Learns what actuators were set to.
   * @param limits How far they may be driven.
   * @param paceOf How the commands of a channel are paced at present.
   */
  constructor(
    clock: Clock,
    board: MetricTable,
    limits: Limits,
    paceOf: (channel: Channel) => QueueOptions,
  ) {
    this.#board = board;
    this.#limits = limits;
    const queue = (channel: Channel) =>
      new CommandQueue(clock, () => paceOf(channel));
    this.#queues = {
      incline: queue("incline"),
      brake: queue("brake"),
      fan: queue("fan"),
    };
  }

  /**
   * Checks whether a device that is there has an actuator.
   *
   * @returns True if a command can be carried out now.
   */
  isAvailable(name: ActuatorName): boolean {
    return this.#drivers[name].some((driver) => driver.isConnected());
  }

  /** Gives an actuator to a device, in place of what the device gave before. */
  attach<K extends ActuatorName>(
    name: K,
    driver: ActuatorDriver<BikeValues[K]>,
  ): void {
    const drivers = this.#driversOf(name);
    const before = drivers.findIndex(({ origin }) => origin === driver.origin);
    if (before >= 0) drivers[before] = driver;
    else drivers.push(driver);
  }

  /** Takes all actuators from a device. */
  detach(origin: Origin): void {
    for (const name of this.namesOf(origin)) {
      const drivers = this.#drivers[name];
      drivers.splice(drivers.findIndex((one) => one.origin === origin), 1);
    }
  }

  /** The actuators of a device. */
  namesOf(origin: Origin): readonly ActuatorName[] {
    return ACTUATOR_NAMES.filter((name) =>
      this.#drivers[name].some((driver) => driver.origin === origin)
    );
  }

  /**
   * Drives an actuator. The value is checked against the limits of the moment
   * at which it is carried out.
   *
   * @param options How it is treated.
   * @returns What the device was really set to.
   * @throws {CommandError} Refused by the hub.
   * @throws {DeviceError} Refused by the device, or the device is gone.
   * @throws {TimeoutError} The device did not answer in time.
   */
  drive<K extends ActuatorName>(
    name: K,
    value: BikeValues[K],
    options: DriveOptions = {},
  ): Promise<Applied<BikeValues[K]>> {
    const { clamp = false, isLasting = false, deadlineMs, givenAtMs } = options;
    return this.#queues[CHANNEL_OF[name]].submit({
      actuator: name,
      isLasting,
      deadlineMs,
      ...(givenAtMs !== undefined && { givenAtMs }),
      minIntervalMs: this.#best(name)?.minIntervalMs ?? 0,
      run: (signal) => {
        const checked = clamp
          ? this.#limits.clamp(name, value)
          : this.#limits.check(name, value);
        return this.#carryOut(name, checked, signal);
      },
    });
  }

  /** Makes the imitated road steeper than others see it, by so much in percent, and sends it again at once. */
  shiftRoad(gradePercent: number): void {
    if (gradePercent === this.#shift.gradePercent) return;
    this.#shift.gradePercent = gradePercent;
    const road = () => liveValue(this.#board.metric("simulation").reading);
    if (this.#queues.brake.hasWaiting || !road()) return;
    this.#queues.brake.submit({
      actuator: "simulation",
      run: async (signal) => {
        const value = road();
        if (value) await this.#carryOut("simulation", value, signal);
      },
    }).catch(() => {});
  }

  /**
   * Brings an actuator back within its limits, after these were changed. It
   * counts as the newest command of its channel.
   */
  enforce(name: ActuatorName): void {
    if (!this.isAvailable(name)) return;
    const queue = this.#queues[CHANNEL_OF[name]];
    if (!queue.isBusy && this.#excess(name) === undefined) return;
    queue.submit({
      actuator: name,
      isLasting: true,
      run: async (signal) => {
        const value = this.#excess(name);
        if (value !== undefined) await this.#carryOut(name, value, signal);
      },
    }).catch((error) => {
      getLogger("bike").warn("Cannot bring {name} within limits: {error}", {
        name,
        error,
      });
    });
  }

  /**
   * Gives actuators of a device that came back their last value again, where
   * the device or a gear wants that. Any newer command comes before it. What was limited
   * while the device was away is brought back within its limits.
   *
   * @param names Which of its actuators.
   */
  restore(origin: Origin, names: readonly ActuatorName[]): void {
    for (const name of names) {
      this.#restore(origin, name);
      if (!this.#queues[CHANNEL_OF[name]].isBusy) this.enforce(name);
    }
  }

  #restore<K extends ActuatorName>(origin: Origin, name: K): void {
    const own = this.#driversOf(name).find((one) => one.origin === origin);
    const reading = this.#board.metric(name).reading;
    const isLost = reading.state === "stale" &&
      reading.device === origin.device;
    const isWanted = own?.isRestored || this.#shift.isFelt(name);
    if (!isWanted || !isLost || reading.value === undefined) return;
    if (this.#queues[CHANNEL_OF[name]].isBusy) return;
    this.drive(name, reading.value, { clamp: true }).catch((error) => {
      getLogger("bike").warn("Cannot restore {name}: {error}", { name, error });
    });
  }

  /** Where to bring an actuator that stands outside its limits. */
  #excess<K extends ActuatorName>(name: K): BikeValues[K] | undefined {
    const { state, value } = this.#board.metric(name).reading;
    const isThere = state === "live" || state === "stale";
    if (!isThere || value === undefined) return undefined;
    const allowed = this.#limits.clamp(name, value);
    return isSameValue(allowed, value) ? undefined : allowed;
  }

  async #carryOut<K extends ActuatorName>(
    name: K,
    value: BikeValues[K],
    signal: AbortSignal,
  ): Promise<Applied<BikeValues[K]>> {
    const { carryOut, origin } = this.driver(name);
    this.#carriers.set(CHANNEL_OF[name], origin);
    const sent = this.#limits.clamp(name, this.#shift.of[name](value));
    const answer = await carryOut(sent, { signal }) ?? sent;
    // A gear is no part of the road that others see.
    const applied = isSameValue(sent, value) ? answer : value;
    // Whoever waited was answered already.
    if (signal.aborted) return { value: applied, reading: UNKNOWN };
    const reading = this.#board.applied(origin, name, applied);
    return { value: applied, reading };
  }

  /**
   * The device that an actuator is driven by: of those that are there, the one
   * with the highest priority, then the one that came first.
   *
   * @throws {CommandError} `unavailable` if no device has it.
   * @throws {DeviceError} `disconnected` if all that have it are gone.
   */
  driver<K extends ActuatorName>(name: K): ActuatorDriver<BikeValues[K]> {
    const [first] = this.#driversOf(name);
    if (!first) {
      throw new CommandError(
        `Cannot set "${name}": no device has it, start a driver that does`,
        name,
        "unavailable",
      );
    }
    const best = this.#best(name);
    if (!best) throw goneError(name, first.origin.device);
    return best;
  }

  #best<K extends ActuatorName>(
    name: K,
  ): ActuatorDriver<BikeValues[K]> | undefined {
    return this.#driversOf(name).filter((driver) => driver.isConnected())
      .toSorted((a, b) => b.origin.priority - a.origin.priority)[0];
  }

  #driversOf<K extends ActuatorName>(
    name: K,
  ): ActuatorDriver<BikeValues[K]>[] {
    const drivers: {
      readonly [P in K]: ActuatorDriver<BikeValues[P]>[];
    } = this.#drivers;
    return drivers[name];
  }

  /**
   * Gives up what runs on a device that went, and what waits for it where no
   * other device can do it.
   */
  abort(origin: Origin): void {
    for (const name of this.namesOf(origin)) {
      const channel = CHANNEL_OF[name];
      const isCarrier = this.#carriers.get(channel) === origin;
      if (isCarrier || !this.isAvailable(name)) {
        this.#queues[channel].abort(goneError(name, origin.device));
      }
    }
  }

  /** Follows a pace that has changed: what waits may be due. */
  followPace(): void {
    for (const queue of Object.values(this.#queues)) queue.followPace();
  }

  /** Gives up all commands. */
  close(): void {
    for (const [channel, queue] of Object.entries(this.#queues)) {
      queue.abort(
        new CommandError(
          `Cannot drive the ${channel}: the bike was closed`,
          channel,
          "closed",
        ),
      );
    }
  }
}

function goneError(name: ActuatorName, device: string): DeviceError {
  return new DeviceError(
    `Cannot set "${name}": "${device}" is not connected, wait until it is`,
    device,
    "disconnected",
  );
}
