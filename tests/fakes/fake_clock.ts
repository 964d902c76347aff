/**
 * A clock that stands still until it is advanced.
 *
 * @module
 */
import { setImmediate } from "node:timers/promises";
import type { Clock } from "#lib/base/clock.ts";

interface Timer {
  readonly atMs: number;
  readonly callback: () => void;
}

/** Time for tests: {@linkcode FakeClock.advance} is the only thing that moves it. */
export class FakeClock implements Clock {
  #nowMs: number;
  #monotonicMs = 0;
  readonly #timers = new Set<Timer>();

  /**
   * Starts at a moment.
   *
   * @param nowMs The time of day, in milliseconds since 1970-01-01 UTC.
   */
  constructor(nowMs = 1_700_000_000_000) {
    this.#nowMs = nowMs;
  }

  /** How many callbacks wait. */
  get timerCount(): number {
    return this.#timers.size;
  }

  /** The time of day, in milliseconds since 1970-01-01 UTC. */
  now(): number {
    return this.#nowMs;
  }

  /** Milliseconds since the clock was made; setting the time of day does not change it. */
  monotonicMs(): number {
    return this.#monotonicMs;
  }

  /**
   * Calls back once the clock has advanced far enough.
   *
   * @param callback What to call.
   * @param delayMs When, in milliseconds from now.
   * @returns Stops it from being called.
   */
  setTimeout(callback: () => void, delayMs: number): () => void {
    const timer = { atMs: this.#monotonicMs + Math.max(0, delayMs), callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /**
   * Sets the time of day, as a time server does; no timer notices.
   *
   * @param nowMs Milliseconds since 1970-01-01 UTC.
   */
  setTimeOfDay(nowMs: number): void {
    this.#nowMs = nowMs;
  }

  /**
   * Lets time pass, calling what is due in order, and lets promises settle
   * before, between and after.
   *
   * @param ms Milliseconds.
   */
  async advance(ms: number): Promise<void> {
    const endMs = this.#monotonicMs + ms;
    await settle();
    for (;;) {
      const next = this.#nextUntil(endMs);
      if (!next) break;
      this.#goTo(next.atMs);
      this.#timers.delete(next);
      next.callback();
      await settle();
    }
    this.#goTo(endMs);
  }

  #nextUntil(endMs: number): Timer | undefined {
    return [...this.#timers]
      .filter(({ atMs }) => atMs <= endMs)
      .sort((a, b) => a.atMs - b.atMs)[0];
  }

  #goTo(monotonicMs: number): void {
    this.#nowMs += monotonicMs - this.#monotonicMs;
    this.#monotonicMs = monotonicMs;
  }
}

/** Lets every promise that can settle without time passing do so. */
export async function settle(): Promise<void> {
  await setImmediate();
}
