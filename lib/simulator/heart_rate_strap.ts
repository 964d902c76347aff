/**
 * A heart rate strap as Wahoo's TICKR.
 *
 * @module
 */
import { encodeHeartRateMeasurement } from "#lib/gatt/heart_rate_measurement.ts";
import { CHARACTERISTICS, SERVICES } from "#lib/gatt/uuids.ts";
import {
  type DeviceSurroundings,
  SimulatedDevice,
} from "./simulated_device.ts";

/** How far the time between two beats is from even. Our choice. */
const BEAT_JITTER = 0.015;

/** Times between beats that fit one notification behind its two first bytes, at the smallest MTU. */
const MOST_INTERVALS = 9;

/** A strap: 0x2A37 once a second, with contact and the times between beats, and a battery. */
export class HeartRateStrap extends SimulatedDevice {
  /** Whether it touches the skin. */
  hasContact = true;
  #beatSeconds = 0;

  /**
   * Puts it on.
   *
   * @param surroundings What it lives in.
   */
  constructor(surroundings: DeviceSurroundings) {
    super({
      address: "EC:B2:8A:26:85:C5",
      name: "TICKR 4A2B",
      services: [SERVICES.heartRate],
      manufacturer: "Wahoo Fitness",
      model: "TICKR",
      serial: "4A2B",
      hardware: "2",
      firmware: "2.4.9",
    }, surroundings);
    const uuid = CHARACTERISTICS.heartRateMeasurement;
    this.add(SERVICES.heartRate, uuid, ["notify"]);
    this.addBattery(84);
    this.every(1, () => this.peripheral.notify(uuid, this.#measure()));
  }

  #measure(): Uint8Array {
    const { timeSeconds, rider: { heartRateBpm } } = this.ride.state;
    const intervals: number[] = [];
    while (this.#beatSeconds <= timeSeconds) {
      const seconds = 60 / heartRateBpm *
        (1 + BEAT_JITTER * this.random.around());
      this.#beatSeconds += seconds;
      intervals.push(Math.round(seconds * 1024));
    }
    if (!this.hasContact) {
      return encodeHeartRateMeasurement({
        heartRateBpm: 0,
        contactSupported: true,
        contactDetected: false,
      });
    }
    const rrIntervals1024ths = intervals.slice(0, MOST_INTERVALS);
    return encodeHeartRateMeasurement({
      heartRateBpm: Math.round(heartRateBpm),
      contactSupported: true,
      contactDetected: true,
      ...(rrIntervals1024ths.length > 0 && { rrIntervals1024ths }),
    });
  }
}
