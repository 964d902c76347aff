/**
 * Bytes that are nearly those of a file.
 *
 * @module
 */
import type { Random } from "#lib/simulator/random.ts";
import { choose } from "./rounds.ts";

/** What readers stumble over: names of `Object.prototype`, numbers at the edge, brackets, text that is none. */
const PIECES: readonly Uint8Array[] = [
  ..."__proto__ constructor toString hasOwnProperty null NaN Infinity -0 1e999"
    .split(" "),
  ..."{ } [ ] ( ) < > </ /> <!-- --> <![CDATA[ ]]> <!DOCTYPE <? &amp; &#0; & * ! | : , # ' \""
    .split(" "),
  ...["\n", "\r", "\t", "\0", "\u2028", "\ufeff", "- ", "  ", "=", "\\"],
  ...["9007199254740993", "0x10", "010", ".", "-1", "1".repeat(400)],
].map((text) => new TextEncoder().encode(text));

/**
 * Changes a file at one to four places.
 *
 * @param random Chance.
 * @param bytes The file.
 * @returns The changed file.
 */
export function mutate(random: Random, bytes: Uint8Array): Uint8Array {
  let changed = bytes;
  for (let left = random.between(0, 4); left > 0; left--) {
    changed = change(random, changed);
  }
  return changed;
}

function change(random: Random, bytes: Uint8Array): Uint8Array {
  const at = Math.floor(random.between(0, bytes.length + 1));
  const end = Math.min(bytes.length, at + Math.floor(random.between(0, 40)));
  const [before, part, behind] = [
    bytes.subarray(0, at),
    bytes.subarray(at, end),
    bytes.subarray(end),
  ];
  const inserted = choose<() => readonly Uint8Array[]>(random, [
    () => [],
    () => [part, part],
    () => [choose(random, PIECES), part],
    () => [choose(random, PIECES)],
    () => [part.map((byte) => byte ^ 1 << Math.floor(random.between(0, 8)))],
    () => Array.from({ length: 200 }, () => part),
  ])();
  return concat([before, ...inserted, behind]);
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(
    parts.reduce((sum, { length }) => sum + length, 0),
  );
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
