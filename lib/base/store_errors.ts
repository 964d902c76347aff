/**
 * Errors of what is kept on disks and handed over as files.
 *
 * @module
 */
import { SmartbikeError } from "./errors.ts";

/** A file that a person handed over cannot be read: a workout, a route, a ride. Whoever made it acts. */
export class FileError extends SmartbikeError {
  /** The file, as the person named it. */
  readonly file: string;
  /** Line, from 1; undefined where the file as a whole is at fault. */
  readonly line: number | undefined;

  /**
   * Names the place of the mistake.
   *
   * @param message What is wrong and what was expected.
   * @param file The file, as the person named it.
   * @param line Line, from 1, where one is at fault.
   * @param options The error this one translates, as `cause`.
   */
  constructor(
    message: string,
    file: string,
    line?: number,
    options?: ErrorOptions,
  ) {
    super("file", message, options);
    this.file = file;
    this.line = line;
  }
}

/** Why a store cannot be used. */
const STORE_REASONS = [
  "full",
  "unreachable",
  "denied",
  "foreign",
  "failed",
] as const;

/** Why a store cannot be used. */
export type StoreReason = (typeof STORE_REASONS)[number];

/** A store of rides or reports cannot be read or written. The operator acts; what was to be stored can be tried again. */
export class StoreError extends SmartbikeError {
  /** The store: a path, or an address without credentials. */
  readonly place: string;
  /** Why it cannot be used. */
  readonly reason: StoreReason;

  /**
   * Names the store and the reason.
   *
   * @param message What was attempted and why it failed.
   * @param place The store: a path, or an address without credentials.
   * @param reason Why it cannot be used.
   * @param options The error this one translates, as `cause`.
   */
  constructor(
    message: string,
    place: string,
    reason: StoreReason,
    options?: ErrorOptions,
  ) {
    super("store", message, options);
    this.place = place;
    this.reason = reason;
  }
}
