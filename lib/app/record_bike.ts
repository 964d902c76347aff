/**
 * Records the rides of the bike that this program runs.
 *
 * @module
 */
import { type Clock, systemClock } from "#lib/base/clock.ts";
import { SmartbikeError } from "#lib/base/errors.ts";
import { getLogger } from "#lib/base/logger.ts";
import type { MqttEndpoint } from "#lib/mqtt/endpoint.ts";
import { sampleBike, type SampledBike } from "#lib/ride/bike_samples.ts";
import { Recorder } from "#lib/ride/recorder.ts";
import type { RideStore } from "#lib/ride/ride_store.ts";

const logger = getLogger("ride");

/** What is recorded, and where it is reported. */
interface BikeRecording {
  /** Id of the bike. */
  readonly bikeId: string;
  /** Topic on which rides that begin and end are reported. */
  readonly rideTopic: string;
  /** Topic on which trouble with the store is reported: retained. */
  readonly statusTopic: string;
  /** Opens the store. */
  openStore(): Promise<RideStore>;
  /**
   * When it is written.
   *
   * @default {systemClock}
   */
  readonly clock?: Clock;
}

/**
 * Records rides. A store that cannot be opened or written is logged and
 * published, and ends nothing else.
 *
 * @param endpoint The connection that it is reported on.
 * @returns Disposed when the bike ends.
 */
export async function recordBike(
  bike: SampledBike,
  endpoint: MqttEndpoint,
  recording: BikeRecording,
): Promise<AsyncDisposable> {
  const { bikeId, rideTopic, statusTopic, clock = systemClock } = recording;
  await using stack = new AsyncDisposableStack();
  const end = new AbortController();
  stack.defer(() => end.abort());
  const report = (topic: string, value: unknown, retain: boolean) => {
    const payload = JSON.stringify(value);
    endpoint.publish(topic, payload, { retain, signal: end.signal }).catch(
      (error) =>
        logger.debug("Cannot publish to {topic}: {error}", {
          topic,
          error,
        }),
    );
  };
  const reportTrouble = (trouble: SmartbikeError | undefined) => {
    const { code, message } = trouble ?? {};
    const value = trouble
      ? { value: "failed", error: { code, message } }
      : { value: "ok" };
    report(statusTopic, { ...value, timestamp: clock.now() / 1000 }, true);
  };
  try {
    const store = stack.use(await recording.openStore());
    const recorder = stack.use(new Recorder(store, { clock }));
    recorder.onTroubleChanged.add(reportTrouble);
    recorder.onRideStarted.add((ride) =>
      report(rideTopic, { value: "started", ...ride }, false)
    );
    recorder.onRideEnded.add((ride) =>
      report(rideTopic, { value: "ended", ...ride }, false)
    );
    sampleBike(bike, {
      bikeId,
      add: (sample) => recorder.add(sample),
      now: () => clock.now(),
    }, end.signal);
  } catch (error) {
    if (!(error instanceof SmartbikeError)) throw error;
    logger.error("Rides are not recorded: {message}", {
      message: error.message,
    });
    reportTrouble(error);
  }
  return stack.move();
}
