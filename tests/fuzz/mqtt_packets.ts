/**
 * Packets of MQTT 5 that are nearly right: every type with every property,
 * with values that fit, do not fit, or end too early.
 *
 * @module
 */
import type { Random } from "#lib/simulator/random.ts";
import { choose } from "./rounds.ts";

/** All 27 properties (MQTT 5.0, 2.2.2.2), and four that there are not. */
export const PROPERTY_IDS: readonly number[] = [
  ...[0x01, 0x02, 0x03, 0x08, 0x09, 0x0b, 0x11, 0x12, 0x13, 0x15, 0x16],
  ...[0x17, 0x18, 0x19, 0x1a, 0x1c, 0x1f, 0x21, 0x22, 0x23, 0x24, 0x25],
  ...[0x26, 0x27, 0x28, 0x29, 0x2a],
  ...[0x00, 0x04, 0x2b, 0x7f],
];

/** Values as bytes: numbers of every size, texts that are some or none, nothing. */
const VALUES: readonly (readonly number[])[] = [
  [],
  [0],
  [1],
  [2],
  [0xff],
  [0, 0],
  [0, 1],
  [0xff, 0xff],
  [0, 0, 0, 0],
  [0, 0, 0, 1],
  [0xff, 0xff, 0xff, 0xff],
  [0x80, 0x80, 0x80, 0x80, 0x01],
  [0, 1, 0x61],
  [0, 1, 0x00],
  [0, 2, 0xc3, 0x28],
  [0, 3, 0xed, 0xa0, 0x80],
  [0, 3, 0x61, 0x2f, 0x23],
  [0, 9, 0x61],
  [0, 1, 0x61, 0, 1, 0x62],
  [0, 1, 0x61, 0, 9, 0x62],
];

const TEXT = [0, 1, 0x61];

/** A packet type with the fields around its properties. */
interface Shape {
  readonly first: number;
  readonly before: readonly number[];
  readonly after: readonly number[];
}

const CONNECT_START = [0, 4, 0x4d, 0x51, 0x54, 0x54, 5];

const SHAPES: readonly Shape[] = [
  { first: 0x10, before: [...CONNECT_START, 2, 0, 0], after: TEXT },
  {
    // The properties are those of a will.
    first: 0x10,
    before: [...CONNECT_START, 6, 0, 0, 0, ...TEXT],
    after: [...TEXT, ...TEXT],
  },
  { first: 0x20, before: [0, 0], after: [] },
  { first: 0x30, before: TEXT, after: [0x78] },
  { first: 0x35, before: [...TEXT, 0, 1], after: [0x78] },
  { first: 0x40, before: [0, 1, 0], after: [] },
  { first: 0x50, before: [0, 1, 0], after: [] },
  { first: 0x62, before: [0, 1, 0], after: [] },
  { first: 0x70, before: [0, 1, 0], after: [] },
  { first: 0x82, before: [0, 1], after: [...TEXT, 0] },
  { first: 0x90, before: [0, 1], after: [0] },
  { first: 0xa2, before: [0, 1], after: TEXT },
  { first: 0xb0, before: [0, 1], after: [0] },
  { first: 0xc0, before: [], after: [] },
  { first: 0xe0, before: [0], after: [] },
  { first: 0xf0, before: [0x18], after: [] },
];

function packet(
  { first, before, after }: Shape,
  properties: readonly number[],
): Uint8Array {
  const body = [...before, properties.length, ...properties, ...after];
  return Uint8Array.of(first, body.length, ...body);
}

/**
 * Every packet type with every property and every value.
 *
 * @returns Some 10,000 packets.
 */
export function* everyProperty(): Generator<Uint8Array> {
  for (const shape of SHAPES) {
    for (const id of PROPERTY_IDS) {
      for (const value of VALUES) yield packet(shape, [id, ...value]);
    }
  }
}

/**
 * A packet with several properties, some bytes of which may be changed, cut
 * off or doubled.
 *
 * @param random Chance.
 * @returns The packet.
 */
export function randomPacket(random: Random): Uint8Array {
  const count = Math.floor(random.between(0, 4));
  const properties = Array.from(
    { length: count },
    () => [choose(random, PROPERTY_IDS), ...choose(random, VALUES)],
  ).flat();
  const bytes = [...packet(choose(random, SHAPES), properties)];
  const changes = Math.floor(random.between(0, 3));
  for (let change = 0; change < changes; change++) {
    const at = Math.floor(random.between(0, bytes.length));
    const byte = Math.floor(random.between(0, 256));
    const kind = random.next();
    if (kind < 0.6) bytes[at] = byte;
    else if (kind < 0.8) bytes.splice(at, 1);
    else bytes.splice(at, 0, byte);
  }
  return Uint8Array.from(bytes);
}
