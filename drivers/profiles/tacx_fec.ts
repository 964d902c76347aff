/**
 * ANT+ FE-C over BLE, as Tacx trainers speak it: pages four times a second,
 * commands whose fate is asked for with a page of its own.
 *
 * @module
 */
import { DeviceError } from "#lib/base/errors.ts";
import { EventHook } from "#lib/base/event_hook.ts";
import {
  decodeTacxMessage,
  encodeTacxMessage,
  type TacxMessage,
} from "#lib/gatt/tacx_fec.ts";
import type { FecCommandStatus, FecPage } from "#lib/gatt/tacx_page.ts";
import { TacxStream } from "#lib/gatt/tacx_stream.ts";
import { CHARACTERISTICS } from "#lib/gatt/uuids.ts";
import type { BleSession } from "#lib/driver/ble_session.ts";
import { Timer } from "#lib/driver/timer.ts";
import { until } from "#lib/driver/until.ts";
import type { Profile } from "./profile.ts";

/** Page numbers (ANT+ FE-C 5.0). */
const BASIC_RESISTANCE = 48;
const TARGET_POWER = 49;
const WIND_RESISTANCE = 50;
const TRACK_RESISTANCE = 51;
const COMMAND_STATUS = 71;

/** How long the fate of a command is waited for, in milliseconds. A trainer that never reports has the command all the same. */
const STATUS_MS = 2000;

/** What the trainer says of the last command. */
class CommandStatuses {
  /** Fires with each status. */
  readonly hook: EventHook<[status: FecCommandStatus]> = new EventHook(
    "FE-C command status",
  );
  /** The last one that was final. */
  last: FecCommandStatus | undefined;

  take(status: FecCommandStatus): void {
    this.hook.fire(status);
    if (status.commandStatus !== "pending") this.last = status;
  }
}

/** Speed, cadence, power and heart rate; resistance, target power and simulation. */
export const tacxFec: Profile = {
  name: "FE-C over BLE",
  characteristic: CHARACTERISTICS.tacxFecNotify,
  async start(session) {
    const { device } = session;
    const onStatus = new CommandStatuses();
    const set = (number: number, page: FecPage, signal: AbortSignal) =>
      carryOut(session, onStatus, { number, page, signal });
    device.actuator("resistancePercent", async (percent, { signal }) => {
      const resistancePercent = Math.round(percent * 2) / 2;
      const page = { name: "basicResistance", resistancePercent } as const;
      await set(BASIC_RESISTANCE, page, signal);
      return resistancePercent;
    });
    device.actuator("targetPowerWatts", async (powerWatts, { signal }) => {
      await set(TARGET_POWER, { name: "targetPower", powerWatts }, signal);
    });
    device.actuator("simulation", async (road, { signal }) => {
      const { gradePercent } = road;
      await set(WIND_RESISTANCE, {
        name: "windResistance",
        windResistanceKilogramsPerMeter: road.windResistanceKgPerMeter,
        windSpeedKph: Math.round(road.windSpeedMetersPerSecond * 3.6),
        draftingFactor: 1,
      }, signal);
      const rollingResistanceCoefficient = Math.min(
        road.rollingResistanceCoefficient,
        0.0127,
      );
      await set(TRACK_RESISTANCE, {
        name: "trackResistance",
        gradePercent,
        rollingResistanceCoefficient,
      }, signal);
      return { ...road, rollingResistanceCoefficient };
    });
    const stream = new TacxStream();
    await session.onFrame(
      CHARACTERISTICS.tacxFecNotify,
      (bytes) => stream.push(bytes).map(decodeTacxMessage),
      (messages) => {
        for (const message of messages) {
          if (message.name !== "unknown") take(session, message, onStatus);
        }
      },
    );
  },
};

function take(
  session: BleSession,
  message: TacxMessage,
  onStatus: CommandStatuses,
): void {
  switch (message.name) {
    case "generalData": {
      const { speedMetersPerSecond, heartRateBpm } = message;
      session.report({
        speedMetersPerSecond,
        ...(heartRateBpm !== null &&
          { heartRate: { rateBpm: heartRateBpm, rrIntervalsMs: [] } }),
      });
      break;
    }
    case "trainerData": {
      const { cadenceRpm, powerWatts } = message;
      session.report({ cadenceRpm, powerWatts });
      break;
    }
    case "commandStatus":
      onStatus.take(message);
  }
}

/** A command page on its way to the trainer. */
interface FecCommand {
  readonly number: number;
  readonly page: FecPage;
  readonly signal: AbortSignal;
}

async function carryOut(
  session: BleSession,
  onStatus: CommandStatuses,
  { number, page, signal }: FecCommand,
): Promise<void> {
  const write = (message: FecPage) =>
    session.peripheral.write(
      CHARACTERISTICS.tacxFecWrite,
      encodeTacxMessage(message),
      { signal },
    );
  using timer = new Timer(session.clock, page.name, STATUS_MS);
  const before = onStatus.last;
  const fate = until(onStatus.hook, (status) => {
    const isPending = status.commandStatus === "pending";
    // The trainer counts commands: the same count is that of an earlier one.
    const isLate = before?.lastCommand === status.lastCommand &&
      before.sequence === status.sequence;
    return status.lastCommand === number && !isPending && !isLate
      ? status
      : undefined;
  }, AbortSignal.any([signal, timer.signal])).catch(() => undefined);
  await write(page);
  await write({
    name: "pageRequest",
    transmissions: 1,
    requestedPage: COMMAND_STATUS,
    commandType: 1,
  });
  requirePass(session, page, await fate);
}

function requirePass(
  { device }: BleSession,
  { name }: FecPage,
  status: FecCommandStatus | undefined,
): void {
  if (!status || status.commandStatus === "pass") return;
  const { device: id } = device.status;
  throw new DeviceError(
    `Cannot carry out "${name}" on "${id}": it answered ${status.commandStatus}, expected pass`,
    id,
    "refused",
  );
}
