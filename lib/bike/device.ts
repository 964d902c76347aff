/**
 * The side of the bike that drivers see.
 *
 * @module
 */
import { DeviceError } from "#lib/base/errors.ts";
import { EventHook } from "#lib/base/event_hook.ts";
import type { ActuatorDriver, Actuators, CarryOut } from "./actuators.ts";
import type { AwaitedCommands } from "./awaited_commands.ts";
import type { MetricTable } from "./metric_table.ts";
import type { ButtonBoard } from "./buttons.ts";
import {
  type Calibrate,
  Calibration,
  type CalibrationResult,
  type CalibrationStep,
} from "./calibration.ts";
import { CommandError } from "./command_error.ts";
import type { Origin } from "./metric.ts";
import { isSameReading, type Reading, UNKNOWN } from "./reading.ts";
import type { SensorBoard, SensorReport } from "./sensors.ts";
import type { ActuatorName, BikeReport, BikeValues } from "./values.ts";

/** How a device's values are taken. */
export interface SourceOptions {
  /**
   * Of two live devices that report the same, the one with the higher
   * priority wins. A heart rate strap has more than a trainer that passes one
   * on, a crank sensor more than a trainer that estimates the cadence.
   *
   * @default {0}
   */
  readonly priority?: number;
  /**
   * Whether the device sends nothing while the rider rests; its speed,
   * cadence and power then become zero instead of stale.
   *
   * @default {false}
   */
  readonly silentMeansStopped?: boolean;
  /**
   * What the device may turn out to have once it is there; commands for that
   * wait for it, instead of being refused at once.
   *
   * @default nothing
   */
  readonly actuators?: readonly ActuatorName[];
}

/** How an actuator of a device is treated. */
export interface ActuatorOptions {
  /**
   * Gives the device its last value again when it comes back; for what hurts
   * nobody, such as a fan.
   *
   * @default {false}
   */
  readonly isRestored?: boolean;
  /**
   * Least time between the starts of two commands, in milliseconds, for
   * devices that need more than their channel gives; of commands that come
   * meanwhile the newest is carried out.
   *
   * @default {0}
   */
  readonly minIntervalMs?: number;
}

/** What a device says about itself. */
export interface DeviceReport {
  /** Charge of its battery, 0 to 100 percent; null where it has none. */
  readonly batteryPercent?: number | null;
  /** Strength of its radio signal, -127 to 20 dBm; null where nobody knows. */
  readonly signalDbm?: number | null;
}

/** A device as adapters see it. */
export interface DeviceStatus {
  /** Its id. */
  readonly device: string;
  /** Whether its driver has a connection to it. */
  readonly isConnected: boolean;
  /** Charge of its battery, 0 to 100 percent. */
  readonly batteryPercent: Reading<number>;
  /** Strength of its radio signal, in dBm. */
  readonly signalDbm: Reading<number>;
  /** What an operator should know of it while it works, in words. */
  readonly notes: readonly string[];
}

/** The parts of the bike that a device stands on. */
interface DeviceContext {
  /** Takes its values. */
  readonly board: MetricTable;
  /** Takes its buttons. */
  readonly buttons: ButtonBoard;
  /** Takes its sensors. */
  readonly sensors: SensorBoard;
  /** Drives its actuators. */
  readonly actuators: Actuators;
  /** Commands that wait for it. */
  readonly awaited: AwaitedCommands;
  /** The time of day, in milliseconds since 1970-01-01 UTC. */
  readonly now: () => number;
}

/** A device on the bike: its driver reports values to it and gives it actuators. */
export class BikeDevice implements Disposable {
  /** Fires when the device's connection, battery or signal changed. */
  readonly onChanged: EventHook<[status: DeviceStatus]>;
  /** Fires when the device has come back, or got one more actuator. */
  readonly onAvailable: EventHook<[names: readonly ActuatorName[]]>;
  /** Fires when the device has gone, with the actuators it has. */
  readonly onLost: EventHook<[names: readonly ActuatorName[]]>;
  /** Fires with each step of a calibration. */
  readonly onCalibrationStep: EventHook<[step: CalibrationStep]>;
  /** Fires with each frame of the device that could not be read and was dropped. */
  readonly onFrameDropped: EventHook<[]>;
  /** Fires with each frame of the device of which only a part could be used. */
  readonly onFrameFlawed: EventHook<[]>;
  /** Fires once, when the device is closed. */
  readonly onClosed: EventHook<[]>;
  readonly #context: DeviceContext;
  readonly #origin: Origin;
  #isConnected = true;
  #isClosed = false;
  #lastSeenMs: number | undefined;
  #batteryPercent: Reading<number> = UNKNOWN;
  #signalDbm: Reading<number> = UNKNOWN;
  #calibration: Calibration | undefined;
  readonly #notes = new Map<string, string>();

