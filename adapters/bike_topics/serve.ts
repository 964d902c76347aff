/**
 * A bike on the Redback topics.
 *
 * @module
 */
import type { Bike } from "#lib/bike/bike.ts";
import type { MqttEndpoint } from "#lib/mqtt/endpoint.ts";
import { Availability } from "./availability.ts";
import { ButtonTopics } from "./button_topics.ts";
import { shareLink } from "./command_guard.ts";
import { CommandTopics } from "./command_topics.ts";
import { type BikeTopicsOptions, makeContext } from "./context.ts";
import { DeviceTopics } from "./device_topics.ts";
import { HistoryTopics } from "./history_topics.ts";
import { MetricReporter } from "./metric_reporter.ts";
import { SensorTopics } from "./sensor_topics.ts";
import { REPORT_TOPICS, type ReportTopic } from "./topics.ts";

/** How long the goodbye may take, in milliseconds. */
const END_TIMEOUT_MS = 2000;

/** A bike on its topics; it ends when disposed. */
export interface BikeOnTopics extends AsyncDisposable {
  /**
   * Resolves when the bike takes commands and the broker knows that it is
   * there. Rejects with a `ConnectionError` if the broker refuses a subscription.
   */
  readonly ready: Promise<void>;
}

/**
 * Shows a bike on the Redback topics: values are reported, commands carried
 * out, its devices and the bike itself reported as there or gone. Dispose it
 * before the endpoint is closed, so that the broker learns that it is gone.
 *
 * @example A bike, and a command as an app sends it
 * ```ts
 * import { offlineWill } from "#adapters/bike_topics/availability.ts";
 * import { serveBikeTopics } from "#adapters/bike_topics/serve.ts";
 * import { Bike } from "#lib/bike/bike.ts";
 * import { EmbeddedBroker } from "#lib/broker/embedded_broker.ts";
 * import { MqttJsEndpoint } from "#lib/mqtt/mqtt_js_endpoint.ts";
 * import assert from "node:assert/strict";
 *
 * await using broker = await EmbeddedBroker.listen();
 * using bike = new Bike();
 * bike.source("kickr").actuator("resistancePercent", () => Promise.resolve());
 *
 * await using endpoint = new MqttJsEndpoint();
 * await using shown = serveBikeTopics(bike, endpoint, { bikeId: "000001" });
 * await endpoint.connect(broker.url, { will: offlineWill({ bikeId: "000001" }) });
 * await shown.ready;
 *
 * const { promise, resolve } = Promise.withResolvers<string>();
 * endpoint.subscribe("bike/000001/resistance/report", ({ payload }) =>
 *   resolve(new TextDecoder().decode(payload)));
 * await endpoint.publish("bike/000001/resistance/control", '{"resistance": 24}');
 * assert.match(await promise, /^{"value": 24\.0, "unitName": "percentage"/);
 * ```
 *
 * @param endpoint The connection; it may be made before or after.
 * @param options How the bike is shown.
 * @returns The bike on its topics.
 * @throws {ConfigError} If the id cannot stand in a topic.
 */
export function serveBikeTopics(
  bike: Bike,
  endpoint: MqttEndpoint,
  options: BikeTopicsOptions,
): BikeOnTopics {
  const end = new AbortController();
  const context = makeContext(bike, endpoint, options, {
    signal: end.signal,
    askForEcho: () => availability.announceAgain(),
  });
  const { age, clock } = context;
  const availability = new Availability(context, () => age.caughtUp());
  const isReplaced = () => availability.isReplaced;
  shareLink(endpoint, { age, isReplaced });
  const devices = new DeviceTopics(context);
  const report = (topic: ReportTopic) => new MetricReporter(topic, context);
  const reporters = {
    speed: report("speed"),
    cadence: report("cadence"),
    power: report("power"),
    heartrate: report("heartrate"),
    incline: report("incline"),
    resistance: report("resistance"),
    fan: report("fan"),
  } satisfies Readonly<Record<ReportTopic, MetricReporter>>;
  if (options.history) new HistoryTopics(context, options.history);
  new ButtonTopics(context);
  new SensorTopics(context);
  const commands = new CommandTopics(context, {
    answers: reporters,
    isReplaced,
  });
  const subscriptions = [availability.subscription, ...commands.subscriptions];
  const ready = Promise.all(subscriptions.map(({ ready }) => ready))
    .then(() => availability.announced);
  ready.catch(() => {});
  const sayGoodbye = async () => {
    await Promise.all(subscriptions.map((one) => one.unsubscribe()));
    if (!endpoint.connected) return;
    await Promise.all([devices.end(), availability.end()]);
  };
  return {
    ready,
    async [Symbol.asyncDispose]() {
      if (end.signal.aborted) return;
      for (const topic of REPORT_TOPICS) reporters[topic].end();
      end.abort();
      commands.close();
      const { promise: late, resolve } = Promise.withResolvers<void>();
      const stopTimer = clock.setTimeout(resolve, END_TIMEOUT_MS);
      await Promise.race([sayGoodbye(), late]);
      stopTimer();
    },
  };
}
