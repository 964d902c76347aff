/**
 * How a workout that is ridden stands, for reports and over a restart.
 *
 * @module
 */
import type { Progress } from "./player.ts";
import type { Target } from "./target.ts";

/** How a run stands. */
export interface RunState {
  /** Whether it goes on, waits, or there is none. */
  readonly state: "running" | "paused" | "idle";
  /** How far it is; of the last run where there is none. */
  readonly progress?: Progress;
  /** What is asked of the bike. */
  readonly target?: Target;
  /** Whether the brake has let go because the rider is too slow. */
  readonly isEased: boolean;
  /** How many steps it was made harder. */
  readonly adjusted: number;
  /** The newest text for the rider. */
  readonly text?: string;
  /** Why there is none any more. */
  readonly ended?: RunEnd;
  /** Mean power of the run, in watts, where it was measured. */
  readonly averageWatts?: number;
}

/** Why a run ended. */
export type RunEnd = "done" | "stopped" | "lost" | "failed";

/** Where a run stood, to go on after a restart. */
export interface RunPlace {
  /** How far, in the player's unit. */
  readonly position: number;
  /** How many steps it was made harder. */
  readonly adjusted: number;
  /** Whether it waited. */
  readonly isPaused: boolean;
}
