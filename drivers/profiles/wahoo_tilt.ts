/**
 * KICKR CLIMB: the trainer that it is paired with takes the inclination and
 * passes it on. There is no public specification.
 *
 * @module
 */
import { DeviceError, TimeoutError } from "#lib/base/errors.ts";
import { CHARACTERISTICS } from "#lib/gatt/uuids.ts";
import {
  decodeTiltMessage,
  encodeTiltCommand,
  tiltAsWahooSends,
  type TiltCommand,
  type TiltResponse,
  type TiltValues,
} from "#lib/gatt/wahoo_tilt.ts";
import type { BleSession } from "#lib/driver/ble_session.ts";
import { ControlPoint } from "#lib/driver/control_point.ts";
import type { Profile } from "./profile.ts";

const SUCCESS = 1;

/** Moves nothing, and its answer comes at once, unlike that of the limits. */
const GET_MODE: TiltCommand = { name: "getTiltMode" };

/** How long an answer is waited for, in milliseconds. The command is written without a response, so a unit that never answers has it all the same. */
const ANSWER_MS = 2000;

/** The grid of inclinations, in percent: what the unit reports lies near it. */
const STEP = 0.5;

type TiltMessage = ReturnType<typeof decodeTiltMessage>;
type TiltPoint = ControlPoint<TiltCommand, TiltMessage>;

/** How far the unit says that it goes. */
type TiltLimits = Pick<TiltValues, "minimumTiltPercent" | "maximumTiltPercent">;

/** The inclination of a KICKR CLIMB. */
export const wahooTilt: Profile = {
  name: "Wahoo tilt",
  characteristic: CHARACTERISTICS.wahooTilt,
  async start(session) {
    const { device, quirks, signal } = session;
    const point: TiltPoint = await ControlPoint.open(session, {
      commands: CHARACTERISTICS.wahooTilt,
      encode: encodeTiltCommand,
      decode: decodeTiltMessage,
      isAnswer: (message, { name }) =>
        message.name === "response" && message.requestName === name,
      barrier: { command: GET_MODE, isSameKind: isSameName },
    });
    let limits: TiltLimits | undefined;
    point.onMessage.add((message) => {
      limits = limitsIn(message) ?? limits;
      reportTilt(session, message);
    });
    device.actuator("inclinePercent", async (percent, options) => {
      const applied = within(percent, limits);
      const tiltPercent = quirks.tiltAsWahooSends
        ? tiltAsWahooSends(applied)
        : applied;
      const command: TiltCommand = { name: "setTargetTilt", tiltPercent };
      const answer = await ask(point, command, options.signal);
      if (answer && answer.resultCode !== SUCCESS) {
        throw refusal(session, answer);
      }
      return applied;
    });
    await ask(point, { name: "getTiltLimits" }, signal);
    await ask(point, { name: "getCurrentTilt" }, signal);
  },
};

function isSameName(one: TiltCommand, other: TiltCommand): boolean {
  return one.name === other.name;
}

/** As near as the unit can; limits without level ground in them are nonsense. */
function within(percent: number, limits: TiltLimits | undefined): number {
  if (!limits) return percent;
  const { minimumTiltPercent: minimum, maximumTiltPercent: maximum } = limits;
  if (minimum > 0 || maximum < 0 || minimum === maximum) return percent;
  const lowest = Math.ceil(minimum / STEP) * STEP;
  const highest = Math.floor(maximum / STEP) * STEP;
  return Math.min(highest, Math.max(lowest, percent)) + 0;
}

function limitsIn(message: TiltMessage): TiltLimits | undefined {
  if (message.name === "tiltLimitsAvailable") return message;
  if (message.name !== "response") return undefined;
  const { minimumTiltPercent, maximumTiltPercent } = message;
  return minimumTiltPercent === undefined || maximumTiltPercent === undefined
    ? undefined
    : { minimumTiltPercent, maximumTiltPercent };
}

/** The answer, or undefined where the unit gives none. */
async function ask(
  point: TiltPoint,
  command: TiltCommand,
  signal: AbortSignal,
): Promise<TiltResponse | undefined> {
  try {
    const message = await point.request(command, {
      timeoutMs: ANSWER_MS,
      signal,
    });
    return message.name === "response" ? message : undefined;
  } catch (error) {
    if (error instanceof TimeoutError) return undefined;
    throw error;
  }
}

/** The target, whoever has set it, and where the unit stands when asked. */
function reportTilt({ device }: BleSession, message: TiltMessage): void {
  const isTarget = message.name === "targetTilt" ||
    (message.name === "response" && message.requestName === "getCurrentTilt");
  if (isTarget && message.tiltPercent !== undefined) {
    device.report({ inclinePercent: onGrid(message.tiltPercent) });
  }
}

function onGrid(percent: number): number {
  return Math.round(percent / STEP) * STEP + 0;
}

function refusal(
  { device }: BleSession,
  { resultCode, result }: TiltResponse,
): DeviceError {
  const { device: id } = device.status;
  return new DeviceError(
    `Cannot set the inclination of "${id}": it answered ${result}, expected success; unlock the CLIMB with its remote`,
    id,
    "refused",
    resultCode === undefined ? {} : { resultCode },
  );
}
