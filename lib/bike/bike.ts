/**
 * The Bike object: the hub between devices and the world.
 *
 * @module
 */
import { type Clock, systemClock } from "#lib/base/clock.ts";
import { EventHook, type Listenable } from "#lib/base/event_hook.ts";
import { Actuators } from "./actuators.ts";
import { Arbiter } from "./arbiter.ts";
import { AwaitedCommands } from "./awaited_commands.ts";
import { type Behavior, behaviorOf, type BehaviorOptions } from "./behavior.ts";
import type { CalibrationResult, CalibrationStep } from "./calibration.ts";
import { CommandError } from "./command_error.ts";
import { MetricTable } from "./metric_table.ts";
import { ButtonBoard, type ButtonState } from "./buttons.ts";
import {
  type CommandOutcome,
  Controller,
  type ControllerOptions,
} from "./controller.ts";
import { BikeDevice, type DeviceStatus, type SourceOptions } from "./device.ts";
import { checkSafeValues, FailSafe } from "./fail_safe.ts";
import { actuatorOf, Limits, type LimitSettings } from "./limits.ts";
import type { Reading } from "./reading.ts";
import { SensorBoard, type SensorReading } from "./sensors.ts";
import type {
  ActuatorName,
  BikeValues,
  Channel,
  MetricName,
} from "./values.ts";

/** How a bike behaves. */
export interface BikeOptions extends BehaviorOptions {
  /**
   * Where it gets its time from.
   *
   * @default {systemClock}
   */
  readonly clock?: Clock;
  /**
   * Limits narrower than `HARD_LIMITS`.
   *
   * @default the hard limits
   */
  readonly limits?: LimitSettings;
}

/**
 * A bike: drivers report to it and carry out its commands, adapters read it,
 * listen to it and command it. Neither knows the other.
 *
 * @example A trainer, and an app that drives it
 * ```ts
 * import { Bike } from "#lib/bike/bike.ts";
 * import assert from "node:assert/strict";
 *
 * using bike = new Bike();
 *
 * const trainer = bike.source("kickr");
 * trainer.actuator("resistancePercent", (percent) => Promise.resolve(Math.round(percent)));
 * trainer.report({ speedMetersPerSecond: 9, powerWatts: 220 });
 *
 * const app = bike.controller("app");
 * assert.equal(bike.read("powerWatts").value, 220);
 * assert.equal(await app.set("resistancePercent", 24.2), 24);
 * assert.equal(bike.read("resistancePercent").value, 24);
 * ```
 */
