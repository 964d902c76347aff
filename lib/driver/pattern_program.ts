/**
 * Regular expressions as programs that read a text once, all ways of fitting
 * side by side (Thompson 1968, Pike's captures): the time is bounded by the
 * length of the text times the length of the program, whatever the pattern.
 *
 * @module
 */

/** One step. */
type Instruction =
  /** Takes a character. */
  | { readonly op: "take"; readonly fits: (character: string) => boolean }
  /** Goes on at both places, the first one by preference. */
  | { op: "fork"; first: number; second: number }
  /** Goes on elsewhere. */
  | { op: "jump"; to: number }
  /** Notes where a group begins or ends. */
  | { readonly op: "save"; readonly slot: number }
  /** Goes on only where something holds between two characters. */
  | { readonly op: "require"; readonly holds: Condition }
  /** Fits. */
  | { readonly op: "match" };

/** What must hold between the character before and the one behind; undefined at an end. */
type Condition = (
  before: string | undefined,
  behind: string | undefined,
) => boolean;

/** A compiled pattern. */
export interface PatternProgram {
  /** Its steps. */
  readonly steps: readonly Instruction[];
  /** Names of its groups; a group's slots are twice its index, and one more. */
  readonly names: readonly string[];
}

/** The longest program. */
const MAX_STEPS = 1000;

const isWord = (character = "") => /^\w$/.test(character);

const CONDITIONS: ReadonlyMap<string, Condition> = new Map([
  ["^", (before) => before === undefined],
  ["$", (_before, behind) => behind === undefined],
  ["\\b", (before, behind) => isWord(before) !== isWord(behind)],
  ["\\B", (before, behind) => isWord(before) === isWord(behind)],
]);

/**
 * Compiles a pattern.
 *
 * @param source A valid pattern with flag `u`.
 * @param refuse Makes the error for one that refers back, looks for more than a character, or becomes too long.
 */
export function compilePattern(
  source: string,
  refuse: (why: string) => Error,
): PatternProgram {
  return new Compiler(tokensOf(source), refuse).compile();
}

/** Escapes, classes, beginnings and ends of groups, quantifiers, and single characters. */
function tokensOf(source: string): readonly string[] {
  return source.match(
    /\\(?:[pP]\{[^}]*\}|u\{[^}]*\}|u[\da-f]{4}|x[\da-f]{2}|c[a-z]|k<[^>]*>|.)|\[(?:\\.|[^\]\\])*\]|\(\?(?:<?[=!]|:|<[^>]*>|[a-z-]*:)|[()|]|[*+?]\??|\{\d+(?:,\d*)?\}\??|./gisu,
  ) ?? [];
}

class Compiler {
  readonly #tokens: readonly string[];
  readonly #refuse: (why: string) => Error;
  readonly #steps: Instruction[] = [];
  readonly #names: string[] = [];
  #at = 0;

  constructor(tokens: readonly string[], refuse: (why: string) => Error) {
    this.#tokens = tokens;
    this.#refuse = refuse;
  }

  compile(): PatternProgram {
    this.#alternatives();
    this.#emit({ op: "match" });
    return { steps: this.#steps, names: this.#names };
  }

  /** Up to the end of the group or the pattern. */
  #alternatives(): void {
    const start = this.#steps.length;
    this.#sequence();
    if (this.#tokens[this.#at] !== "|") return;
    this.#at++;
    const first = this.#steps.splice(start);
    const fork = this.#emit({ op: "fork", first: start + 1, second: 0 });
    this.#steps.push(...first.map((step) => moved(step, 1)));
    const jump = this.#emit({ op: "jump", to: 0 });
    fork.second = this.#steps.length;
    this.#alternatives();
    jump.to = this.#steps.length;
  }

  #sequence(): void {
    for (;;) {
      const token = this.#tokens[this.#at];
      if (token === undefined || token === "|" || token === ")") return;
      const start = this.#steps.length;
      this.#item(token);
      const repetition = quantifierOf(this.#tokens[this.#at] ?? "");
      if (!repetition) continue;
      this.#at++;
      this.#repeat(this.#steps.splice(start), start, repetition);
    }
  }

  #item(token: string): void {
    this.#at++;
    if (token.startsWith("(")) return this.#group(token);
    const holds = CONDITIONS.get(token);
    if (holds) {
      this.#emit({ op: "require", holds });
      return;
    }
    if (/^\\[1-9k]/.test(token)) {
      throw this.#refuse("it refers back to a group, match it without");
    }
    this.#emit({ op: "take", fits: fitting(token) });
  }