  /**
   * Made by `Bike.source`.
   *
   * @param device Its id.
   * @param options How its values are taken.
   */
  constructor(
    device: string,
    context: DeviceContext,
    options: SourceOptions = {},
  ) {
    const { priority = 0, silentMeansStopped = false } = options;
    this.#origin = { device, priority, silentMeansStopped };
    this.#context = context;
    this.#expect(options.actuators ?? []);
    this.onChanged = new EventHook(`${device} changed`);
    this.onAvailable = new EventHook(`${device} available`);
    this.onLost = new EventHook(`${device} lost`);
    this.onCalibrationStep = new EventHook(`${device} calibration`);
    this.onFrameDropped = new EventHook(`${device} frame dropped`);
    this.onFrameFlawed = new EventHook(`${device} frame flawed`);
    this.onClosed = new EventHook(`${device} closed`);
  }

  /** When it reported anything last, in milliseconds since 1970-01-01 UTC; undefined if it never did. */
  get lastSeenMs(): number | undefined {
    return this.#lastSeenMs;
  }

  /** Whether it is there and has a calibration. */
  get canCalibrate(): boolean {
    return this.#isConnected && this.#calibration !== undefined;
  }

  /** What adapters see of it. */
  get status(): DeviceStatus {
    return {
      device: this.#origin.device,
      isConnected: this.#isConnected,
      batteryPercent: this.#batteryPercent,
      signalDbm: this.#signalDbm,
      notes: [...this.#notes.values()],
    };
  }

  /**
   * Takes the values of one notification. Parts of a record that was split
   * over several may come one by one; what is left out stays as it is. Numbers
   * that no bike can have (not finite, a heart rate of 0, a negative speed or
   * cadence) are taken as left out.
   *
   * @param report The values, by name.
   */
  report(report: BikeReport): void {
    if (this.#isUsable()) this.#context.board.report(this.#origin, report);
  }

  /**
   * Takes what the device says about itself.
   *
   * @param report Its battery and signal.
   */
  reportDevice(report: DeviceReport): void {
    if (!this.#isUsable()) return;
    const { batteryPercent, signalDbm } = report;
    const battery = this.#reading(this.#batteryPercent, batteryPercent);
    const signal = this.#reading(this.#signalDbm, signalDbm);
    const isSame = isSameReading(battery, this.#batteryPercent) &&
      isSameReading(signal, this.#signalDbm);
    this.#batteryPercent = battery;
    this.#signalDbm = signal;
    if (!isSame) this.onChanged.fire(this.status);
  }

  /**
   * Takes a button's state.
   *
   * @param button Its name, for example `LEFT`.
   * @param isPressed Whether it is down.
   */
  reportButton(button: string, isPressed: boolean): void {
    if (!this.#isUsable()) return;
    this.#context.buttons.put(this.#origin.device, button, isPressed);
  }

  /**
   * Takes a value of a sensor that is none of the bike's own values.
   *
   * @param report The value.
   * @throws {RangeError} If its name is no sensor name.
   */
  reportSensor(report: SensorReport): void {
    if (!this.#isUsable()) return;
    this.#context.sensors.put(this.#origin.device, report);
  }

  /** Counts a frame that could not be read and was dropped. */
  reportDroppedFrame(): void {
    if (!this.#isClosed) this.onFrameDropped.fire();
  }

  /** Counts a frame of which only a part could be used. */
  reportFlawedFrame(): void {
    if (!this.#isClosed) this.onFrameFlawed.fire();
  }

  /**
   * Says what an operator should know of the device while it works.
   *
   * @param subject What it is about; a new note on it replaces the one before.
   * @param text The note; undefined takes it back.
   */
  note(subject: string, text: string | undefined): void {
    if (this.#isClosed || this.#notes.get(subject) === text) return;
    if (text === undefined) this.#notes.delete(subject);
    else this.#notes.set(subject, text);
    this.onChanged.fire(this.status);
  }

  /**
   * Gives the bike an actuator of this device.
   *
   * @param name What can be set.
   * @param carryOut Sets it; called with one value at a time, within all limits.
   * @param options How it is treated.
   */
  actuator<K extends ActuatorName>(
    name: K,
    carryOut: CarryOut<BikeValues[K]>,
    options: ActuatorOptions = {},
  ): void {
    const driver: ActuatorDriver<BikeValues[K]> = {
      origin: this.#origin,
      isConnected: () => this.#isConnected,
      carryOut,
      isRestored: options.isRestored ?? false,
      minIntervalMs: options.minIntervalMs ?? 0,
    };
    this.#context.actuators.attach(name, driver);
    this.#expect([name]);
    if (this.#isConnected) this.#publishAvailable([name]);
  }

  /**
   * Gives the bike the calibration of this device, in place of what it gave before.
   *
   * @param calibrate Calibrates it.
   */
  calibration(calibrate: Calibrate): void {
    this.#calibration = new Calibration(calibrate);
  }

  /**
   * Calibrates the device. Called by `Bike.calibrate`.
   *
   * @returns How it ended.
   * @throws {CommandError} `unavailable` without a calibration or connection, `held` while one runs.
   * @throws {DeviceError} The device refuses, failed, or went.
   * @throws {TimeoutError} The device gave no answer.
   */
  calibrate(): Promise<CalibrationResult> {
    const { device } = this.#origin;
    const refuse = (why: string, code: "unavailable" | "held") =>
      new CommandError(`Cannot calibrate "${device}": ${why}`, device, code);
    if (!this.#calibration || !this.#isConnected) {
      const why = this.#isConnected
        ? "it has no calibration that this program knows"
        : "it is not connected, wait until it is";
      return Promise.reject(refuse(why, "unavailable"));
    }
    return this.#calibration.run(
      (instruction) => this.onCalibrationStep.fire({ device, instruction }),
      () => refuse("it is being calibrated, wait until that has ended", "held"),
    );
  }

  /**
   * Says whether the driver has a connection to the device; a new device has.
   * Without one all its values are `disconnected`, its buttons are released
   * and its commands fail; back again, values are `stale` until reported anew.
   *
   * @param isConnected Whether it has.
   */
  setConnected(isConnected: boolean): void {
    if (this.#isClosed || isConnected === this.#isConnected) return;
    const { actuators, board, buttons } = this.#context;
    const state = isConnected ? "stale" : "disconnected";
    this.#isConnected = isConnected;
    board.mark(this.#origin, state);
    this.#batteryPercent = marked(this.#batteryPercent, state);
    this.#signalDbm = marked(this.#signalDbm, state);
    if (!isConnected) {
      buttons.releaseAll(this.#origin.device);
      actuators.abort(this.#origin);
      this.#calibration?.abort(this.#goneError());
      this.onLost.fire(actuators.namesOf(this.#origin));
    }
    this.onChanged.fire(this.status);
    if (isConnected) this.#publishAvailable(actuators.namesOf(this.#origin));
  }

  /** Takes the device off the bike, with its values, buttons and actuators. */
  close(): void {
    if (this.#isClosed) return;
    this.setConnected(false);
    this.#isClosed = true;
    const { actuators, awaited, board, buttons, sensors } = this.#context;
    actuators.detach(this.#origin);
    awaited.forget(this.#origin);
    buttons.remove(this.#origin.device);
    sensors.remove(this.#origin.device);
    board.remove(this.#origin);
    this.onClosed.fire();
  }

  /** The same as {@linkcode BikeDevice.close}. */
  [Symbol.dispose](): void {
    this.close();
  }

  #expect(actuators: readonly ActuatorName[]): void {
    this.#context.awaited.expect({
      origin: this.#origin,
      actuators,
      isConnected: () => this.#isConnected,
    });
  }

  /** What somebody waits for comes before safe and former values. */
  #publishAvailable(names: readonly ActuatorName[]): void {
    this.#context.awaited.start(names);
    this.onAvailable.fire(names);
    this.#context.actuators.restore(this.#origin, names);
  }

  #goneError(): DeviceError {
    const { device } = this.#origin;
    return new DeviceError(
      `Cannot calibrate "${device}": it went, wait until it is back and try again`,
      device,
      "disconnected",
    );
  }

  #isUsable(): boolean {
    if (this.#isClosed) return false;
    this.#lastSeenMs = this.#context.now();
    this.setConnected(true);
    return true;
  }

  #reading(
    before: Reading<number>,
    value: number | null | undefined,
  ): Reading<number> {
    if (value === undefined) return before;
    if (value === null || !Number.isFinite(value)) return UNKNOWN;
    const { device } = this.#origin;
    return { state: "live", value, timeMs: this.#context.now(), device };
  }
}

function marked(
  reading: Reading<number>,
  state: "stale" | "disconnected",
): Reading<number> {
  return reading.state === "unknown" ? reading : { ...reading, state };
}
