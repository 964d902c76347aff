/**
 * The Cycling Power service of a trainer, with Wahoo's own control inside it.
 *
 * @module
 */
import {
  decodeCyclingPowerCommand,
  encodeCyclingPowerResponse,
} from "#lib/gatt/cycling_power_control_point.ts";
import { encodeCyclingPowerFeature } from "#lib/gatt/cycling_power_feature.ts";
import { encodeCyclingPowerMeasurement } from "#lib/gatt/cycling_power_measurement.ts";
import {
  encodeSensorLocation,
  SENSOR_LOCATIONS,
} from "#lib/gatt/sensor_location.ts";
import { CHARACTERISTICS, SERVICES } from "#lib/gatt/uuids.ts";
import {
  addControlPoint,
  decodeRequest,
  type Outcome,
} from "./control_point.ts";
import type { HubMeter } from "./hub_meter.ts";
import type { RideState } from "./ride_model.ts";
import type { SimulatedDevice } from "./simulated_device.ts";
import { countTurns } from "./turn_counter.ts";

const WHEEL = { modulus: 2 ** 32, ticksPerSecond: 2048 } as const;
const CRANK = { modulus: 2 ** 16, ticksPerSecond: 1024 } as const;

/** Torques start over at this one, in Nm. */
const TORQUE_MODULUS = 2048;

const START_OFFSET_COMPENSATION = 0x0c;
/** How long zeroing takes, and all else, in ms. */
const ZEROING_MS = [3800, 4300] as const;
const ANSWER_MS = [40, 120] as const;

const SUCCESS = 1;
const NOT_SUPPORTED = 2;
const INVALID_PARAMETER = 3;

/**
 * Gives a trainer the service: power, torque, wheel and crank once a second,
 * and a control point that can do nothing but zero.
 *
 * @param meter What it measures with.
 */
export function addCyclingPower(
  device: SimulatedDevice,
  meter: HubMeter,
): void {
  const service = SERVICES.cyclingPower;
  const {
    cyclingPowerMeasurement,
    cyclingPowerFeature,
    sensorLocation,
    cyclingPowerControlPoint,
  } = CHARACTERISTICS;
  device.add(service, cyclingPowerMeasurement, ["notify"]);
  device.add(service, cyclingPowerFeature, ["read"], {
    value: encodeCyclingPowerFeature({
      features: [
        "accumulatedTorque",
        "wheelRevolutionData",
        "crankRevolutionData",
        "offsetCompensation",
      ],
      sensorContext: "torque",
      distributedSystem: "notForDistributedUse",
    }),
  });
  device.add(service, sensorLocation, ["read"], {
    value: encodeSensorLocation({ code: SENSOR_LOCATIONS.indexOf("rearHub") }),
  });
  addControlPoint(device, {
    service,
    uuid: cyclingPowerControlPoint,
    latencyMs: ([opCode]) =>
      opCode === START_OFFSET_COMPENSATION ? ZEROING_MS : ANSWER_MS,
    run: zero,
  });
  device.every(1, () => {
    const frame = cyclingPowerFrame(meter.read());
    device.peripheral.notify(cyclingPowerMeasurement, frame);
  });
}

function zero(request: Uint8Array): Outcome {
  const command = decodeRequest(decodeCyclingPowerCommand, request);
  const isZeroing = command?.name === "startOffsetCompensation";
  return {
    response: encodeCyclingPowerResponse({
      name: "response",
      requestOpCode: request[0] ?? 0,
      resultCode: !command
        ? INVALID_PARAMETER
        : isZeroing
        ? SUCCESS
        : NOT_SUPPORTED,
      ...(isZeroing && { offsetRaw: 0 }),
    }),
  };
}

/** The torque adds up to the work of each turn of the wheel, over a full circle. */
function cyclingPowerFrame(state: RideState): Uint8Array {
  const torque = state.workJoules / (2 * Math.PI) % TORQUE_MODULUS;
  return encodeCyclingPowerMeasurement({
    powerWatts: Math.round(state.powerWatts),
    accumulatedTorqueNewtonMeters: Math.floor(torque * 32) / 32,
    torqueSource: "wheel",
    wheel: countTurns(state.wheel, WHEEL),
    crank: countTurns(state.crank, CRANK),
    offsetCompensation: false,
  });
}
