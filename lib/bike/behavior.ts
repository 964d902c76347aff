/**
 * How a bike behaves. Its parts ask for it each time, so that it can change
 * while the bike runs.
 *
 * @module
 */
import { PACE, type PaceOptions } from "./actuators.ts";
import { HOLD_MS } from "./arbiter.ts";
import type { QueueOptions } from "./command_queue.ts";
import { FAIL_SAFE, type FailSafeOptions } from "./fail_safe.ts";
import { STALE_AFTER_MS, type StaleAfterMs } from "./staleness.ts";
import type { Channel, MetricName } from "./values.ts";

/** How a bike behaves; what is left out has its default. */
export interface BehaviorOptions {
  /**
   * How old each value may become.
   *
   * @default {STALE_AFTER_MS}
   */
  readonly staleAfterMs?: StaleAfterMs;
  /**
   * How the commands of each channel are paced.
   *
   * @default {PACE}
   */
  readonly pace?: PaceOptions;
  /**
   * How long a command keeps those of lower priority away, in milliseconds.
   *
   * @default {10000}
   */
  readonly holdMs?: number;
  /**
   * What happens to actuators whose controller is lost.
   *
   * @default nothing
   */
  readonly failSafe?: FailSafeOptions;
}

/** The same with all defaults. */
export interface Behavior {
  readonly staleAfterMs: Readonly<Record<MetricName, number>>;
  readonly pace: Readonly<Record<Channel, QueueOptions>>;
  readonly holdMs: number;
  readonly failSafe: Required<FailSafeOptions>;
}

/** Puts defaults in the place of what is left out. */
export function behaviorOf(
  { staleAfterMs, pace = {}, holdMs = HOLD_MS, failSafe }: BehaviorOptions,
): Behavior {
  return {
    staleAfterMs: { ...STALE_AFTER_MS, ...staleAfterMs },
    pace: {
      incline: { ...PACE.incline, ...pace.incline },
      brake: { ...PACE.brake, ...pace.brake },
      fan: { ...PACE.fan, ...pace.fan },
    },
    holdMs,
    failSafe: { ...FAIL_SAFE, ...failSafe },
  };
}
