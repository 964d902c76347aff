/**
 * What a check of a machine says.
 *
 * @module
 */

/** One thing that was checked. */
export interface Check {
  /** Its outcome; a note needs nothing to be done. */
  readonly state: "ok" | "error" | "note";
  /** What was checked, in a word. */
  readonly subject: string;
  /** How it is. */
  readonly text: string;
  /** What to do about it. */
  readonly advice?: string;
}
