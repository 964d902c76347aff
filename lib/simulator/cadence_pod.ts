/**
 * A cadence pod as Wahoo's RPM.
 *
 * @module
 */
import { encodeCscFeature } from "#lib/gatt/csc_feature.ts";
import { encodeCscMeasurement } from "#lib/gatt/csc_measurement.ts";
import {
  encodeSensorLocation,
  SENSOR_LOCATIONS,
} from "#lib/gatt/sensor_location.ts";
import { CHARACTERISTICS, SERVICES } from "#lib/gatt/uuids.ts";
import {
  type DeviceSurroundings,
  SimulatedDevice,
} from "./simulated_device.ts";
import { countTurns } from "./turn_counter.ts";

const CRANK = { modulus: 2 ** 16, ticksPerSecond: 1024 } as const;

/** A pod on the left crank: 0x2A5B once a second, with its turns, and a battery. */
export class CadencePod extends SimulatedDevice {
  /**
   * Puts it on.
   *
   * @param surroundings What it lives in.
   */
  constructor(surroundings: DeviceSurroundings) {
    super({
      address: "F0:5D:2A:91:03:7C",
      name: "RPM 5D2A",
      services: [SERVICES.cyclingSpeedAndCadence],
      manufacturer: "Wahoo Fitness",
      model: "RPM",
      serial: "5D2A",
      hardware: "1",
      firmware: "2.1.0",
    }, surroundings);
    const service = SERVICES.cyclingSpeedAndCadence;
    const { cscMeasurement, cscFeature, sensorLocation } = CHARACTERISTICS;
    this.add(service, cscMeasurement, ["notify"]);
    this.add(service, cscFeature, ["read"], {
      value: encodeCscFeature({
        wheelRevolutionData: false,
        crankRevolutionData: true,
        multipleSensorLocations: false,
      }),
    });
    this.add(service, sensorLocation, ["read"], {
      value: encodeSensorLocation({
        code: SENSOR_LOCATIONS.indexOf("leftCrank"),
      }),
    });
    this.addBattery(61);
    this.every(1, () => {
      const crank = countTurns(this.ride.state.crank, CRANK);
      this.peripheral.notify(cscMeasurement, encodeCscMeasurement({ crank }));
    });
  }
}
