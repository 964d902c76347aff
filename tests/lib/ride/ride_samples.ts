/**
 * Rides made up for tests.
 *
 * @module
 */
import type { RideMetric, Sample } from "#lib/ride/sample.ts";

/** 2026-11-30T06:00:00Z. */
export const START_MS = 1_796_018_400_000;

/** How a made-up ride differs from the usual one. */
export interface MadeUpRide {
  readonly bike?: string;
  readonly startMs?: number;
  readonly seconds?: number;
}

/** A ride whose power, heart rate, cadence and speed change every second. */
export function madeUpRide(options: MadeUpRide = {}): readonly Sample[] {
  const { bike = "000001", startMs = START_MS, seconds = 60 } = options;
  return Array.from({ length: seconds }, (_, i) => {
    const timeMs = startMs + i * 1000;
    const at = (metric: RideMetric, value: number, ms = 0): Sample => ({
      bike,
      metric,
      timeMs: timeMs + ms,
      value,
    });
    return [
      at("speed", 8 + Math.sin(i / 7), 40),
      at("cadence", 85 + i % 5, 41),
      at("power", 180 + (i * 37) % 60, 42),
      {
        ...at("heartrate", 120 + i % 30, 300),
        beatsMs: [500 - i % 20, 490 + i % 10],
      },
    ];
  }).flat();
}