  #group(token: string): void {
    if (/^\(\?<?[=!]/.test(token)) return this.#look(token);
    const [, name] = /^\(\?<(\w+)>$/.exec(token) ?? [];
    if (name === undefined) this.#alternatives();
    else {
      const slot = 2 * this.#names.push(name) - 2;
      this.#emit({ op: "save", slot });
      this.#alternatives();
      this.#emit({ op: "save", slot: slot + 1 });
    }
    this.#at++;
  }

  /** Looks at one character ahead or behind. */
  #look(token: string): void {
    const one = this.#tokens[this.#at] ?? "";
    const isOne = !/^(?:\(.*|[|)^$]|\\[bB1-9k].*)$/s.test(one) &&
      this.#tokens[this.#at + 1] === ")";
    if (!isOne) {
      throw this.#refuse(
        "it looks ahead or behind for more than one character, match it without",
      );
    }
    this.#at += 2;
    const fits = fitting(one);
    const isBehind = token.startsWith("(?<");
    const isWanted = token.endsWith("=");
    this.#emit({
      op: "require",
      holds(before, behind) {
        const character = isBehind ? before : behind;
        return (character !== undefined && fits(character)) === isWanted;
      },
    });
  }

  /** Writes what was taken out again, as often as it may stand there. */
  #repeat(
    body: readonly Instruction[],
    start: number,
    { min, max, isLazy }: Repetition,
  ): void {
    if (body.length === 0) return;
    const copy = () => {
      const by = this.#steps.length - start;
      for (const step of body) this.#emit(moved(step, by));
    };
    for (let count = 0; count < min; count++) copy();
    const forks: Fork[] = [];
    const fork = () => {
      const one = this.#emit({ op: "fork", first: 0, second: 0 });
      forks.push(one);
      setPreferred(one, this.#steps.length, isLazy);
    };
    if (max === Infinity) {
      const back = this.#steps.length;
      fork();
      copy();
      this.#emit({ op: "jump", to: back });
    } else {
      for (let count = min; count < max; count++) {
        fork();
        copy();
      }
    }
    for (const one of forks) setOther(one, this.#steps.length, isLazy);
  }

  #emit<T extends Instruction>(step: T): T {
    if (this.#steps.length >= MAX_STEPS) {
      throw this.#refuse("it is too long once repetitions are written out");
    }
    this.#steps.push(step);
    return step;
  }
}

type Fork = Extract<Instruction, { op: "fork" }>;

function setPreferred(fork: Fork, to: number, isLazy: boolean): void {
  if (isLazy) fork.second = to;
  else fork.first = to;
}

function setOther(fork: Fork, to: number, isLazy: boolean): void {
  if (isLazy) fork.first = to;
  else fork.second = to;
}

/** The same step in a program where it stands further on. */
function moved(step: Instruction, by: number): Instruction {
  switch (step.op) {
    case "fork":
      return { ...step, first: step.first + by, second: step.second + by };
    case "jump":
      return { ...step, to: step.to + by };
    default:
      return step;
  }
}

interface Repetition {
  readonly min: number;
  readonly max: number;
  readonly isLazy: boolean;
}

function quantifierOf(token: string): Repetition | undefined {
  const [, sign, min = "", comma, max] =
    /^(?:([*+?])|\{(\d+)(,?)(\d*)\})\??$/.exec(token) ?? [];
  const isLazy = token.length > 1 && token.endsWith("?");
  if (sign === "*") return { min: 0, max: Infinity, isLazy };
  if (sign === "+") return { min: 1, max: Infinity, isLazy };
  if (sign === "?") return { min: 0, max: 1, isLazy };
  if (min === "") return undefined;
  const least = Number(min);
  if (!comma) return { min: least, max: least, isLazy };
  return { min: least, max: max ? Number(max) : Infinity, isLazy };
}

/** What a token takes, remembered by character. */
function fitting(token: string): (character: string) => boolean {
  const pattern = new RegExp(`^${token}$`, "u");
  const known = new Map<string, boolean>();
  return (character) => {
    const before = known.get(character);
    if (before !== undefined) return before;
    const fits = pattern.test(character);
    if (known.size < 512) known.set(character, fits);
    return fits;
  };
}
