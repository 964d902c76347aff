/**
 * One value of the bike on its topics.
 *
 * @module
 */
import { liveValue, type Reading } from "#lib/bike/reading.ts";
import type { HeartRate, MetricName } from "#lib/bike/values.ts";
import type { JsonData } from "#lib/objectapi/mod.ts";
import { ACTUATOR_OF } from "./command.ts";
import type { TopicsContext } from "./context.ts";
import { IdleRule } from "./idle_rule.ts";
import { type LossReport, stringifyLossReport } from "./loss_report.ts";
import { NewestPublisher } from "./newest_publisher.ts";
import { stringifyReport } from "./report.ts";
import { isControlTopic, type ReportTopic } from "./topics.ts";

/** What each topic reports, as the bike calls it. */
export const METRIC_OF = {
  speed: "speedMetersPerSecond",
  cadence: "cadenceRpm",
  power: "powerWatts",
  heartrate: "heartRate",
  ...ACTUATOR_OF,
} as const satisfies Readonly<Record<ReportTopic, MetricName>>;

/** A value of any of them. */
type Measured = number | HeartRate;

/**
 * Reports one value: when it changes and at least each second, more rarely
 * while it is zero. Heart rates, which carry the beats since the one before,
 * are reported each time.
 */
export class MetricReporter {
  readonly #topic: ReportTopic;
  readonly #context: TopicsContext;
  readonly #publisher: NewestPublisher;
  readonly #names: readonly string[];
  readonly #isControl: boolean;
  readonly #idle: IdleRule;
  /** What was reported last, and not reported to be lost since. */
  #last: Reading<Measured> | undefined;
  #stopTimer: (() => void) | undefined;

  /**
   * Starts to report.
   *
   * @param context What the adapter stands on.
   */
  constructor(topic: ReportTopic, context: TopicsContext) {
    const { bike, endpoint, idle, options, signal, topics } = context;
    this.#topic = topic;
    this.#context = context;
    this.#publisher = new NewestPublisher(endpoint, context);
    this.#names = topics.reports(topic, options);
    this.#isControl = isControlTopic(topic);
    this.#idle = new IdleRule(idle);
    const metric = METRIC_OF[topic];
    bike.onMetricChanged(metric).add((reading) => this.#onChanged(reading), {
      signal,
    });
    if (topic === "heartrate") {
      bike.onMetricReported(metric).add(
        (reading) => this.#onReported(reading),
        {
          signal,
        },
      );
    }
    endpoint.onConnected.add(() => this.#reportCurrent(), { signal });
    endpoint.onDisconnected.add(() => this.#forget(), { signal });
    signal.addEventListener("abort", () => this.#forget(), { once: true });
    this.#reportCurrent();
  }

  /**
   * Answers a command that was carried out, unless its reading was reported as
   * a change: it may be the value that held before, or the hub may take
   * another device's word for what holds.
   *
   * @param reading What the device was set to.
   */
  answer(reading: Reading<number>): void {
    if (!this.#context.endpoint.connected || reading === this.#last) return;
    this.#report(reading);
  }

  /** Reports that a value that holds is reported no more. */
  end(): void {
    if (!this.#context.endpoint.connected) return;
    if (this.#read().state === "live") this.#reportLoss("disconnected");
  }

  /** Reports what holds at present, to a broker that may know nothing or something old. */
  #reportCurrent(): void {
    const reading = this.#read();
    if (reading.state !== "unknown") this.#onChanged(reading);
  }

  #read(): Reading<Measured> {
    return this.#context.bike.read(METRIC_OF[this.#topic]);
  }

  #onChanged(reading: Reading<Measured>): void {
    if (!this.#context.endpoint.connected) return;
    if (reading.state === "live") this.#report(reading);
    else this.#reportLoss(reading.state);
  }

  #onReported(reading: Reading<Measured>): void {
    if (reading !== this.#last) this.#onChanged(reading);
  }

  #repeat(): void {
    const reading = this.#read();
    if (reading.state === "live") this.#report(reading, true);
  }

  #report(reading: Reading<Measured>, isRepeated = false): void {
    const measured = liveValue(reading);
    if (measured === undefined || reading.timeMs === undefined) return;
    const { clock, deviceName, options } = this.#context;
    // What was set holds still; what was measured is as old as its measurement.
    const timeMs = this.#isControl && isRepeated ? clock.now() : reading.timeMs;
    const [value, metadata] = typeof measured === "number"
      ? [measured, {}]
      : readHeartRate(measured, isRepeated);
    const topic = this.#topic;
    const text = stringifyReport(
      { topic, value, timeMs, deviceName, metadata },
      options,
    );
    for (const name of this.#names) {
      if (this.#isControl && !isRepeated) this.#publisher.send(name, text);
      else this.#publisher.put(name, text);
    }
    this.#last = reading;
    this.#wait(this.#idle.nextWaitMs(value));
  }

  #reportLoss(state: LossReport["state"]): void {
    const { clock, deviceName, options, topics } = this.#context;
    const topic = this.#topic;
    const origin = { topic, timeMs: clock.now(), deviceName };
    this.#forget();
    this.#idle.reset();
    this.#publisher.send(
      topics.status(topic),
      stringifyLossReport({ ...origin, state }),
    );
    const wasReported = this.#last !== undefined;
    this.#last = undefined;
    if (this.#isControl || !wasReported) return;
    // Readers of bare names know numbers only; theirs must not go on for ever.
    const zero = stringifyReport(
      { ...origin, value: 0, metadata: { state } },
      options,
    );
    for (const name of this.#names.slice(1)) this.#publisher.send(name, zero);
  }

  #wait(delayMs: number): void {
    this.#stopTimer?.();
    this.#stopTimer = this.#context.clock.setTimeout(
      () => this.#repeat(),
      delayMs,
    );
  }

  /** Reports nothing any more of what held until now. */
  #forget(): void {
    this.#stopTimer?.();
    this.#stopTimer = undefined;
    for (const name of this.#names) this.#publisher.drop(name);
  }
}

/** A heart rate as value and metadata; beats that were reported already are not reported again. */
function readHeartRate(
  { rateBpm, contact, rrIntervalsMs }: HeartRate,
  isRepeated: boolean,
): readonly [value: number, metadata: Readonly<Record<string, JsonData>>] {
  const beats = isRepeated ? [] : rrIntervalsMs;
  return [rateBpm, {
    ...(contact !== undefined && { contact }),
    ...(beats.length > 0 && { rrIntervalsMs: beats }),
  }];
}
