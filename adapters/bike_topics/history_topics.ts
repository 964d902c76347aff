/**
 * What was measured while the broker was away.
 *
 * @module
 */
import { liveValue, type Reading } from "#lib/bike/reading.ts";
import type { HeartRate } from "#lib/bike/values.ts";
import type { TopicsContext } from "./context.ts";
import type { ReportBuffer } from "./history.ts";
import { METRIC_OF } from "./metric_reporter.ts";
import { NewestPublisher } from "./newest_publisher.ts";
import { stringifyReport } from "./report.ts";
import { REPORT_TOPICS, type ReportTopic } from "./topics.ts";

/** Least time between two reports of one value that are kept, in milliseconds. */
const KEEP_MS = 900;

/**
 * Keeps the reports that are due while the broker is away: each change, and
 * each second of what does not change. They go to `…/history` later.
 */
export class HistoryTopics {
  readonly #context: TopicsContext;
  readonly #history: ReportBuffer;
  readonly #keptMs = new Map<ReportTopic, number>();
  /** The time of the newest report of each value that was kept. */
  readonly #lastMs = new Map<ReportTopic, number>();

  /**
   * Starts to watch.
   *
   * @param context What the adapter stands on.
   */
  constructor(context: TopicsContext, history: ReportBuffer) {
    const { bike, endpoint, signal, topics } = context;
    this.#context = context;
    this.#history = history;
    for (const topic of REPORT_TOPICS) {
      const metric = METRIC_OF[topic];
      bike.onMetricChanged(metric).add(
        (reading) => this.#take(topic, reading, true),
        {
          signal,
        },
      );
      bike.onMetricReported(metric).add(
        (reading) => this.#take(topic, reading, topic === "heartrate"),
        { signal },
      );
    }
    const publisher = new NewestPublisher(endpoint, context);
    const report = () => {
      const { waiting, dropped, trouble } = history.state;
      const value = trouble ? "failed" : "ok";
      const error = trouble &&
        { code: trouble.code, message: trouble.message };
      publisher.put(
        topics.historyStatus,
        JSON.stringify({ value, waiting, dropped, error }),
        true,
      );
    };
    history.onChanged.add(report, { signal });
    endpoint.onConnected.add(report, { signal });
  }

  #take(
    topic: ReportTopic,
    reading: Reading<number | HeartRate>,
    isEach: boolean,
  ): void {
    const { clock, deviceName, endpoint, options, topics } = this.#context;
    const measured = liveValue(reading);
    const { timeMs } = reading;
    if (endpoint.connected || measured === undefined) return;
    if (timeMs === undefined || this.#isKept(topic, timeMs, isEach)) return;
    const value = typeof measured === "number" ? measured : measured.rateBpm;
    const beats = typeof measured === "number" ? [] : measured.rrIntervalsMs;
    const metadata = beats.length > 0 ? { rrIntervalsMs: beats } : {};
    this.#keptMs.set(topic, clock.monotonicMs());
    this.#lastMs.set(topic, timeMs);
    this.#history.keep(
      topics.history(topic),
      stringifyReport({ topic, value, timeMs, deviceName, metadata }, options),
    );
  }

  #isKept(topic: ReportTopic, timeMs: number, isEach: boolean): boolean {
    if (this.#lastMs.get(topic) === timeMs) return true;
    const keptMs = this.#keptMs.get(topic) ?? -Infinity;
    return !isEach && this.#context.clock.monotonicMs() - keptMs < KEEP_MS;
  }
}