export class Bike implements Disposable {
  /** How far actuators may be driven. */
  readonly limits: Limits;
  readonly #clock: Clock;
  #behavior: Behavior;
  readonly #metrics: MetricTable;
  readonly #buttons: ButtonBoard;
  readonly #sensors: SensorBoard;
  readonly #arbiter: Arbiter;
  readonly #actuators: Actuators;
  readonly #awaited: AwaitedCommands;
  readonly #failSafe: FailSafe;
  readonly #devices = new Map<string, BikeDevice>();
  readonly #controllers = new Set<Controller>();
  readonly #onDeviceChanged = new EventHook<[status: DeviceStatus]>(
    "device changed",
  );
  readonly #onDeviceRemoved = new EventHook<[device: string]>("device removed");
  readonly #onFrameDropped = new EventHook<[device: string]>("frame dropped");
  readonly #onFrameFlawed = new EventHook<[device: string]>("frame flawed");
  readonly #onCalibrationStep = new EventHook<[step: CalibrationStep]>(
    "calibration step",
  );
  readonly #onCommandEnded = new EventHook<[outcome: CommandOutcome]>(
    "command ended",
  );

  /**
   * Makes a bike without devices.
   *
   * @param options How it behaves.
   * @throws {ConfigError} If a limit or a safe value cannot be used.
   */
  constructor(options: BikeOptions = {}) {
    const { clock = systemClock } = options;
    this.#clock = clock;
    this.limits = new Limits(options.limits);
    this.#behavior = this.#checked(options);
    this.#metrics = new MetricTable(
      clock,
      (name) => this.#behavior.staleAfterMs[name],
    );
    this.#buttons = new ButtonBoard(() => clock.now());
    this.#sensors = new SensorBoard(() => clock.now());
    this.#arbiter = new Arbiter(clock, () => this.#behavior.holdMs);
    this.#actuators = new Actuators(
      clock,
      this.#metrics,
      this.limits,
      (channel) => this.#behavior.pace[channel],
    );
    this.#awaited = new AwaitedCommands(
      clock,
      (channel) => this.#behavior.pace[channel].maxAgeMs,
    );
    this.#failSafe = new FailSafe(
      clock,
      this.#actuators,
      () => this.#behavior.failSafe,
    );
    this.limits.onChanged.add((name) =>
      this.#actuators.enforce(actuatorOf(name))
    );
  }

  /** Fires with the name of a value whose state, value or device changed. */
  get onChanged(): Listenable<[name: MetricName]> {
    return this.#metrics.onChanged;
  }

  /** Fires when a button is pressed or released, and when it is first reported. */
  get onButton(): Listenable<[button: ButtonState]> {
    return this.#buttons.onChanged;
  }

  /** Fires with each report of a sensor that is none of the bike's own values. */
  get onSensorReported(): Listenable<[reading: SensorReading]> {
    return this.#sensors.onReported;
  }

  /** Fires when a device came, or its connection, battery or signal changed. */
  get onDeviceChanged(): Listenable<[status: DeviceStatus]> {
    return this.#onDeviceChanged;
  }

  /** Fires with the id of a device that was taken off the bike. */
  get onDeviceRemoved(): Listenable<[device: string]> {
    return this.#onDeviceRemoved;
  }

  /** Fires with the id of a device of which a frame could not be read and was dropped. */
  get onFrameDropped(): Listenable<[device: string]> {
    return this.#onFrameDropped;
  }

  /** Fires with the id of a device of which only a part of a frame could be used. */
  get onFrameFlawed(): Listenable<[device: string]> {
    return this.#onFrameFlawed;
  }

  /** Fires with the new holder of a channel; undefined if there is none. */
  get onHolderChanged(): Listenable<
    [channel: Channel, holder: string | undefined]
  > {
    return this.#arbiter.onHolderChanged;
  }

  /** Fires with the end of each controller's command, good or bad. */
  get onCommandEnded(): Listenable<[outcome: CommandOutcome]> {
    return this.#onCommandEnded;
  }

  /** Fires with what a rider is to do, or what happens, during a calibration. */
  get onCalibrationStep(): Listenable<[step: CalibrationStep]> {
    return this.#onCalibrationStep;
  }

  /** All buttons of all devices, as they were reported last. */
  get buttons(): readonly ButtonState[] {
    return this.#buttons.all;
  }

  /** The last report of each sensor that is none of the bike's own values. */
  get sensors(): readonly SensorReading[] {
    return this.#sensors.all;
  }

  /** All devices on the bike. */
  get devices(): readonly DeviceStatus[] {
    return [...this.#devices.values()].map(({ status }) => status);
  }

  /**
   * When a device reported anything last.
   *
   * @param device Its id.
   * @returns Milliseconds since 1970-01-01 UTC; undefined if it never did, or there is no such device.
   */
  lastSeenMs(device: string): number | undefined {
    return this.#devices.get(device)?.lastSeenMs;
  }

  /**
   * Reads a value.
   *
   * @param name Its name.
   * @returns The value, its state, time and device.
   */
  read<K extends MetricName>(name: K): Reading<BikeValues[K]> {
    return this.#metrics.metric(name).reading;
  }

  /**
   * The event of changes of one value.
   *
   * @param name Its name.
   * @returns Fires when its state, value or device changed.
   */
  onMetricChanged<K extends MetricName>(
    name: K,
  ): Listenable<[reading: Reading<BikeValues[K]>]> {
    return this.#metrics.metric(name).onChanged;
  }

  /**
   * The event of reports of one value.
   *
   * @param name Its name.
   * @returns Fires with each report of the device that counts, also when it says the same again.
   */
  onMetricReported<K extends MetricName>(
    name: K,
  ): Listenable<[reading: Reading<BikeValues[K]>]> {
    return this.#metrics.metric(name).onReported;
  }

  /**
   * Who holds a channel.
   *
   * @param channel The channel.
   * @returns The id of the controller; undefined if there is none.
   */
  holder(channel: Channel): string | undefined {
    return this.#arbiter.holder(channel);
  }

  /**
   * Puts a device on the bike. Called by its driver.
   *
   * @param device Its id, for example its address or `kickr`.
   * @param options How its values are taken.
   * @returns Its side of the bike; close it when the driver ends.
   * @throws {RangeError} If a device with this id is on the bike.
   */
  source(device: string, options?: SourceOptions): BikeDevice {
    if (this.#devices.has(device)) {
      throw new RangeError(
        `Cannot add device "${device}": it is on the bike, close it first`,
      );
    }
    const context = {
      board: this.#metrics,
      buttons: this.#buttons,
      sensors: this.#sensors,
      actuators: this.#actuators,
      awaited: this.#awaited,
      now: () => this.#clock.now(),
    };
    const source = new BikeDevice(device, context, options);
    this.#devices.set(device, source);
    source.onChanged.add((status) => this.#onDeviceChanged.fire(status));
    source.onAvailable.add((names) => this.#failSafe.retry(names));
    source.onLost.add((names) => this.#failSafe.armForDevice(names));
    source.onCalibrationStep.add((step) => this.#onCalibrationStep.fire(step));
    source.onFrameDropped.add(() => this.#onFrameDropped.fire(device));
    source.onFrameFlawed.add(() => this.#onFrameFlawed.fire(device));
    source.onClosed.add(() => {
      this.#devices.delete(device);
      this.#onDeviceRemoved.fire(device);
    });
    this.#onDeviceChanged.fire(source.status);
    return source;
  }

  /** The time on the bike's clock, in milliseconds since 1970-01-01 UTC; it may run faster than the machine's. */
  now(): number {
    return this.#clock.now();
  }

  /** Whether a device is there that carries out a command. */
  canSet(name: ActuatorName): boolean {
    return this.#actuators.isAvailable(name);
  }

  /** Whether a device is there and has a calibration. */
  canCalibrate(device: string): boolean {
    return this.#devices.get(device)?.canCalibrate ?? false;
  }

  /**
   * Calibrates a device: sets its zero offset, or spins it down.
   *
   * @param device Its id.
   * @returns How it ended.
   * @throws {CommandError} `unavailable` without such a device, calibration or connection, `held` while one runs.
   * @throws {DeviceError} The device refuses, failed, or went.
   * @throws {TimeoutError} The device gave no answer.
   */
  calibrate(device: string): Promise<CalibrationResult> {
    const known = this.#devices.get(device);
    if (known) return known.calibrate();
    return Promise.reject(
      new CommandError(
        `Cannot calibrate "${device}": there is no such device, expected one of ${
          [...this.#devices.keys()].join(", ") || "none"
        }`,
        device,
        "unavailable",
      ),
    );
  }

  /**
   * Lets somebody command the bike. Called by adapters, once for each who commands.
   *
   * @param id Its id, which others see.
   * @param options How its commands are taken.
   * @returns Its side of the bike; call `lose` when its connection breaks.
   */
  controller(id: string, options?: ControllerOptions): Controller {
    const controller = new Controller(id, {
      clock: this.#clock,
      limits: this.limits,
      arbiter: this.#arbiter,
      actuators: this.#actuators,
      awaited: this.#awaited,
      failSafe: this.#failSafe,
    }, options);
    this.#controllers.add(controller);
    controller.onCommandEnded.add((outcome) =>
      this.#onCommandEnded.fire(outcome)
    );
    controller.onClosed.add(() => this.#controllers.delete(controller));
    return controller;
  }

  /**
   * Changes how the bike behaves while it runs. A command that is under way
   * and a wait that has begun end as they would have.
   *
   * @param options All of how it behaves; what is left out has its default.
   * @throws {ConfigError} If a safe value cannot be used; nothing has changed then.
   */
  behave(options: BehaviorOptions): void {
    this.#behavior = this.#checked(options);
    this.#metrics.followAges();
    this.#actuators.followPace();
    this.#failSafe.followValues();
  }

  #checked(options: BehaviorOptions): Behavior {
    const behavior = behaviorOf(options);
    checkSafeValues(behavior.failSafe.values, this.limits);
    return behavior;
  }

  /** Makes the imitated road steeper than others see it, as a virtual gear does: by how much, in percent. */
  shiftRoad(gradePercent: number): void {
    this.#actuators.shiftRoad(gradePercent);
  }

  /** Takes all devices off, ends all controllers and stops watching the time. */
  close(): void {
    for (const controller of this.#controllers) controller.close();
    this.#failSafe.close();
    this.#actuators.close();
    for (const device of this.#devices.values()) device.close();
    this.#metrics.close();
  }

  /** The same as {@linkcode Bike.close}. */
  [Symbol.dispose](): void {
    this.close();
  }
}
