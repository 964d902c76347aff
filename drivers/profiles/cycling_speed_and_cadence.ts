/**
 * Cycling Speed and Cadence Service 1.0.
 *
 * @module
 */
import { decodeCscMeasurement } from "#lib/gatt/csc_measurement.ts";
import { CHARACTERISTICS } from "#lib/gatt/uuids.ts";
import { asReport, ratesOf, takeCounters } from "./cycling_rates.ts";
import type { Profile } from "./profile.ts";

/** Cadence and speed from counters. */
export const cyclingSpeedAndCadence: Profile = {
  name: "Cycling Speed and Cadence",
  characteristic: CHARACTERISTICS.cscMeasurement,
  async start(session) {
    const rates = ratesOf(session, "cyclingSpeedAndCadence");
    await session.onFrame(
      CHARACTERISTICS.cscMeasurement,
      decodeCscMeasurement,
      (measurement) =>
        session.report(
          asReport(takeCounters(session, rates, measurement)),
        ),
    );
  },
};
