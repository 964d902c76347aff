/**
 * Reports how a running bike is: its health on the broker, metrics for
 * Prometheus, and traces for OpenTelemetry.
 *
 * @module
 */
import type { Bike } from "#lib/bike/bike.ts";
import { type Clock, systemClock } from "#lib/base/clock.ts";
import { getLogger } from "#lib/base/logger.ts";
import { isLoopback } from "#lib/base/host_names.ts";
import type { ListenAddress } from "#lib/config/listen_address.ts";
import type { MqttEndpoint } from "#lib/mqtt/endpoint.ts";
import { BikeTally } from "#lib/observability/bike_tally.ts";
import { reportHealth } from "#lib/observability/health.ts";
import { identified, measurementsOf } from "#lib/observability/measurements.ts";
import type { WatchedBike } from "#lib/observability/watched_bike.ts";
import type { RunningBike } from "./run_bike.ts";

const logger = getLogger("health");

/** How soon after a change of a device health is published, in milliseconds: time for its first report. */
const CHANGE_DELAY_MS = 2000;

/** How a running bike is monitored. */
interface MonitorOptions {
  /** Id of the bike. */
  readonly bikeId: string;
  /** Topic of the health reports, which are retained. */
  readonly healthTopic: string;
  /** Time between two of them, in milliseconds. */
  readonly healthIntervalMs: number;
  /** The program's version, for the reports. */
  readonly version: string;
  /** Where metrics are served for Prometheus; nowhere if left out. */
  readonly metrics?: ListenAddress | undefined;
  /** Whether OpenTelemetry is used. */
  readonly telemetry: boolean;
  /**
   * When the next report is due.
   *
   * @default {systemClock}
   */
  readonly clock?: Clock;
}

/**
 * Monitors a running bike.
 *
 * @returns Ends it when disposed.
 * @throws {ConnectionError} If metrics cannot be served at their address.
 */
export async function monitorBike(
  running: RunningBike,
  options: MonitorOptions,
): Promise<AsyncDisposable> {
  await using stack = new AsyncDisposableStack();
  const { bike, host, endpoint, service } = running;
  const tally = stack.use(new BikeTally(bike, host));
  const endpoints = {
    topics: endpoint,
    ...(service && { object: service.endpoint }),
  };
  const watched: WatchedBike = { bike, host, tally, endpoints };
  const measurements = identified(measurementsOf(watched), {
    bike: options.bikeId,
    version: options.version,
  });
  const { metrics, telemetry } = options;
  // What is not asked for is not even loaded.
  if (metrics) {
    const { MetricsServer } = await import("#lib/observability/prometheus.ts");
    const { url } = stack.use(MetricsServer.listen(metrics, measurements));
    if (!isLoopback(metrics.host)) {
      logger.warn("Metrics are open to everyone who can reach {url}", { url });
    }
    logger.info("Serving metrics for Prometheus on {url}", { url });
  }
  if (telemetry) {
    const { Telemetry } = await import("#lib/observability/telemetry.ts");
    stack.use(new Telemetry(watched, measurements));
  }
  stack.use(publishHealth(endpoint, watched, options));
  return stack.move();
}

/** Publishes how the bike is, on each connection, soon after a device changed, and at intervals. */
function publishHealth(
  endpoint: MqttEndpoint,
  watched: WatchedBike,
  options: MonitorOptions,
): Disposable {
  const { healthTopic, healthIntervalMs, version } = options;
  const { clock = systemClock } = options;
  const end = new AbortController();
  let stopTimer = () => {};
  let dueMs = Infinity;
  const publishIn = (delayMs: number) => {
    stopTimer();
    dueMs = clock.monotonicMs() + delayMs;
    stopTimer = clock.setTimeout(() => void publish(), delayMs);
  };
  const publish = async () => {
    publishIn(healthIntervalMs);
    if (!endpoint.connected) return;
    const text = JSON.stringify(reportHealth(watched, version));
    try {
      await endpoint.publish(healthTopic, text, {
        retain: true,
        signal: end.signal,
      });
    } catch (error) {
      if (end.signal.aborted) return;
      logger.warn("Cannot publish to {topic}: {error}", {
        topic: healthTopic,
        error,
      });
    }
  };
  const onChange = () => {
    if (clock.monotonicMs() + CHANGE_DELAY_MS < dueMs) {
      publishIn(CHANGE_DELAY_MS);
    }
  };
  const { signal } = end;
  endpoint.onConnected.add(() => void publish(), { signal });
  onPresenceChanged(watched.bike, onChange, signal);
  watched.host.onStatusChanged.add(onChange, { signal });
  void publish();
  return {
    [Symbol.dispose]() {
      end.abort();
      stopTimer();
    },
  };
}

/** Devices change with each value of their radio signal; only coming and going counts here. */
function onPresenceChanged(
  bike: Bike,
  handler: () => void,
  signal: AbortSignal,
): void {
  const present = new Set<string>();
  bike.onDeviceChanged.add(({ device, isConnected }) => {
    if (present.has(device) === isConnected) return;
    if (isConnected) present.add(device);
    else present.delete(device);
    handler();
  }, { signal });
  const onRemoved = (device: string) => void present.delete(device);
  bike.onDeviceRemoved.add(onRemoved, { signal });
}
