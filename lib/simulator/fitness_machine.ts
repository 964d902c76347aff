/**
 * The Fitness Machine service of a trainer.
 *
 * @module
 */
import {
  decodeFitnessMachineCommand,
  encodeFitnessMachineResponse,
  type FitnessMachineCommand,
  type FitnessMachineResponse,
} from "#lib/gatt/fitness_machine_control_point.ts";
import { encodeFitnessMachineFeature } from "#lib/gatt/fitness_machine_feature.ts";
import {
  encodeFitnessMachineStatus,
  type FitnessMachineStatus,
} from "#lib/gatt/fitness_machine_status.ts";
import {
  encodeSupportedPowerRange,
  encodeSupportedResistanceLevelRange,
  type SupportedRange,
} from "#lib/gatt/supported_ranges.ts";
import {
  encodeTrainingStatus,
  TRAINING_STATUSES,
} from "#lib/gatt/training_status.ts";
import { CHARACTERISTICS, SERVICES } from "#lib/gatt/uuids.ts";
import type { BrakeSetting, Road } from "./brake.ts";
import {
  addControlPoint,
  decodeRequest,
  type Outcome,
} from "./control_point.ts";
import type { HubMeter } from "./hub_meter.ts";
import { indoorBikeFrames } from "./indoor_bike_frames.ts";
import type { SimulatedDevice } from "./simulated_device.ts";

/** What a trainer's Fitness Machine service is. */
export interface FitnessMachineOptions {
  /** What the trainer measures with. */
  readonly meter: HubMeter;
  /**
   * The longest notification, in bytes; records that do not fit are split.
   *
   * @default {20}
   */
  readonly frameBytes?: number;
  /**
   * Resistance levels.
   *
   * @default {0 to 100 in steps of 0.1}
   */
  readonly resistance?: SupportedRange;
  /**
   * Target powers, in W.
   *
   * @default {0 to 2000 in steps of 1}
   */
  readonly power?: SupportedRange;
  /** Called with each road that is to be imitated. */
  readonly onRoad?: (road: Road) => void;
}

/** Results (Fitness Machine Service 1.0, section 4.16.2.22). */
const SUCCESS = 1;
const NOT_SUPPORTED = 2;
const INVALID_PARAMETER = 3;
const CONTROL_NOT_PERMITTED = 5;

/** How long requests take, in ms, by op code, and all others: as in `tests/fixtures/gatt/session.jsonl`. */
const ANSWER_MS: Readonly<Record<number, readonly [number, number]>> = {
  0x00: [25, 45],
  0x07: [100, 150],
};
const OTHER_ANSWER_MS = [90, 370] as const;

/** Speeds between which a spin-down starts, in km/h. Our choice. */
const SPIN_DOWN_SPEEDS = { targetSpeedLowKph: 36, targetSpeedHighKph: 40 };
/** When the rider is asked to stop, and when the spin-down is done, in ms. Our choice. */
const STOP_PEDALING_MS = 5000;
const SPUN_DOWN_MS = 15_000;

/** The answer to a command, and what is reported besides. */
interface Result extends Partial<FitnessMachineResponse> {
  readonly resultCode: number;
  readonly status?: FitnessMachineStatus;
}

/** The service: measures the ride, and controls the brake for whom has asked for control. */
export class FitnessMachine {
  readonly #device: SimulatedDevice;
  readonly #meter: HubMeter;
  readonly #resistance: SupportedRange;
  readonly #power: SupportedRange;
  readonly #frameBytes: number;
  readonly #onRoad: (road: Road) => void;
  #hasControl = false;
  #training: (typeof TRAINING_STATUSES)[number] = "idle";

  /**
   * Gives a trainer the service.
   *
   * @param options What the service is.
   */
  constructor(device: SimulatedDevice, options: FitnessMachineOptions) {
    const { meter, frameBytes = 20, onRoad = () => {} } = options;
    this.#device = device;
    this.#meter = meter;
    this.#frameBytes = frameBytes;
    this.#onRoad = onRoad;
    this.#resistance = options.resistance ??
      { minimum: 0, maximum: 100, step: 0.1 };
    this.#power = options.power ?? { minimum: 0, maximum: 2000, step: 1 };
    this.#addCharacteristics();
    device.peripheral.onDisconnected.add(() => this.#hasControl = false);
    device.every(1, () => this.#measure());
  }

  /** Whether somebody has control. */
  get hasControl(): boolean {
    return this.#hasControl;
  }

  /** Takes control away from whom has it, as somebody at the machine does. */
  revokeControl(): void {
    this.#hasControl = false;
    this.#notify({ name: "controlPermissionLost" });
  }

  #addCharacteristics(): void {
    const service = SERVICES.fitnessMachine;
    const device = this.#device;
    const uuids = CHARACTERISTICS;
    device.add(service, uuids.fitnessMachineFeature, ["read"], {
      value: encodeFitnessMachineFeature({
        features: [
          "averageSpeed",
          "cadence",
          "totalDistance",
          "resistanceLevel",
          "expendedEnergy",
          "elapsedTime",
          "powerMeasurement",
        ],
        targets: [
          "resistance",
          "power",
          "indoorBikeSimulation",
          "wheelCircumference",
          "spinDown",
        ],
      }),
    });
    device.add(service, uuids.trainingStatus, ["read", "notify"], {
      value: () => this.#trainingStatus(),
    });
    addControlPoint(device, {
      service,
      uuid: uuids.fitnessMachineControlPoint,
      latencyMs: ([opCode = 0]) => ANSWER_MS[opCode] ?? OTHER_ANSWER_MS,
      run: (request) => this.#run(request),
    });
    device.add(service, uuids.fitnessMachineStatus, ["notify"]);
    device.add(service, uuids.indoorBikeData, ["notify"]);
    device.add(service, uuids.supportedResistanceLevelRange, ["read"], {
      value: encodeSupportedResistanceLevelRange(this.#resistance),
    });
    device.add(service, uuids.supportedPowerRange, ["read"], {
      value: encodeSupportedPowerRange(this.#power),
    });
  }

  #measure(): void {
    const { ride: { controls }, peripheral } = this.#device;
    const { minimum, maximum } = this.#resistance;
    const { brake } = controls;
    const share = brake.mode === "resistance" ? brake.percent / 100 : 0;
    const resistanceLevel = minimum + (maximum - minimum) * share;
    const frames = indoorBikeFrames(this.#meter.read(), {
      resistanceLevel,
      frameBytes: this.#frameBytes,
    });
    for (const frame of frames) {
      peripheral.notify(CHARACTERISTICS.indoorBikeData, frame);
    }
  }

  #run(request: Uint8Array): Outcome {
    const command = decodeRequest(decodeFitnessMachineCommand, request);
    const { status, ...response } = !command
      ? { resultCode: INVALID_PARAMETER }
      : command.name === "unknown"
      ? { resultCode: NOT_SUPPORTED }
      : this.#judge(command);
    return {
      response: encodeFitnessMachineResponse({
        name: "response",
        requestOpCode: request[0] ?? 0,
        ...response,
      }),
      then: () => status && this.#notify(status),
    };
  }

