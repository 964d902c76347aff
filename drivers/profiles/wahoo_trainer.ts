/**
 * Wahoo's own trainer control, for KICKRs whose firmware lacks the Fitness
 * Machine Service. There is no public specification.
 *
 * @module
 */
import type { SimulationParameters } from "#lib/bike/values.ts";
import { DeviceError } from "#lib/base/errors.ts";
import { CHARACTERISTICS } from "#lib/gatt/uuids.ts";
import {
  decodeWahooTrainerResponse,
  encodeWahooTrainerCommand,
  type WahooTrainerCommand,
  type WahooTrainerResponse,
} from "#lib/gatt/wahoo_trainer_control.ts";
import type { BleSession } from "#lib/driver/ble_session.ts";
import {
  ControlPoint,
  type RequestOptions,
} from "#lib/driver/control_point.ts";
import type { DriverOption } from "#lib/driver/driver.ts";
import type { Profile } from "./profile.ts";

const SIMULATION_MODE = 0x43;

/** Harmless where it is not needed. */
const UNLOCK: WahooTrainerCommand = { name: "unlock" };

/** Rider and bike where nobody says, in kilograms. */
const DEFAULT_WEIGHT = 85;

/** The weight that a trainer imitates. */
export const WEIGHT_OPTION: DriverOption = {
  name: "weight",
  summary: `weight of rider and bike in kilograms (default: ${DEFAULT_WEIGHT})`,
  type: "number",
  min: 20,
  max: 300,
};

type TrainerPoint = ControlPoint<WahooTrainerCommand, WahooTrainerResponse>;

/** Resistance, target power and simulation of a KICKR. */
export const wahooTrainer: Profile = {
  name: "Wahoo trainer control",
  characteristic: CHARACTERISTICS.wahooTrainerControl,
  async start(session) {
    await session.attempt("control", () => offerControl(session));
  },
};

async function offerControl(session: BleSession): Promise<void> {
  const { device, quirks, signal } = session;
  const point: TrainerPoint = await ControlPoint.open(session, {
    commands: CHARACTERISTICS.wahooTrainerControl,
    encode: encodeWahooTrainerCommand,
    decode: decodeWahooTrainerResponse,
    isAnswer: ({ requestName }, { name }) => requestName === name,
    barrier: {
      command: UNLOCK,
      isSameKind: (one, other) => one.name === other.name,
    },
  });
  device.actuator("resistancePercent", async (percent, options) => {
    await carryOut(session, point, {
      name: "setResistanceMode",
      resistanceFraction: percent / 100,
    }, options);
  });
  device.actuator("targetPowerWatts", async (powerWatts, options) => {
    const command = { name: "setErgMode", powerWatts } as const;
    await carryOut(session, point, command, options);
  }, { minIntervalMs: quirks.targetPowerIntervalMs });
  device.actuator("simulation", async (road, options) => {
    await simulate(session, point, road, options);
  });
  await session.attempt(
    "an answer to the unlock code",
    () => carryOut(session, point, UNLOCK, { signal }),
  );
}

async function simulate(
  session: BleSession,
  point: TrainerPoint,
  road: SimulationParameters,
  options: RequestOptions,
): Promise<void> {
  const { quirks } = session;
  const weight = session.options[WEIGHT_OPTION.name];
  const mode: WahooTrainerCommand = {
    name: "setSimulationMode",
    weightKilograms: typeof weight === "number" ? weight : DEFAULT_WEIGHT,
    rollingResistanceRaw: Math.round(
      road.rollingResistanceCoefficient / quirks.rollingResistanceStep,
    ),
    windResistanceKilogramsPerMeter: road.windResistanceKgPerMeter,
  };
  if (quirks.unansweredOpCodes.includes(SIMULATION_MODE)) {
    await point.send(mode, options);
  } else {
    await carryOut(session, point, mode, options);
  }
  const { gradePercent, windSpeedMetersPerSecond } = road;
  const grade = { name: "setSimulationGrade", gradePercent } as const;
  await carryOut(session, point, grade, options);
  const wind = { name: "setWindSpeed", windSpeedMetersPerSecond } as const;
  await carryOut(session, point, wind, options);
}

async function carryOut(
  { device }: BleSession,
  point: TrainerPoint,
  command: WahooTrainerCommand,
  options: RequestOptions,
): Promise<void> {
  const { success, resultCode } = await point.request(command, options);
  if (success) return;
  const { device: id } = device.status;
  throw new DeviceError(
    `Cannot carry out "${command.name}" on "${id}": it answered ${resultCode}, expected 1, success`,
    id,
    "refused",
    { resultCode },
  );
}
