/**
 * Reports that are kept while the broker is away: the contract of what keeps
 * them.
 *
 * @module
 */
import type { Listenable } from "#lib/objectapi/mod.ts";

/** How the reports that are kept stand. */
interface HistoryState {
  /** How many wait. */
  readonly waiting: number;
  /** How many were ever dropped for lack of room. */
  readonly dropped: number;
  /** Why reports cannot be kept; undefined as long as they can. */
  readonly trouble:
    | { readonly code: string; readonly message: string }
    | undefined;
}

/** Keeps reports, and publishes them when the broker is back. */
export interface ReportBuffer {
  /** How it stands. */
  readonly state: HistoryState;
  /** Fires when that changes. */
  readonly onChanged: Listenable<[state: HistoryState]>;
  /**
   * Keeps a report.
   *
   * @param topic Topic name that it is published to later.
   */
  keep(topic: string, payload: string): void;
}
