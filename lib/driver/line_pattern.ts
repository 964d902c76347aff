/**
 * Regular expressions that somebody configures for lines that a device sends.
 *
 * @module
 */
import { ConfigError } from "#lib/base/errors.ts";
import { compilePattern, type PatternProgram } from "./pattern_program.ts";

/** Longest pattern, in characters. */
const MAX_PATTERN_LENGTH = 256;

/** Longest line that a pattern is tried on, in characters. */
export const MAX_MATCHED_LENGTH = 256;

/** What a pattern found, by the names of its groups; undefined for a group that took no part. */
type LineGroups = ReadonlyMap<string, string | undefined>;

/** A pattern for lines. */
export interface LinePattern {
  /** Names of its groups. */
  readonly names: readonly string[];
  /**
   * Looks for the pattern in a line, in time that is bounded by the length of
   * both.
   *
   * @returns What its groups took; undefined where it does not fit.
   */
  match(line: string): LineGroups | undefined;
}

/**
 * Compiles a pattern for lines: a regular expression of JavaScript with flag
 * `u`, without references back to groups, and with look-around for single
 * characters only: the rest would need unbounded time.
 *
 * @example Usage
 * ```ts
 * import { compileLinePattern } from "#lib/driver/line_pattern.ts";
 * import assert from "node:assert/strict";
 *
 * const pattern = compileLinePattern("T=(?<celsius>-?\\d+\\.\\d) H=(?<percent>\\d+)", "pattern");
 * assert.equal(pattern.match("T=21.5 H=40")?.get("celsius"), "21.5");
 * ```
 *
 * @param option Name of the option, for the error.
 * @throws {ConfigError} If it is none, or cannot be used.
 */
export function compileLinePattern(
  source: string,
  option: string,
): LinePattern {
  const refuse = (why: string, options?: ErrorOptions) =>
    new ConfigError(
      `Cannot use pattern "${source}": ${why}`,
      { option, value: source },
      options,
    );
  if (source.length > MAX_PATTERN_LENGTH) {
    throw refuse(`expected at most ${MAX_PATTERN_LENGTH} characters`);
  }
  try {
    new RegExp(source, "u");
  } catch (error) {
    throw refuse("expected a regular expression", { cause: error });
  }
  const program = compilePattern(source, refuse);
  const { names } = program;
  return { names, match: (line) => run(program, line) };
}

/** One way of fitting so far: the next step, and where groups began and ended. */
interface Thread {
  readonly at: number;
  readonly slots: readonly (number | undefined)[];
}

function run(
  { steps, names }: PatternProgram,
  line: string,
): LineGroups | undefined {
  const characters = [...line];
  let threads: Thread[] = [];
  let found: Thread["slots"] | undefined;
  const seen = new Uint16Array(steps.length);
  for (let index = 0; index <= characters.length; index++) {
    const ready: Thread[] = [];
    const place = { steps, characters, index, seen, ready };
    for (const thread of threads) follow(place, thread);
    // A way that begins later counts only if no earlier one fits.
    if (found === undefined) follow(place, { at: 0, slots: [] });
    threads = [];
    for (const { at, slots } of ready) {
      const step = steps[at];
      if (step?.op === "match") {
        found = slots;
        break;
      }
      const character = characters[index];
      if (
        step?.op === "take" && character !== undefined && step.fits(character)
      ) {
        threads.push({ at: at + 1, slots });
      }
    }
    if (found !== undefined && threads.length === 0) break;
  }
  return found && groupsOf(names, found, characters);
}

/** Where ways of fitting are followed between two characters. */
interface Place {
  readonly steps: PatternProgram["steps"];
  readonly characters: readonly string[];
  readonly index: number;
  /** For each step, one more than the place where a way has reached it last. */
  readonly seen: Uint16Array;
  /** Ways that wait for the next character, or fit, by preference. */
  readonly ready: Thread[];
}

/** Goes on until a character is needed. */
function follow(place: Place, first: Thread): void {
  const { steps, characters, index, seen, ready } = place;
  const open: Thread[] = [first];
  for (let thread = open.pop(); thread; thread = open.pop()) {
    const { at, slots } = thread;
    if (seen[at] === index + 1) continue;
    seen[at] = index + 1;
    const step = steps[at];
    switch (step?.op) {
      case "fork":
        open.push({ at: step.second, slots }, { at: step.first, slots });
        break;
      case "jump":
        open.push({ at: step.to, slots });
        break;
      case "save": {
        const noted = [...slots];
        noted[step.slot] = index;
        open.push({ at: at + 1, slots: noted });
        break;
      }
      case "require":
        if (step.holds(characters[index - 1], characters[index])) {
          open.push({ at: at + 1, slots });
        }
        break;
      default:
        ready.push(thread);
    }
  }
}

function groupsOf(
  names: readonly string[],
  slots: Thread["slots"],
  characters: readonly string[],
): LineGroups {
  return new Map(names.map((name, index) => {
    const start = slots[2 * index];
    const end = slots[2 * index + 1];
    return [
      name,
      start === undefined || end === undefined
        ? undefined
        : characters.slice(start, end).join(""),
    ];
  }));
}
