/**
 * Sensors that are none of the bike's own values, on their topics.
 *
 * @module
 */
import type { SensorReading } from "#lib/bike/sensors.ts";
import { getLogger } from "#lib/base/logger.ts";
import type { TopicsContext } from "./context.ts";
import { NewestPublisher } from "./newest_publisher.ts";
import { stringifySensorReport } from "./sensor_report.ts";
import { isSensorTopic } from "./topics.ts";

const logger = getLogger("topics");

/** Reports what sensors measure; one with the name of another topic is refused. */
export class SensorTopics {
  readonly #context: TopicsContext;
  readonly #publisher: NewestPublisher;
  readonly #refused = new Set<string>();

  /**
   * Starts to report.
   *
   * @param context What the adapter stands on.
   */
  constructor(context: TopicsContext) {
    const { bike, endpoint, signal } = context;
    this.#context = context;
    this.#publisher = new NewestPublisher(endpoint, context);
    bike.onSensorReported.add((reading) => this.#report(reading), { signal });
  }

  #report(reading: SensorReading): void {
    const { deviceName, options, topics } = this.#context;
    const { sensor, device } = reading;
    if (!isSensorTopic(sensor)) return this.#refuse(sensor, device);
    this.#publisher.put(
      topics.sensor(sensor),
      stringifySensorReport(reading, deviceName, options),
    );
  }

  #refuse(sensor: string, device: string): void {
    if (this.#refused.has(sensor)) return;
    this.#refused.add(sensor);
    logger.warn(
      "Cannot report sensor {sensor} of {device}: its topic has another meaning, give it another name",
      { sensor, device },
    );
  }
}
