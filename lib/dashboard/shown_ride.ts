/**
 * The ride of a bike as it is shown: its seconds, and what they add up to.
 *
 * @module
 */
import type { RemoteValueName } from "#lib/bike/remote_bike.ts";
import {
  type RideSummary,
  RideTotals,
  type Sample,
} from "#lib/bike/ride_totals.ts";
import {
  SAMPLE_FIELDS,
  SampleHistory,
  sampleOf,
  type SampleRow,
} from "./sample_history.ts";

/** The ride of a bike. */
export class ShownRide {
  /** Its seconds. */
  readonly history: SampleHistory = new SampleHistory();
  #totals = new RideTotals();
  /** The first second that was filled since the last look. */
  #filledSecond = Infinity;

  /** What it adds up to so far. */
  get summary(): RideSummary {
    return this.#totals.summary;
  }

  /**
   * Adds a second, while a ride goes on.
   *
   * @param isKnown Whether the rider can be seen.
   * @returns The second as a list; undefined without a ride.
   */
  add(sample: Sample, isKnown: boolean): SampleRow | undefined {
    const wasActive = this.#totals.isActive;
    if (this.#totals.add(sample, isKnown)) this.history.clear();
    return wasActive || this.#totals.isActive
      ? this.history.add(sample)
      : undefined;
  }

  /**
   * Fills a gap with a report that came late.
   *
   * @param timeMs When, in milliseconds since 1970-01-01 UTC.
   */
  fill(name: RemoteValueName, value: number, timeMs: number): void {
    const second = Math.floor(timeMs / 1000);
    const field = SAMPLE_FIELDS.find((one) => one === name);
    if (field === undefined || !this.history.fill(second, field, value)) return;
    this.#filledSecond = Math.min(this.#filledSecond, second);
  }

  /**
   * Counts what filled gaps.
   *
   * @returns The first second that was filled since the call before; undefined if none was.
   */
  takeFilled(): number | undefined {
    const second = this.#filledSecond;
    if (second === Infinity) return undefined;
    this.#filledSecond = Infinity;
    const { startedSecond } = this.#totals.summary;
    // What has made room for newer seconds could not be counted again.
    if (startedSecond === this.history.firstSecond) this.#recount();
    return second;
  }

  /**
   * Goes on with a ride that was recorded before the program started.
   *
   * @param seconds Its seconds, oldest first.
   */
  resume(seconds: readonly Sample[]): void {
    const own = this.history.after(0).map(sampleOf);
    const first = own[0]?.second ?? Infinity;
    const before = seconds.filter(({ second }) => second < first);
    if (before.length === 0) return;
    this.history.clear();
    for (const sample of [...before, ...own]) this.history.add(sample);
    this.#recount();
  }

  #recount(): void {
    const totals = new RideTotals();
    for (const row of this.history.after(0)) {
      const isKnown = row.some((value, at) => at > 0 && value !== null);
      totals.add(sampleOf(row), isKnown);
    }
    this.#totals = totals;
  }
}
