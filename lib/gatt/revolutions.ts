/**
 * Cumulative revolutions, as wheels and cranks report them.
 *
 * @module
 */
import {
  type Integer,
  type SizedField,
  UINT16,
  uint16,
  UINT32,
  uint32,
} from "./fields.ts";
import type { Nest } from "./record_nests.ts";

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

/** A counter and its event time; half of them say nothing. */
function counter(
  integer: Integer,
  count: SizedField<number>,
): Nest<Revolutions> {
  const time = uint16();
  return {
    read({ reader, flaws }) {
      if (reader.remaining < count.size + time.size) {
        flaws.cutShort = true;
        return undefined;
      }
      return {
        revolutions: integer.read(reader),
        eventTimeTicks: reader.uint16(),
      };
    },
    write(writer, { revolutions, eventTimeTicks }) {
      count.write(writer, revolutions, "revolutions");
      time.write(writer, eventTimeTicks, "eventTimeTicks");
    },
  };
}

/** Layout of a wheel's revolutions. */
export const WHEEL_COUNTER: Nest<Revolutions> = counter(UINT32, uint32());

/** Layout of a crank's revolutions. */
export const CRANK_COUNTER: Nest<Revolutions> = counter(UINT16, uint16());
