/**
 * What is wrong with a frame that is used all the same: the policy of the
 * codecs, see the README of this folder.
 *
 * @module
 */
import type { Trailing } from "./trailing.ts";

/** Part of each decoded value whose frame may be worse than its flags say. */
export interface Flaws extends Trailing {
  /** Set if the frame ends before its last field does; what stood before is kept. Encoders ignore it. */
  readonly cutShort?: true;
  /** Names of values that no rider or device can have, which are left out. Encoders ignore it. */
  readonly impossible?: readonly string[];
}

/** Flaws while a frame is decoded. */
export interface OpenFlaws {
  cutShort?: true;
  impossible?: readonly string[];
  trailingBytes?: number;
}

/** Notes that a value is impossible. */
export function addImpossible(flaws: OpenFlaws, name: string): void {
  flaws.impossible = [...flaws.impossible ?? [], name];
}

/**
 * Checks whether a decoded value has flaws that are worth counting.
 *
 * @param value What a codec gave.
 * @returns The flaws in words, for a log; undefined if there are none.
 */
export function flawsIn(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const isCut = "cutShort" in value && value.cutShort === true;
  const impossible = "impossible" in value && Array.isArray(value.impossible)
    ? value.impossible.join(", ")
    : "";
  const words = [
    ...(isCut ? ["it ends early"] : []),
    ...(impossible === "" ? [] : [`impossible ${impossible}`]),
  ];
  return words.length === 0 ? undefined : words.join("; ");
}
