/**
 * A flex sensor on the rider's back, on an Arduino that prints its reading
 * twice a second, and `Fix Posture` behind one that is too low.
 *
 * @module
 */
import type { DriverDefinition } from "#lib/driver/driver.ts";
import { parseNumberLine, serialDriver } from "#lib/driver/serial_driver.ts";

/** Readings below this mean a bent back, as the predecessor has it. */
const THRESHOLD = 140;

/** Follows a reading that is too low; the reading says it all. */
const REMARK = "Fix Posture";

/** Reports sensor `posture`, with the reading as `value`, and whether the rider sits well as `isUpright`. */
export const driver: DriverDefinition = serialDriver({
  name: "flex",
  summary: "flex sensor for the rider's posture, on an Arduino",
  port: "/dev/ttyACM0",
  options: [{
    name: "threshold",
    summary:
      `readings below this mean a bent back; differs from rider to rider (default: ${THRESHOLD})`,
    type: "number",
    min: 0,
    max: 1023,
  }],
  start({ device, options }) {
    const { threshold: given } = options;
    const threshold = typeof given === "number" ? given : THRESHOLD;
    return (line) => {
      if (line === REMARK) return;
      const value = parseNumberLine(line);
      const isUpright = value >= threshold;
      device.reportSensor({ sensor: "posture", fields: { value, isUpright } });
    };
  },
});
