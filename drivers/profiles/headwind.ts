/**
 * KICKR HEADWIND: it takes a speed in manual mode only. There is no public
 * specification.
 *
 * @module
 */
import { DeviceError, TimeoutError } from "#lib/base/errors.ts";
import { CHARACTERISTICS } from "#lib/gatt/uuids.ts";
import {
  decodeHeadwindMessage,
  encodeHeadwindCommand,
  type HeadwindCommand,
} from "#lib/gatt/wahoo_headwind.ts";
import { encodeWahooTrainerCommand } from "#lib/gatt/wahoo_trainer_control.ts";
import { type BleSession, hasCharacteristic } from "#lib/driver/ble_session.ts";
import { ControlPoint } from "#lib/driver/control_point.ts";
import type { Profile } from "./profile.ts";

const SUCCESS = 1;
const GET_SPEED: HeadwindCommand = { name: "getSpeed" };

/** How long an answer is waited for, in milliseconds, and how often a command is written. */
const ANSWER_MS = 1000;
const TRIES = 3;

/** How long the fan may go on reporting its old speed after a command, in milliseconds. */
const LAG_MS = 3000;

type HeadwindMessage = ReturnType<typeof decodeHeadwindMessage>;
type HeadwindPoint = ControlPoint<HeadwindCommand, HeadwindMessage>;

/** The speed of a KICKR HEADWIND. */
export const headwind: Profile = {
  name: "Wahoo HEADWIND",
  characteristic: CHARACTERISTICS.wahooHeadwind,
  async start(session) {
    const { device, clock } = session;
    const point: HeadwindPoint = await ControlPoint.open(session, {
      commands: CHARACTERISTICS.wahooHeadwind,
      encode: encodeHeadwindCommand,
      decode: decodeHeadwindMessage,
      isAnswer: (message, { name }) =>
        message.name === "response" && message.requestName === name,
      barrier: { command: GET_SPEED, isSameKind: isOtherSpeed },
    });
    await session.attempt("the unlock code", () => unlock(session));
    let mode: string | undefined;
    let commandedAtMs = -Infinity;
    let commanded: number | undefined;
    point.onMessage.add((message) => {
      if (message.name !== "state") return;
      mode = message.mode;
      const isOld = message.speedPercent !== commanded &&
        clock.monotonicMs() - commandedAtMs < LAG_MS;
      if (!isOld) device.report({ fanPercent: message.speedPercent });
    });
    device.actuator("fanPercent", async (speedPercent, { signal }) => {
      if (mode !== "manual") {
        const manual = { name: "setMode", mode: "manual" } as const;
        await command(session, point, manual, signal);
        mode = "manual";
      }
      const speed = { name: "setSpeed", speedPercent } as const;
      await command(session, point, speed, signal);
      commanded = speedPercent;
      commandedAtMs = clock.monotonicMs();
    }, { isRestored: true });
  },
};

/** A command that is only repeated may have the answer of its first try. */
function isOtherSpeed(one: HeadwindCommand, other: HeadwindCommand): boolean {
  return one.name === "setSpeed" && other.name === "setSpeed" &&
    one.speedPercent !== other.speedPercent;
}

/** Harmless where it is not needed. */
async function unlock({ peripheral, signal }: BleSession): Promise<void> {
  const { wahooUnlock } = CHARACTERISTICS;
  if (!hasCharacteristic(peripheral, wahooUnlock)) return;
  const bytes = encodeWahooTrainerCommand({ name: "unlock" });
  await peripheral.write(wahooUnlock, bytes, { signal });
}

/** Writes a command until the fan answers. */
async function command(
  { device }: BleSession,
  point: HeadwindPoint,
  request: HeadwindCommand,
  signal: AbortSignal,
): Promise<void> {
  for (let left = TRIES - 1;; left--) {
    try {
      const options = { timeoutMs: ANSWER_MS, signal };
      const answer = await point.request(request, options);
      if (answer.name !== "response" || answer.resultCode === SUCCESS) return;
      const { device: id } = device.status;
      throw new DeviceError(
        `Cannot carry out "${request.name}" on "${id}": it answered ${answer.result}, expected success`,
        id,
        "refused",
        answer.resultCode === undefined
          ? {}
          : { resultCode: answer.resultCode },
      );
    } catch (error) {
      if (!(error instanceof TimeoutError) || left === 0) throw error;
    }
  }
}
