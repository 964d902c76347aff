/**
 * KICKR CLIMB: the trainer that it is paired with takes the inclination and
 * passes it on. There is no public specification.
 *
 * @module
 */
import { DeviceError, TimeoutError } from "#lib/errors.ts";
import { CHARACTERISTICS } from "#lib/gatt/uuids.ts";
import {
  decodeTiltMessage,
  encodeTiltCommand,
  tiltAsWahooSends,
  type TiltCommand,
  type TiltEvent,
  type TiltResponse,
} from "#lib/gatt/wahoo_tilt.ts";
import type { BleSession } from "#lib/host/ble_driver.ts";
import { ControlPoint } from "#lib/host/control_point.ts";
import type { Profile } from "./profile.ts";

const SUCCESS = 1;

/** How long an answer is waited for, in milliseconds. The command is written without a response, so a unit that never answers has it all the same. */
const ANSWER_MS = 2000;

/** The grid of inclinations, in percent: what the unit tells lies near it. */
const STEP = 0.5;

type TiltMessage = ReturnType<typeof decodeTiltMessage>;
type TiltPoint = ControlPoint<TiltCommand, TiltMessage>;

/** The inclination of a KICKR CLIMB. */
export const wahooTilt: Profile = {
  name: "Wahoo tilt",
  characteristic: CHARACTERISTICS.wahooTilt,
  async start(session) {
    const { device, quirks } = session;
    const point: TiltPoint = await ControlPoint.open(session, {
      commands: CHARACTERISTICS.wahooTilt,
      encode: encodeTiltCommand,
      decode: decodeTiltMessage,
      isAnswer: (message, { name }) =>
        message.name === "response" && message.requestName === name,
    });
    point.onEvent.add((message) => reportTarget(session, message));
    await reportCurrent(session, point);
    device.actuator("inclinePercent", async (percent, { signal }) => {
      const tiltPercent = quirks.tiltAsWahooSends
        ? tiltAsWahooSends(percent)
        : percent;
      const command: TiltCommand = { name: "setTargetTilt", tiltPercent };
      const answer = await ask(point, command, signal);
      if (answer && answer.resultCode !== SUCCESS) {
        throw refusal(session, answer);
      }
    });
  },
};

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

function reportTarget(
  { device }: BleSession,
  message: TiltMessage | TiltEvent,
): void {
  if (message.name === "targetTilt") {
    device.report({ inclinePercent: onGrid(message.tiltPercent) });
  }
}

async function reportCurrent(
  { device, signal }: BleSession,
  point: TiltPoint,
): Promise<void> {
  const answer = await ask(point, { name: "getCurrentTilt" }, signal);
  if (answer?.tiltPercent !== undefined) {
    device.report({ inclinePercent: onGrid(answer.tiltPercent) });
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
