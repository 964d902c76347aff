/**
 * Samples of bikes on a broker.
 *
 * @module
 */
import type { MqttEndpoint } from "#lib/mqtt/endpoint.ts";
import { sampleOfReport } from "#lib/ride/report_sample.ts";
import type { Sample } from "#lib/ride/sample.ts";
import type { RecordedTopics } from "#lib/app/bike_adapters.ts";

/** What is recorded, and where it goes. */
interface TopicRecording {
  /** Names of the topics. */
  readonly topics: RecordedTopics;
  /** Id of the bike; all bikes if left out. */
  readonly bikeId?: string | undefined;
  /** Takes a sample. */
  add(sample: Sample): void;
}

/**
 * Subscribes to the reports of bikes.
 *
 * @param endpoint The connection; it may be made before or after.
 * @param now The time, in milliseconds since 1970-01-01 UTC.
 * @returns Resolves when all subscriptions are granted.
 */
export async function recordTopics(
  endpoint: MqttEndpoint,
  { topics, bikeId, add }: TopicRecording,
  now: () => number = Date.now,
): Promise<void> {
  const subscriptions = topics.filters(bikeId).map((filter) =>
    endpoint.subscribe(filter, ({ topic, payload, retain }) => {
      const source = retain ? undefined : topics.parse(topic);
      const sample = source && sampleOfReport(source, payload, now());
      if (sample) add(sample);
    })
  );
  await Promise.all(subscriptions.map(({ ready }) => ready));
}
