/**
 * Measurements and spans for OpenTelemetry. The runtime exports them where the
 * environment says `OTEL_DENO=true`; else all of this does nothing. The only
 * file that imports the OpenTelemetry package.
 *
 * @module
 */
import {
  type BatchObservableCallback,
  type Meter,
  metrics,
  type Observable,
  type Span,
  SpanStatusCode,
  trace,
} from "@opentelemetry/api";
import { describeFailure } from "#lib/bike/command_failure.ts";
import type { CommandOutcome } from "#lib/bike/controller.ts";
import type { DriverStatus } from "#lib/driver/driver_host.ts";
import type { Measurement } from "./measurements.ts";
import type { WatchedBike } from "./watched_bike.ts";

/** Name of the instrumentation. */
const SCOPE = "smartbike";

/** Shows a running bike to OpenTelemetry until it is disposed. */
export class Telemetry implements Disposable {
  readonly #end = new AbortController();
  readonly #runs = new Map<string, Span>();

  /**
   * Starts to show it: each measurement, each command and each run of a driver.
   *
   * @param measurements What is measured of it.
   */
  constructor(
    { bike, host }: WatchedBike,
    measurements: readonly Measurement[],
  ) {
    const { signal } = this.#end;
    observe(measurements, signal);
    bike.onCommandEnded.add((outcome) => traceCommand(outcome), { signal });
    for (const status of host.statuses) this.#onStatus(status);
    host.onStatusChanged.add((status) => this.#onStatus(status), { signal });
  }

  /** Stops showing it; runs of drivers that go on end here. */
  [Symbol.dispose](): void {
    this.#end.abort();
    for (const span of this.#runs.values()) span.end();
    this.#runs.clear();
  }

  #onStatus({ id, driver, state, error }: DriverStatus): void {
    const running = this.#runs.get(id);
    if (state === "running") {
      running?.end();
      const attributes = { "smartbike.device": id, "smartbike.driver": driver };
      const tracer = trace.getTracer(SCOPE);
      this.#runs.set(id, tracer.startSpan(`run ${driver}`, { attributes }));
      return;
    }
    if (running && state === "waiting") fail(running, error);
    running?.end();
    this.#runs.delete(id);
  }
}

function traceCommand(
  { controller, actuator, requested, error, startedMs, timeMs }: CommandOutcome,
): void {
  const span = trace.getTracer(SCOPE).startSpan(`set ${actuator}`, {
    startTime: startedMs,
    attributes: {
      "smartbike.actuator": actuator,
      "smartbike.controller": controller,
      "smartbike.requested": JSON.stringify(requested),
      "smartbike.outcome": error === undefined
        ? "ok"
        : describeFailure(error).code,
    },
  });
  if (error !== undefined) fail(span, error);
  span.end(timeMs);
}

function fail(span: Span, error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  span.setStatus({ code: SpanStatusCode.ERROR, message });
}

/** Instruments must be there before they are observed together. */
function observe(
  measurements: readonly Measurement[],
  signal: AbortSignal,
): void {
  const meter = metrics.getMeter(SCOPE);
  const pairs = measurements.map((measurement) =>
    [instrumentOf(meter, measurement), measurement] as const
  );
  const callback: BatchObservableCallback = (result) => {
    for (const [instrument, { read }] of pairs) {
      for (const { labels, value } of read()) {
        result.observe(instrument, value, labels);
      }
    }
  };
  const instruments = pairs.map(([instrument]) => instrument);
  meter.addBatchObservableCallback(callback, instruments);
  signal.addEventListener(
    "abort",
    () => meter.removeBatchObservableCallback(callback, instruments),
    { once: true },
  );
}

function instrumentOf(
  meter: Meter,
  { name, help, kind }: Measurement,
): Observable {
  const options = { description: help };
  return kind === "counter"
    ? meter.createObservableCounter(name.replace(/_total$/, ""), options)
    : meter.createObservableGauge(name, options);
}
