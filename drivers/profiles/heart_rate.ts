/**
 * Heart Rate Service 1.0.
 *
 * @module
 */
import { decodeHeartRateMeasurement } from "#lib/gatt/heart_rate_measurement.ts";
import { CHARACTERISTICS } from "#lib/gatt/uuids.ts";
import type { Profile } from "./profile.ts";

/** Heart rate, RR intervals and skin contact. */
export const heartRate: Profile = {
  name: "Heart Rate",
  characteristic: CHARACTERISTICS.heartRateMeasurement,
  async start(session) {
    await session.onFrame(
      CHARACTERISTICS.heartRateMeasurement,
      decodeHeartRateMeasurement,
      ({ heartRateBpm, rrIntervalsMs = [], contactDetected }) => {
        if (heartRateBpm === undefined) return;
        session.report({
          heartRate: {
            rateBpm: heartRateBpm,
            rrIntervalsMs,
            contact: contactDetected,
          },
        });
      },
    );
  },
};
