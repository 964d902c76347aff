/**
 * Wahoo's own control of a trainer, characteristic a026e005.
 *
 * @module
 */
import { CHARACTERISTICS, SERVICES } from "#lib/gatt/uuids.ts";
import {
  decodeWahooTrainerCommand,
  encodeWahooTrainerResponse,
  type WahooTrainerCommand,
} from "#lib/gatt/wahoo_trainer_control.ts";
import { PLAIN_ROAD, type Road } from "./brake.ts";
import {
  addControlPoint,
  decodeRequest,
  type Outcome,
} from "./control_point.ts";
import type { SimulatedDevice } from "./simulated_device.ts";

/** How long an answer takes, in ms. Our choice. */
const ANSWER_MS = [60, 150] as const;

const SUCCESS = 1;
const FAILURE = 2;
const UNLOCK_KEY = [0xee, 0xfc] as const;
/** What unlocking gives on a trainer that is open. */
const IS_OPEN = 2;
/** Coefficient of rolling resistance that one raw step means, as on most trainers. */
const ROLLING_RESISTANCE_STEP = 1e-4;
/** The highest level of the standard mode. */
const HIGHEST_LEVEL = 9;

/** The control: takes commands from whom has unlocked it in this connection. */
export class WahooControl {
  readonly #device: SimulatedDevice;
  readonly #onRoad: (road: Road) => void;
  #isUnlocked = false;

  /**
   * Gives a trainer the characteristic.
   *
   * @param onRoad Called with each road that is to be imitated.
   */
  constructor(device: SimulatedDevice, onRoad: (road: Road) => void) {
    this.#device = device;
    this.#onRoad = onRoad;
    addControlPoint(device, {
      service: SERVICES.cyclingPower,
      uuid: CHARACTERISTICS.wahooTrainerControl,
      latencyMs: () => ANSWER_MS,
      run: (request) => this.#run(request),
    });
    device.peripheral.onDisconnected.add(() => this.#isUnlocked = false);
  }

  #run(request: Uint8Array): Outcome {
    const requestOpCode = request[0] ?? 0;
    const command = decodeRequest(decodeWahooTrainerCommand, request);
    if (command?.name === "unlock") {
      const { key = [] } = command;
      this.#isUnlocked = UNLOCK_KEY.every((byte, at) => key[at] === byte);
      return {
        response: encodeWahooTrainerResponse({
          resultCode: this.#isUnlocked ? SUCCESS : FAILURE,
          requestOpCode,
          ...(this.#isUnlocked && { unlockCode: IS_OPEN }),
        }),
      };
    }
    const isTaken = this.#isUnlocked && command !== undefined &&
      command.name !== "unknown";
    if (isTaken) this.#carryOut(command);
    const [, low = 0, high = 0] = request;
    return {
      response: encodeWahooTrainerResponse({
        resultCode: isTaken ? SUCCESS : FAILURE,
        requestOpCode,
        ...(isTaken && { value: low + high * 0x100 }),
      }),
    };
  }

  #carryOut(command: WahooTrainerCommand): void {
    const { ride } = this.#device;
    switch (command.name) {
      case "setResistanceMode":
        return this.#resist(100 * command.resistanceFraction);
      case "setStandardMode":
        return this.#resist(100 * command.level / HIGHEST_LEVEL);
      case "setErgMode":
        return ride.control({
          brake: { mode: "power", watts: command.powerWatts },
        });
      case "setSimulationMode": {
        const { weightKilograms, rollingResistanceRaw } = command;
        ride.control({ massKilograms: weightKilograms });
        return this.#imitate({
          rollingResistanceCoefficient: rollingResistanceRaw *
            ROLLING_RESISTANCE_STEP,
          windResistanceKilogramsPerMeter:
            command.windResistanceKilogramsPerMeter,
        });
      }
      case "setRollingResistance":
        return this.#imitate({
          rollingResistanceCoefficient: command.rollingResistanceRaw *
            ROLLING_RESISTANCE_STEP,
        });
      case "setWindResistance":
        return this.#imitate({
          windResistanceKilogramsPerMeter:
            command.windResistanceKilogramsPerMeter,
        });
      case "setSimulationGrade":
        return this.#imitate({ gradePercent: command.gradePercent });
      case "setWindSpeed":
        return this.#imitate({
          windSpeedMetersPerSecond: command.windSpeedMetersPerSecond,
        });
      default:
        return;
    }
  }

  #resist(percent: number): void {
    this.#device.ride.control({ brake: { mode: "resistance", percent } });
  }

  #imitate(part: Partial<Road>): void {
    const { brake } = this.#device.ride.controls;
    const known = brake.mode === "simulation" ? brake.road : PLAIN_ROAD;
    const road = { ...known, ...part };
    this.#device.ride.control({ brake: { mode: "simulation", road } });
    this.#onRoad(road);
  }
}
