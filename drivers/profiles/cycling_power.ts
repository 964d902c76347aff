/**
 * Cycling Power Service 1.1: power, and cadence and speed from counters.
 *
 * @module
 */
import { DeviceError } from "#lib/base/errors.ts";
import {
  type CyclingPowerCommand,
  decodeCyclingPowerResponse,
  encodeCyclingPowerCommand,
} from "#lib/gatt/cycling_power_control_point.ts";
import { decodeCyclingPowerMeasurement } from "#lib/gatt/cycling_power_measurement.ts";
import { StopDetector } from "#lib/gatt/stop_detector.ts";
import { CHARACTERISTICS } from "#lib/gatt/uuids.ts";
import { type BleSession, hasCharacteristic } from "#lib/driver/ble_session.ts";
import { ControlPoint } from "#lib/driver/control_point.ts";
import { asReport, ratesOf, takeCounters } from "./cycling_rates.ts";
import { pairPedal } from "./pedal_pair.ts";
import type { Profile } from "./profile.ts";

const START_OFFSET_COMPENSATION = 0x0c;
const SUCCESS = 1;

/** Power, cadence, speed, and the zero offset where the sensor can set it. */
export const cyclingPower: Profile = {
  name: "Cycling Power",
  characteristic: CHARACTERISTICS.cyclingPowerMeasurement,
  async start(session) {
    const { clock, peripheral, quirks } = session;
    const { cyclingPowerControlPoint } = CHARACTERISTICS;
    if (hasCharacteristic(peripheral, cyclingPowerControlPoint)) {
      await session.attempt("a zero offset", () => offerZeroOffset(session));
    }
    const sumOfHalves = await pairPedal(session);
    const rates = ratesOf(session, "cyclingPower");
    const stop = new StopDetector();
    await session.onFrame(
      CHARACTERISTICS.cyclingPowerMeasurement,
      decodeCyclingPowerMeasurement,
      (measurement) => {
        const { powerWatts } = measurement;
        const counted = takeCounters(session, rates, measurement);
        const { cadenceRpm: _counted, ...speed } = counted;
        const power = powerWatts === undefined
          ? {}
          : { powerWatts: sumOfHalves(powerWatts) };
        const hasStopped = quirks.stopDetection === "on" &&
          stop.hasStopped({ ...speed, ...power }, clock.monotonicMs());
        session.report({
          ...asReport(counted),
          ...power,
          ...(hasStopped && { powerWatts: 0 }),
        });
      },
    );
  },
};

/** Zeroing takes seconds: 4.1 s were seen on a crank. */
async function offerZeroOffset(session: BleSession): Promise<void> {
  const { device, quirks: { resultOptional, calibrationTimeoutMs } } = session;
  const point = await ControlPoint.open(session, {
    commands: CHARACTERISTICS.cyclingPowerControlPoint,
    encode: encodeCyclingPowerCommand,
    decode: (bytes) => decodeCyclingPowerResponse(bytes, { resultOptional }),
    isAnswer: ({ requestOpCode }, _command: CyclingPowerCommand) =>
      requestOpCode === START_OFFSET_COMPENSATION,
  });
  device.calibration(async (instruct, { signal }) => {
    instruct("unclip, and keep the cranks still");
    const answer = await point.request(
      { name: "startOffsetCompensation" },
      { timeoutMs: calibrationTimeoutMs, signal },
    );
    const { resultCode = SUCCESS, result, offsetRaw } = answer;
    if (resultCode !== SUCCESS) {
      const { device: id } = device.status;
      throw new DeviceError(
        `Cannot set the zero offset of "${id}": it answered ${result}, keep the cranks still and try again`,
        id,
        "refused",
        { resultCode },
      );
    }
    return {
      kind: "zero_offset",
      ...(typeof offsetRaw === "number" && { offsetRaw }),
    };
  });
}