  #judge(command: FitnessMachineCommand): Result {
    if (command.name === "requestControl") {
      this.#hasControl = true;
      return { resultCode: SUCCESS };
    }
    return this.#hasControl
      ? this.#carryOut(command)
      : { resultCode: CONTROL_NOT_PERMITTED };
  }

  #carryOut(command: FitnessMachineCommand): Result {
    switch (command.name) {
      case "reset":
        this.#hasControl = false;
        this.#brake({ mode: "resistance", percent: 0 }, "idle");
        return done({ name: "reset" });
      case "startOrResume":
        this.#setTraining("manualMode");
        return done({ name: "startedOrResumedByUser" });
      case "stopOrPause": {
        const { action } = command;
        this.#setTraining("idle");
        return done({ name: "stoppedOrPausedByUser", action });
      }
      case "setTargetResistance":
        return this.#setResistance(command.resistanceLevel);
      case "setTargetPower":
        return this.#setPower(command.powerWatts);
      case "setSimulation": {
        const { opCode: _, name: __, ...road } = command;
        this.#brake({ mode: "simulation", road }, "manualMode");
        this.#onRoad(road);
        return done({ name: "simulationParametersChanged", ...road });
      }
      case "setWheelCircumference": {
        const { circumferenceMillimeters } = command;
        return done({
          name: "wheelCircumferenceChanged",
          circumferenceMillimeters,
        });
      }
      case "spinDownControl":
        return command.action === "start"
          ? this.#spinDown()
          : { resultCode: SUCCESS };
      default:
        return { resultCode: NOT_SUPPORTED };
    }
  }

  #setResistance(resistanceLevel: number): Result {
    const { minimum, maximum } = this.#resistance;
    if (!isWithin(this.#resistance, resistanceLevel)) {
      return { resultCode: INVALID_PARAMETER };
    }
    const share = (resistanceLevel - minimum) / (maximum - minimum);
    this.#brake({ mode: "resistance", percent: 100 * share }, "manualMode");
    return done({ name: "targetResistanceChanged", resistanceLevel });
  }

  #setPower(powerWatts: number): Result {
    if (!isWithin(this.#power, powerWatts)) {
      return { resultCode: INVALID_PARAMETER };
    }
    this.#brake({ mode: "power", watts: powerWatts }, "wattControl");
    return done({ name: "targetPowerChanged", powerWatts });
  }

  #spinDown(): Result {
    const notify = (spinDown: "stopPedaling" | "success") => () =>
      this.#notify({ name: "spinDownStatus", spinDown });
    this.#device.later(STOP_PEDALING_MS, notify("stopPedaling"));
    this.#device.later(SPUN_DOWN_MS, notify("success"));
    return {
      ...done({ name: "spinDownStatus", spinDown: "requested" }),
      ...SPIN_DOWN_SPEEDS,
    };
  }

  #brake(
    brake: BrakeSetting,
    training: (typeof TRAINING_STATUSES)[number],
  ): void {
    this.#device.ride.control({ brake });
    this.#setTraining(training);
  }

  #setTraining(training: (typeof TRAINING_STATUSES)[number]): void {
    if (this.#training === training) return;
    this.#training = training;
    this.#device.peripheral.notify(
      CHARACTERISTICS.trainingStatus,
      this.#trainingStatus(),
    );
  }

  #trainingStatus(): Uint8Array {
    const status = TRAINING_STATUSES.indexOf(this.#training);
    return encodeTrainingStatus({ status });
  }

  #notify(status: FitnessMachineStatus): void {
    this.#device.peripheral.notify(
      CHARACTERISTICS.fitnessMachineStatus,
      encodeFitnessMachineStatus(status),
    );
  }
}

function done(status: FitnessMachineStatus): Result {
  return { resultCode: SUCCESS, status };
}

function isWithin(
  { minimum, maximum }: SupportedRange,
  value: number,
): boolean {
  return value >= minimum && value <= maximum;
}
