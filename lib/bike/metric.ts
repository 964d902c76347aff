/**
 * One value of the bike, as several devices report it.
 *
 * @module
 */
import type { Clock } from "#lib/base/clock.ts";
import { EventHook } from "#lib/base/event_hook.ts";
import {
  isSameReading,
  type Reading,
  UNKNOWN,
  type ValueState,
} from "./reading.ts";

/** What a metric has to know of a device. */
export interface Origin {
  /** Its id. */
  readonly device: string;
  /** Of two live devices, the one with the higher priority wins. */
  readonly priority: number;
  /** Whether it sends nothing while the rider rests, so that silence means zero. */
  readonly silentMeansStopped: boolean;
}

/** How one metric behaves. */
interface MetricOptions<T> {
  /** Stands in the log. */
  readonly name: string;
  /** How long a value is live at present, in milliseconds. */
  readonly staleAfterMs: () => number;
  /** What silence means for devices that are silent when stopped; left out where it means nothing. */
  readonly zero?: T;
  /** Whether a value is worse than one of another device, for example because the sensor touches no skin. */
  readonly isDoubtful?: (value: T) => boolean;
}

interface Entry<T> {
  readonly origin: Origin;
  readonly reading: Reading<T>;
  readonly reportedAtMs: number;
  /** Set where silence was taken for zero, which does not get old. */
  readonly isLasting: boolean;
}

/** The better a state, the higher its number. */
const RANK: Readonly<Record<ValueState, number>> = {
  unknown: 0,
  disconnected: 1,
  stale: 2,
  live: 4,
};

/** One value of the bike: keeps what each device reports, and elects one. */
export class Metric<T> {
  /** Fires when state, value or device of the elected reading changed. */
  readonly onChanged: EventHook<[reading: Reading<T>]>;
  /** Fires with each report of the elected device, also when it says the same again. */
  readonly onReported: EventHook<[reading: Reading<T>]>;
  readonly #clock: Clock;
  readonly #options: MetricOptions<T>;
  readonly #entries = new Map<string, Entry<T>>();
  #elected: Reading<T> = UNKNOWN;
  #stopTimer: (() => void) | undefined;

  /**
   * Makes a metric that nobody has reported.
   *
   * @param clock Says how old a report is.
   */
  constructor(clock: Clock, options: MetricOptions<T>) {
    this.#clock = clock;
    this.#options = options;
    this.onChanged = new EventHook(`${options.name} changed`);
    this.onReported = new EventHook(`${options.name} reported`);
  }

  /** The reading of the device that was elected. */
  get reading(): Reading<T> {
    return this.#elected;
  }

  /**
   * Takes a device's report.
   *
   * @param value Its value; null where it says that it has none.
   * @returns What is known of the device's value from now on.
   */
  put(origin: Origin, value: T | null): Reading<T> {
    const { device } = origin;
    const reading: Reading<T> = value === null
      ? UNKNOWN
      : { state: "live", value, timeMs: this.#clock.now(), device };
    this.#store(origin, reading);
    this.#elect();
    if (this.#elected === reading && value !== null) {
      this.onReported.fire(reading);
    }
    this.#watch();
    return reading;
  }

  /**
   * Marks a device's value: `disconnected` when it went, `stale` when it is
   * back but has not reported yet.
   *
   * @param state The state to give its value, if it has one.
   */
  mark(origin: Origin, state: "disconnected" | "stale"): void {
    const entry = this.#entries.get(origin.device);
    if (!entry || entry.reading.state === "unknown") return;
    this.#store(origin, { ...entry.reading, state });
    this.#elect();
  }

  /** Forgets a device. */
  remove(origin: Origin): void {
    if (this.#entries.delete(origin.device)) this.#elect();
  }

  /** Follows an age that has changed; what is stale stays so until it is reported again. */
  followAge(): void {
    this.close();
    this.#watch();
  }

  /** Stops watching the time. */
  close(): void {
    this.#stopTimer?.();
    this.#stopTimer = undefined;
  }

  #store(origin: Origin, reading: Reading<T>, isLasting = false): void {
    const reportedAtMs = this.#clock.monotonicMs();
    this.#entries.set(origin.device, {
      origin,
      reading,
      reportedAtMs,
      isLasting,
    });
  }

  #elect(): void {
    const before = this.#elected;
    let best: Entry<T> | undefined;
    for (const entry of this.#entries.values()) {
      if (!best || this.#isBetter(entry, best)) best = entry;
    }
    this.#elected = best?.reading ?? UNKNOWN;
    if (!isSameReading(before, this.#elected)) {
      this.onChanged.fire(this.#elected);
    }
  }

  /** State first, then priority, then who was elected already, then who came first. */
  #isBetter(entry: Entry<T>, best: Entry<T>): boolean {
    const rank = this.#rank(entry.reading) - this.#rank(best.reading);
    if (rank !== 0) return rank > 0;
    const priority = entry.origin.priority - best.origin.priority;
    if (priority !== 0) return priority > 0;
    return entry.origin.device === this.#elected.device;
  }

  #rank({ state, value }: Reading<T>): number {
    const isDoubtful = state === "live" && value !== undefined &&
      this.#options.isDoubtful?.(value);
    return RANK[state] - (isDoubtful ? 1 : 0);
  }

  /** Waits for the moment at which the oldest live value gets stale. */
  #watch(): void {
    if (this.#stopTimer) return;
    const staleAfterMs = this.#options.staleAfterMs();
    const ages = [...this.#aging()].map(({ reportedAtMs }) => reportedAtMs);
    if (ages.length === 0 || staleAfterMs === Infinity) return;
    const dueMs = Math.min(...ages) + staleAfterMs - this.#clock.monotonicMs();
    this.#stopTimer = this.#clock.setTimeout(() => {
      this.#stopTimer = undefined;
      this.#expire();
      this.#watch();
    }, Math.max(1, dueMs));
  }

  #aging(): readonly Entry<T>[] {
    return [...this.#entries.values()].filter(({ reading, isLasting }) =>
      reading.state === "live" && !isLasting
    );
  }

  #expire(): void {
    const { zero } = this.#options;
    const staleAfterMs = this.#options.staleAfterMs();
    const nowMs = this.#clock.monotonicMs();
    for (const { origin, reading, reportedAtMs } of this.#aging()) {
      if (nowMs - reportedAtMs < staleAfterMs) continue;
      if (origin.silentMeansStopped && zero !== undefined) {
        const timeMs = this.#clock.now();
        this.#store(origin, { ...reading, value: zero, timeMs }, true);
      } else {
        this.#store(origin, { ...reading, state: "stale" });
      }
    }
    this.#elect();
  }
}
