/**
 * What a workout or a road looks like from its start to its end, to be drawn.
 *
 * @module
 */

/** A piece of a profile. */
export interface ProfileBlock {
  /** How long it is: seconds of a workout, metres of a road. */
  readonly length: number;
  /** What it asks for at its start: watts, or percent of gradient; null where it asks for nothing. */
  readonly from: number | null;
  /** The same at its end. */
  readonly to: number | null;
}

/** The most pieces of a profile: more than a screen has columns to draw. */
const MAX_BLOCKS = 400;

/**
 * Draws pieces together where there are too many to be drawn.
 *
 * @returns At most 400, as long as before all together.
 */
export function thinProfile(
  blocks: readonly ProfileBlock[],
): readonly ProfileBlock[] {
  if (blocks.length <= MAX_BLOCKS) return blocks;
  const total = blocks.reduce((sum, { length }) => sum + length, 0);
  const width = total / MAX_BLOCKS;
  const groups: ProfileBlock[][] = [];
  let end = 0;
  for (const block of blocks) {
    const at = Math.min(MAX_BLOCKS - 1, Math.floor(end / width));
    (groups[at] ??= []).push(block);
    end += block.length;
  }
  return groups.filter(Boolean).map(meanOf);
}

/** The mean of neighbours; nothing is asked for only where none of them asks. */
function meanOf(blocks: readonly ProfileBlock[]): ProfileBlock {
  let [length, asked, sum] = [0, 0, 0];
  for (const block of blocks) {
    length += block.length;
    if (block.from === null || block.to === null) continue;
    asked += block.length;
    sum += block.length * (block.from + block.to) / 2;
  }
  const mean = asked > 0 ? Math.round(sum / asked * 10) / 10 : null;
  return { length, from: mean, to: mean };
}
