/**
 * Looks after a running bike: tells how it is, and lets itself be measured.
 *
 * @module
 */
import { type Clock, systemClock } from "#lib/base/clock.ts";
import { getLogger } from "#lib/base/logger.ts";
import type { MqttEndpoint } from "#lib/mqtt/endpoint.ts";
import { BikeTally } from "#lib/observability/bike_tally.ts";
import { reportHealth } from "#lib/observability/health.ts";
import { measurementsOf } from "#lib/observability/measurements.ts";
import type { WatchedBike } from "#lib/observability/watched_bike.ts";
import {
  isLoopback,
  type ListenAddress,
  parseListenAddress,
} from "../options/listen_address.ts";
import type { CliContext } from "../command.ts";
import type { RunningBike } from "./run_bike.ts";

const logger = getLogger("health");

/** Time between two reports of how a bike is, in milliseconds. */
const HEALTH_INTERVAL_MS = 60_000;

/** Port of Prometheus's exporters for OpenTelemetry, where nobody says. */
const METRICS_PORT = 9464;

/** How a running bike is looked after. */
export interface AttendOptions {
  /** Topic on which it is told how the bike is: retained. */
  readonly healthTopic: string;
  /** Time between two such reports, in milliseconds. */
  readonly healthIntervalMs: number;
  /** The program's version, for the reports. */
  readonly version: string;
  /** Where Prometheus is answered; nowhere if left out. */
  readonly metrics?: ListenAddress | undefined;
  /** Whether OpenTelemetry is told. */
  readonly telemetry: boolean;
  /**
   * When the next report is due.
   *
   * @default {systemClock}
   */
  readonly clock?: Clock;
}

/** What is asked for. */
export interface AttendRequest {
  /** Id of the bike. */
  readonly bikeId: string;
  /**
   * Time between two reports of how it is, in milliseconds.
   *
   * @default {60000}
   */
  readonly healthIntervalMs?: number | undefined;
  /** Where Prometheus is answered, as a person wrote it; nowhere if left out. */
  readonly metrics?: string | undefined;
}

/**
 * Completes what is asked for.
 *
 * @param context Topic names, version and environment.
 * @param request What is asked for.
 * @returns How a bike is looked after.
 * @throws {UsageError} If the address for Prometheus is none.
 */
export function attendOptionsOf(
  { bikeAdapters, io, version }: CliContext,
  { bikeId, healthIntervalMs = HEALTH_INTERVAL_MS, metrics }: AttendRequest,
): AttendOptions {
  return {
    healthTopic: bikeAdapters.names(bikeId).health,
    healthIntervalMs,
    version,
    metrics: metrics === undefined ? undefined : parseListenAddress(metrics, {
      port: METRICS_PORT,
      option: "--metrics",
    }),
    telemetry: io.env("OTEL_DENO") === "true",
  };
}

/**
 * Looks after a running bike.
 *
 * @param running The bike.
 * @param options How.
 * @returns Ends it when disposed.
 * @throws {ConnectionError} If Prometheus cannot be answered where it was asked for.
 */
export async function attendBike(
  running: RunningBike,
  options: AttendOptions,
): Promise<AsyncDisposable> {
  await using stack = new AsyncDisposableStack();
  const { bike, host, endpoint, service } = running;
  const tally = stack.use(new BikeTally(bike, host));
  const endpoints = {
    topics: endpoint,
    ...(service && { object: service.endpoint }),
  };
  const watched: WatchedBike = { bike, host, tally, endpoints };
  const measurements = measurementsOf(watched);
  const { metrics, telemetry } = options;
  // What is not asked for is not even loaded.
  if (metrics) {
    const { MetricsServer } = await import("#lib/observability/prometheus.ts");
    const { url } = stack.use(MetricsServer.listen(metrics, measurements));
    if (!isLoopback(metrics.host)) {
      logger.warn("Everybody who reaches {url} can read it", { url });
    }
    logger.info("Prometheus is answered on {url}", { url });
  }
  if (telemetry) {
    const { Telemetry } = await import("#lib/observability/telemetry.ts");
    stack.use(new Telemetry(watched, measurements));
  }
  stack.use(tellHealth(endpoint, watched, options));
  return stack.move();
}

/** Tells how the bike is, on each connection and again and again. */
function tellHealth(
  endpoint: MqttEndpoint,
  watched: WatchedBike,
  options: AttendOptions,
): Disposable {
  const { healthTopic, healthIntervalMs, version } = options;
  const { clock = systemClock } = options;
  const end = new AbortController();
  let stopTimer = () => {};
  const tell = async () => {
    stopTimer();
    stopTimer = clock.setTimeout(() => void tell(), healthIntervalMs);
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
  endpoint.onConnected.add(() => void tell(), { signal: end.signal });
  void tell();
  return {
    [Symbol.dispose]() {
      end.abort();
      stopTimer();
    },
  };
}
