/**
 * What a rider sees of Indoor Bike Data.
 *
 * @module
 */
import type { BikeReport } from "#lib/bike/values.ts";
import type { IndoorBikeData } from "#lib/gatt/indoor_bike_data.ts";
import { StopDetector } from "#lib/gatt/stop_detector.ts";
import type { BleSession } from "#lib/driver/ble_session.ts";

/** Metres that a bike goes at one turn of the cranks in a middle gear: 34 to 14 teeth, a wheel of 2.105 m. */
const METERS_PER_TURN = 34 / 14 * 2.105;

/** Turns notifications of one connection into reports. */
export class FitnessMachineValues {
  readonly #session: BleSession;
  readonly #stop = new StopDetector();
  /** Whether the machine has ever reported the values of the moment. */
  readonly #has = { cadence: false, power: false };

  /** Starts without a notification. */
  constructor(session: BleSession) {
    this.#session = session;
  }

  /**
   * Takes a notification. Records may be split: what it lacks is left out, and
   * the bike keeps it.
   */
  take(data: IndoorBikeData): void {
    const { clock, quirks } = this.#session;
    const whole = this.#withStandIns(data);
    const hasStopped = quirks.stopDetection === "on" &&
      this.#stop.hasStopped(whole, clock.monotonicMs());
    const { cadenceRpm, powerWatts, heartRateBpm } = whole;
    const isHeartRateUsed = quirks.heartRateFrom === "trainer";
    this.#session.report({
      ...(cadenceRpm !== undefined &&
        { cadenceRpm: hasStopped ? 0 : cadenceRpm }),
      ...(powerWatts !== undefined &&
        { powerWatts: hasStopped ? 0 : powerWatts }),
      ...this.#speedOf(whole, hasStopped),
      ...(heartRateBpm !== undefined && isHeartRateUsed &&
        { heartRate: { rateBpm: heartRateBpm, rrIntervalsMs: [] } }),
    });
  }

  #speedOf(
    { speedKph, cadenceRpm }: IndoorBikeData,
    hasStopped: boolean,
  ): BikeReport {
    if (this.#session.quirks.speedFrom === "device") {
      return speedKph === undefined
        ? {}
        : { speedMetersPerSecond: speedKph / 3.6 };
    }
    if (cadenceRpm === undefined) return {};
    const turnsPerSecond = hasStopped ? 0 : cadenceRpm / 60;
    return { speedMetersPerSecond: turnsPerSecond * METERS_PER_TURN };
  }

  /** Averages stand in for what the machine never reports; at a standstill they mean nothing. */
  #withStandIns(data: IndoorBikeData): IndoorBikeData {
    const has = this.#has;
    has.cadence ||= data.cadenceRpm !== undefined;
    has.power ||= data.powerWatts !== undefined;
    const { averageCadenceRpm, averagePowerWatts, speedKph, moreData } = data;
    const isPart = moreData || speedKph === undefined;
    const cadence = isPart || has.cadence ? undefined : averageCadenceRpm;
    const power = isPart || has.power ? undefined : averagePowerWatts;
    this.#note(cadence !== undefined || power !== undefined);
    const isStanding = speedKph === 0 || (data.cadenceRpm ?? cadence) === 0;
    return {
      ...data,
      ...(cadence !== undefined && { cadenceRpm: isStanding ? 0 : cadence }),
      ...(power !== undefined && { powerWatts: isStanding ? 0 : power }),
    };
  }

  #note(isStandIn: boolean): void {
    const { cadence, power } = this.#has;
    if (isStandIn) {
      this.#session.device.note(
        "averages",
        "cadence or power are averages: the machine reports no others",
      );
    } else if (cadence && power) {
      this.#session.device.note("averages", undefined);
    }
  }
}
