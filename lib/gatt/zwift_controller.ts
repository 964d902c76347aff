/**
 * Events of Zwift's controllers, as public readers of them have found out:
 * Click, Play and Ride without encryption.
 *
 * @module
 */
import { FrameError } from "#lib/base/errors.ts";

/** What begins a conversation: ASCII `RideOn`. */
export const RIDE_ON: Uint8Array = new TextEncoder().encode("RideOn");

/** A button, and whether it is down. */
interface ZwiftButton {
  /** Its name, for example `PLUS`. */
  readonly button: string;
  /** Whether it is down. */
  readonly isPressed: boolean;
}

/** First bytes of events. */
const CLICK = 0x37;
const PLAY = 0x07;
const RIDE = 0x23;

const CLICK_BUTTONS: readonly (readonly [field: number, name: string])[] = [
  [1, "PLUS"],
  [2, "MINUS"],
];

/** Buttons of the two sides of Play; 6 and 7 are the shift lever and the power button, readers disagree which. */
const PLAY_BUTTONS = {
  right: [[2, "Y"], [3, "Z"], [4, "A"], [5, "B"], [6, "SHIFT_RIGHT"]],
  left: [[2, "UP"], [3, "LEFT"], [4, "RIGHT"], [5, "DOWN"], [6, "SHIFT_LEFT"]],
} as const;

/** Bits of Ride; above 0x40 readers disagree, so that a shift is any bit that one of them takes for it. */
const RIDE_BUTTONS: readonly (readonly [mask: number, name: string])[] = [
  [0x01, "LEFT"],
  [0x02, "UP"],
  [0x04, "RIGHT"],
  [0x08, "DOWN"],
  [0x10, "A"],
  [0x20, "B"],
  [0x40, "Y"],
  [0x600, "SHIFT_LEFT"],
  [0x7000, "SHIFT_RIGHT"],
];

/**
 * Reads an event.
 *
 * @returns The buttons that it reports; none for other events, such as the battery's.
 * @throws {FrameError} If it is cut off, or no protobuf.
 */
export function decodeZwiftEvent(bytes: Uint8Array): readonly ZwiftButton[] {
  const [kind] = bytes;
  if (kind === undefined) {
    throw new FrameError("Cannot decode an event: it is empty", 0, "a byte");
  }
  if (kind !== CLICK && kind !== PLAY && kind !== RIDE) return [];
  const fields = readFields(bytes);
  if (kind === CLICK) return buttonsOf(fields, CLICK_BUTTONS);
  if (kind === PLAY) {
    const side = fields.get(1) === 0 ? "right" : "left";
    return buttonsOf(fields, PLAY_BUTTONS[side]);
  }
  const bits = fields.get(1);
  if (bits === undefined) return [];
  // In this map 0 is pressed.
  return RIDE_BUTTONS.map(([mask, button]) => ({
    button,
    isPressed: (~bits & mask) !== 0,
  }));
}

/** Of buttons, 0 is pressed and 1 released. */
function buttonsOf(
  fields: ReadonlyMap<number, number>,
  names: readonly (readonly [field: number, name: string])[],
): readonly ZwiftButton[] {
  return names.flatMap(([field, button]) => {
    const value = fields.get(field);
    return value === undefined ? [] : [{ button, isPressed: value === 0 }];
  });
}

/** The numbers of a protobuf message behind the first byte; the rest is skipped. */
function readFields(bytes: Uint8Array): ReadonlyMap<number, number> {
  const fields = new Map<number, number>();
  let at = 1;
  const varint = () => {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = bytes[at++];
      if (byte === undefined) break;
      value += (byte & 0x7f) * 2 ** shift;
      if ((byte & 0x80) === 0) return value;
    }
    throw new FrameError(
      `Cannot decode an event: it ends in a number at byte ${at}`,
      at,
      "a whole number",
    );
  };
  while (at < bytes.length) {
    const tag = varint();
    const type = tag & 7;
    if (type === 0) fields.set(tag >>> 3, varint());
    else if (type === 2) at += varint();
    else if (type === 1) at += 8;
    else if (type === 5) at += 4;
    else {
      throw new FrameError(
        `Cannot decode an event: a field is of type ${type} at byte ${at}`,
        at,
        "0, 1, 2 or 5",
      );
    }
  }
  return fields;
}
