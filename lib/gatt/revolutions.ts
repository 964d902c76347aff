/**
 * Cumulative revolutions, as wheels and cranks report them.
 *
 * @module
 */

import type { ByteReader, ByteWriter } from "#lib/base/bytes.ts";

/** How often something turned, and when it last did. */
export interface Revolutions {
  /** Full turns so far; wheels wrap at 2^32, cranks at 2^16. */
  readonly revolutions: number;
  /**
   * When the last turn was complete, on a free-running clock that wraps at
   * 2^16. A tick is 1/1024 s, but 1/2048 s for the wheel of a cycling power
   * measurement.
   */
  readonly eventTimeTicks: number;
}

/**
 * Reads a wheel's revolutions.
 *
 * @param reader Where they start.
 * @returns The revolutions.
 * @throws {FrameError} If the frame ends before they do.
 */
export function readWheel(reader: ByteReader): Revolutions {
  return { revolutions: reader.uint32(), eventTimeTicks: reader.uint16() };
}

/**
 * Reads a crank's revolutions.
 *
 * @param reader Where they start.
 * @returns The revolutions.
 * @throws {FrameError} If the frame ends before they do.
 */
export function readCrank(reader: ByteReader): Revolutions {
  return { revolutions: reader.uint16(), eventTimeTicks: reader.uint16() };
}

/**
 * Writes a wheel's revolutions.
 *
 * @param writer Where they go.
 * @param wheel The revolutions; nothing is written if they are left out.
 * @throws {RangeError} If a number does not fit its field.
 */
export function writeWheel(
  writer: ByteWriter,
  wheel: Revolutions | undefined,
): void {
  if (wheel) writer.uint32(wheel.revolutions).uint16(wheel.eventTimeTicks);
}

/**
 * Writes a crank's revolutions.
 *
 * @param writer Where they go.
 * @param crank The revolutions; nothing is written if they are left out.
 * @throws {RangeError} If a number does not fit its field.
 */
export function writeCrank(
  writer: ByteWriter,
  crank: Revolutions | undefined,
): void {
  if (crank) writer.uint16(crank.revolutions).uint16(crank.eventTimeTicks);
}
