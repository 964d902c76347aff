/**
 * The local implementation of `smartbike.Bike`: the hub, as a typed object.
 *
 * @module
 */
import { systemClock } from "#lib/base/clock.ts";
import type { Bike as BikeHub } from "#lib/bike/bike.ts";
import type { ControllerOptions } from "#lib/bike/controller.ts";
import type { Reading } from "#lib/bike/reading.ts";
import {
  type ActuatorName,
  type BikeValues,
  CHANNELS,
  type MetricName,
} from "#lib/bike/values.ts";
import { EventHook, type Listenable, servedCall } from "#lib/objectapi/mod.ts";
import type {
  Button,
  Calibration,
  CommandOutcome,
  Device,
  HeartRate,
  Holder,
  IBike,
  Limit,
  Measurement,
  Sensor,
  Simulation,
  SimulationState,
} from "./api.gen.ts";
import { Controllers } from "./controllers.ts";
import {
  CHANNEL_MEMBERS,
  toButton,
  toCalibration,
  toCommandOutcome,
  toDevice,
  toHeartRate,
  toLimits,
  toMeasurement,
  toSensor,
  toSimulationState,
} from "./readings.ts";

/** Names of values that are numbers. */
type NumberName = Exclude<MetricName, "heartRate" | "simulation">;

/** The hub as `smartbike.Bike`. It keeps nothing itself: values are read from the hub, commands go to it. */
export class BikeObject implements IBike, Disposable {
  /** Fires with the new value of `speedMetersPerSecond`. */
  readonly onSpeedMetersPerSecondChanged: Listenable<[value: Measurement]>;
  /** Fires with the new value of `cadenceRpm`. */
  readonly onCadenceRpmChanged: Listenable<[value: Measurement]>;
  /** Fires with the new value of `powerWatts`. */
  readonly onPowerWattsChanged: Listenable<[value: Measurement]>;
  /** Fires with the new value of `heartRate`. */
  readonly onHeartRateChanged: Listenable<[value: HeartRate]>;
  /** Fires with the new value of `inclinePercent`. */
  readonly onInclinePercentChanged: Listenable<[value: Measurement]>;
  /** Fires with the new value of `resistancePercent`. */
  readonly onResistancePercentChanged: Listenable<[value: Measurement]>;
  /** Fires with the new value of `fanPercent`. */
  readonly onFanPercentChanged: Listenable<[value: Measurement]>;
  /** Fires with the new value of `targetPowerWatts`. */
  readonly onTargetPowerWattsChanged: Listenable<[value: Measurement]>;
  /** Fires with the new value of `simulation`. */
  readonly onSimulationChanged: Listenable<[value: SimulationState]>;
  /** Fires with the new value of `buttons`. */
  readonly onButtonsChanged: EventHook<[value: readonly Button[]]> =
    new EventHook("onButtonsChanged");
  /** Fires with the new value of `devices`. */
  readonly onDevicesChanged: EventHook<[value: readonly Device[]]> =
    new EventHook("onDevicesChanged");
  /** Fires with the new value of `sensors`. */
  readonly onSensorsChanged: EventHook<[value: readonly Sensor[]]> =
    new EventHook("onSensorsChanged");
  /** Fires with the new value of `holders`. */
  readonly onHoldersChanged: EventHook<[value: readonly Holder[]]> =
    new EventHook("onHoldersChanged");
  /** Fires with the new value of `limits`. */
  readonly onLimitsChanged: EventHook<[value: readonly Limit[]]> =
    new EventHook("onLimitsChanged");
  /** Fires with each report of a sensor. */
  readonly onSensorReported: EventHook<[sensor: Sensor]> = new EventHook(
    "onSensorReported",
  );
  /** Fires with each step of a calibration. */
  readonly onCalibrationStep: EventHook<[device: string, instruction: string]> =
    new EventHook("onCalibrationStep");
  /** Fires when a button was pressed or released. */
  readonly onButtonChanged: EventHook<[button: Button]> = new EventHook(
    "onButtonChanged",
  );
  /** Fires with each report of the heart rate. */
  readonly onHeartRateReported: EventHook<[heartRate: HeartRate]> =
    new EventHook("onHeartRateReported");
  /** Fires with the end of each command. */
  readonly onCommandEnded: EventHook<[outcome: CommandOutcome]> = new EventHook(
    "onCommandEnded",
  );
  readonly #hub: BikeHub;
  readonly #controllers: Controllers;
  readonly #end = new AbortController();

