import vectors from "../../fixtures/gatt/vectors.json" with { type: "json" };
import sequences from "../../fixtures/gatt/sequences.json" with {
  type: "json",
};
import bike from "../../fixtures/gatt/bike.json" with { type: "json" };

/** One frame and what it means. */
export interface Vector {
  readonly id: string;
  readonly characteristic: string;
  readonly direction: string;
  readonly hex: string;
  readonly expected: Readonly<Record<string, unknown>>;
  readonly tolerance?: Readonly<Record<string, number>>;
}

/** One frame of a sequence. */
export interface Step {
  readonly hex: string;
  readonly tMs?: number;
  readonly device?: string;
  readonly char?: string;
  readonly dir?: string;
  readonly expected?: Readonly<Record<string, unknown>>;
}

/** Frames in order. */
export interface Sequence {
  readonly id: string;
  readonly type: string;
  readonly characteristic: string;
  readonly wheelCircumferenceM?: number;
  readonly steps?: readonly Step[];
  readonly chunks?: readonly string[];
  readonly expectedFrames?: readonly string[];
}

export const VECTORS: readonly Vector[] = vectors;
export const SEQUENCES: readonly Sequence[] = sequences;
export const BIKE = bike;

export function bytesOf(hex: string): Uint8Array {
  return Uint8Array.fromHex(hex);
}
