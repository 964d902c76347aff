/**
 * A trainer as Wahoo's KICKR, with a CLIMB.
 *
 * @module
 */
import { CHARACTERISTICS, SERVICES } from "#lib/gatt/uuids.ts";
import { addCyclingPower } from "./cycling_power.ts";
import {
  FitnessMachine,
  type FitnessMachineOptions,
} from "./fitness_machine.ts";
import { HubMeter } from "./hub_meter.ts";
import {
  type DeviceSurroundings,
  SimulatedDevice,
} from "./simulated_device.ts";
import { Tilt } from "./tilt.ts";
import { WahooControl } from "./wahoo_control.ts";

/** A trainer: the services of a KICKR in their order, as far as they do something. */
export class Trainer extends SimulatedDevice {
  /** Its Fitness Machine service. */
  readonly fitnessMachine: FitnessMachine;
  /** Its tilt. */
  readonly tilt: Tilt;

  /**
   * Plugs it in.
   *
   * @param surroundings What it lives in.
   * @param options What its Fitness Machine service is.
   */
  constructor(
    surroundings: DeviceSurroundings,
    options: Omit<FitnessMachineOptions, "meter" | "onRoad"> = {},
  ) {
    super({
      address: "C3:37:24:5E:A0:11",
      name: "KICKR 3724",
      services: [SERVICES.cyclingPower, SERVICES.fitnessMachine],
      manufacturer: "Wahoo Fitness",
      serial: "3724",
      hardware: "4",
      firmware: "4.2.1",
    }, surroundings);
    const onRoad = ({ gradePercent }: { readonly gradePercent: number }) =>
      this.tilt.follow(gradePercent);
    this.add(SERVICES.wahooDevice, CHARACTERISTICS.wahooUnlock, [
      "write-without-response",
      "notify",
    ]);
    const meter = new HubMeter(this.ride);
    addCyclingPower(this, meter);
    new WahooControl(this, onRoad);
    this.fitnessMachine = new FitnessMachine(this, {
      ...options,
      meter,
      onRoad,
    });
    this.tilt = new Tilt(this);
  }
}