  /**
   * Listens to the hub.
   *
   * @param hub The bike.
   * @param options How commands of its clients are taken; each client is a controller of its own.
   */
  constructor(hub: BikeHub, options: ControllerOptions = {}) {
    this.#hub = hub;
    this.#controllers = new Controllers(hub, options);
    const number = (name: NumberName) => this.#changes(name, toMeasurement);
    this.onSpeedMetersPerSecondChanged = number("speedMetersPerSecond");
    this.onCadenceRpmChanged = number("cadenceRpm");
    this.onPowerWattsChanged = number("powerWatts");
    this.onHeartRateChanged = this.#changes("heartRate", toHeartRate);
    this.onInclinePercentChanged = number("inclinePercent");
    this.onResistancePercentChanged = number("resistancePercent");
    this.onFanPercentChanged = number("fanPercent");
    this.onTargetPowerWattsChanged = number("targetPowerWatts");
    this.onSimulationChanged = this.#changes("simulation", toSimulationState);
    this.#listen();
  }

  /** Speed on the imagined road, in metres a second. */
  getSpeedMetersPerSecond(): Measurement {
    return toMeasurement(this.#hub.read("speedMetersPerSecond"));
  }

  /** Turns of the cranks a minute. */
  getCadenceRpm(): Measurement {
    return toMeasurement(this.#hub.read("cadenceRpm"));
  }

  /** Power at the cranks, in watts. */
  getPowerWatts(): Measurement {
    return toMeasurement(this.#hub.read("powerWatts"));
  }

  /** The rider's heart rate. */
  getHeartRate(): HeartRate {
    return toHeartRate(this.#hub.read("heartRate"));
  }

  /** Inclination, in percent. */
  getInclinePercent(): Measurement {
    return toMeasurement(this.#hub.read("inclinePercent"));
  }

  /** Resistance of the brake, in percent. */
  getResistancePercent(): Measurement {
    return toMeasurement(this.#hub.read("resistancePercent"));
  }

  /** Speed of the fan, in percent. */
  getFanPercent(): Measurement {
    return toMeasurement(this.#hub.read("fanPercent"));
  }

  /** Power that the brake holds, in watts. */
  getTargetPowerWatts(): Measurement {
    return toMeasurement(this.#hub.read("targetPowerWatts"));
  }

  /** The road that the brake imitates. */
  getSimulation(): SimulationState {
    return toSimulationState(this.#hub.read("simulation"));
  }

  /** All buttons. */
  getButtons(): readonly Button[] {
    return this.#hub.buttons.map(toButton);
  }

  /** All devices. */
  getDevices(): readonly Device[] {
    return this.#hub.devices.map(toDevice);
  }

  /** The last report of each sensor. */
  getSensors(): readonly Sensor[] {
    return this.#hub.sensors.map(toSensor);
  }

  /** Who holds which channel. */
  getHolders(): readonly Holder[] {
    return CHANNELS.flatMap((name) => {
      const controller = this.#hub.holder(name);
      if (controller === undefined) return [];
      return [{ channel: CHANNEL_MEMBERS[name], controller }];
    });
  }

  /** How far commands may go. */
  getLimits(): readonly Limit[] {
    return toLimits(this.#hub.limits);
  }

  /**
   * Brings the bike to an inclination.
   *
   * @param percent -10 to 19 percent, in steps of 0.5.
   * @param controller Who commands.
   * @returns What the device was set to, in percent.
   */
  setIncline(percent: number, controller: string): Promise<number> {
    return this.#set("inclinePercent", percent, controller);
  }

  /**
   * Sets the resistance of the brake.
   *
   * @param percent 0 to 100 percent.
   * @param controller Who commands.
   * @returns What the device was set to, in percent.
   */
  setResistance(percent: number, controller: string): Promise<number> {
    return this.#set("resistancePercent", percent, controller);
  }

  /**
   * Sets the speed of the fan.
   *
   * @param percent 0 to 100 percent, in steps of 1.
   * @param controller Who commands.
   * @returns What the device was set to, in percent.
   */
  setFan(percent: number, controller: string): Promise<number> {
    return this.#set("fanPercent", percent, controller);
  }

  /**
   * Makes the brake hold a power.
   *
   * @param watts 0 to 2000 watts, in steps of 1.
   * @param controller Who commands.
   * @returns What the device was set to, in watts.
   */
  setTargetPower(watts: number, controller: string): Promise<number> {
    return this.#set("targetPowerWatts", watts, controller);
  }

  /**
   * Makes the brake imitate a road.
   *
   * @param road The road.
   * @param controller Who commands.
   * @returns What the device was set to.
   */
  setSimulation(road: Simulation, controller: string): Promise<Simulation> {
    return this.#set("simulation", road, controller);
  }

  /**
   * Says that a controller is still there.
   *
   * @param controller Its name.
   * @returns Whether it is known.
   */
  keepAlive(controller: string): Promise<boolean> {
    const known = this.#controllers.find(controller);
    known?.keepAlive();
    return Promise.resolve(known !== undefined);
  }

  /**
   * Gives up all that a controller holds.
   *
   * @param controller Its name.
   * @returns Whether it was known.
   */
  release(controller: string): Promise<boolean> {
    return Promise.resolve(this.#controllers.release(controller));
  }

  /**
   * Calibrates a device.
   *
   * @param device Its id.
   * @returns How it ended.
   */
  async calibrate(device: string): Promise<Calibration> {
    return toCalibration(await this.#hub.calibrate(device));
  }

  /** Says that the connection to all clients is lost; the hub's fail-safe then acts. */
  loseControllers(): void {
    this.#controllers.lose();
  }

  /** Stops listening to the hub, and releases what clients hold. */
  close(): void {
    this.#end.abort();
    this.#controllers.close();
  }

  /** The same as {@linkcode BikeObject.close}. */
  [Symbol.dispose](): void {
    this.close();
  }

  #set<K extends ActuatorName>(
    name: K,
    value: BikeValues[K],
    controller: string,
  ): Promise<BikeValues[K]> {
    const deadlineMs = this.#deadline();
    return this.#controllers.get(controller).set(name, value, { deadlineMs });
  }

  /** When the caller gives up, on the bike's clock, which runs faster in some simulated rides. */
  #deadline(): number | undefined {
    const { deadlineMs } = servedCall() ?? {};
    if (deadlineMs === undefined) return undefined;
    return this.#hub.now() + deadlineMs - systemClock.now();
  }

  #changes<K extends MetricName, T>(
    name: K,
    convert: (reading: Reading<BikeValues[K]>) => T,
  ): Listenable<[value: T]> {
    const hook = new EventHook<[value: T]>(`${name} changed`);
    const { signal } = this.#end;
    this.#hub.onMetricChanged(name).add(
      (reading) => hook.fire(convert(reading)),
      {
        signal,
      },
    );
    return hook;
  }

  #listen(): void {
    const hub = this.#hub;
    const { signal } = this.#end;
    const fireDevices = () => this.onDevicesChanged.fire(this.getDevices());
    const fireButtons = () => this.onButtonsChanged.fire(this.getButtons());
    const fireSensors = () => this.onSensorsChanged.fire(this.getSensors());
    hub.onSensorReported.add((reading) => {
      fireSensors();
      this.onSensorReported.fire(toSensor(reading));
    }, { signal });
    hub.onCalibrationStep.add(
      ({ device, instruction }) =>
        this.onCalibrationStep.fire(device, instruction),
      { signal },
    );
    hub.onButton.add((state) => {
      fireButtons();
      this.onButtonChanged.fire(toButton(state));
    }, { signal });
    hub.onDeviceChanged.add(fireDevices, { signal });
    hub.onDeviceRemoved.add(() => {
      fireDevices();
      fireButtons();
      fireSensors();
    }, { signal });
    hub.onHolderChanged.add(
      () => this.onHoldersChanged.fire(this.getHolders()),
      { signal },
    );
    hub.limits.onChanged.add(
      () => this.onLimitsChanged.fire(this.getLimits()),
      { signal },
    );
    hub.onMetricReported("heartRate").add(
      (reading) => this.onHeartRateReported.fire(toHeartRate(reading)),
      { signal },
    );
    hub.onCommandEnded.add(
      (outcome) => this.onCommandEnded.fire(toCommandOutcome(outcome)),
      { signal },
    );
  }
}
