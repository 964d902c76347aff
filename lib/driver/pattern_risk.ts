/**
 * What makes a regular expression slow: JavaScript tries out all ways in which
 * a text could fit, and there may be more of them than anybody can wait for.
 *
 * @module
 */

/** Characters that tell which parts of a pattern can take the same ones. */
const PROBES: readonly string[] = Array.from(
  { length: 128 },
  (_, code) => String.fromCharCode(code),
);

/** A repetition with a wider choice than this counts as one without end. */
const NARROW_CHOICE = 9;

/** A group that has not ended yet. */
interface OpenGroup {
  /** Index of the token that begins it. */
  readonly start: number;
  /** Whether it holds a repetition. */
  hasRepetition: boolean;
  /** Whether it holds a choice. */
  hasChoice: boolean;
}

/** How often something may stand there. */
interface Repetition {
  readonly min: number;
  readonly max: number;
}

/** A part of a pattern that takes characters. */
interface Atom {
  /** The probes that it fits. */
  readonly probes: ReadonlySet<string>;
  /** Whether it may stand there in very many ways. */
  readonly isWide: boolean;
  /** Whether the pattern can fit without it. */
  readonly isOptional: boolean;
}

/**
 * Cuts a pattern into its tokens: escapes, classes, beginnings and ends of
 * groups, quantifiers, and single characters.
 *
 * @param source A valid pattern with flag `u`.
 * @returns The tokens.
 */
export function tokensOf(source: string): readonly string[] {
  return source.match(
    /\\(?:[pP]\{[^}]*\}|u\{[^}]*\}|u[\da-f]{4}|x[\da-f]{2}|c[a-z]|.)|\[(?:\\.|[^\]\\])*\]|\(\?(?:<?[=!]|:|<[^>]*>)|[()|]|[*+?]\??|\{\d+(?:,\d*)?\}\??|./gisu,
  ) ?? [];
}

/**
 * Tells whether a pattern repeats a group that holds a repetition or a choice:
 * the tries then double with each character.
 *
 * @param tokens Its tokens.
 * @returns True if it does.
 */
export function repeatsVariants(tokens: readonly string[]): boolean {
  return groupsOf(tokens).some(({ hasRepetition, hasChoice, repetition }) =>
    (hasRepetition || hasChoice) && repetition.max > 1
  );
}

/**
 * Counts the wide repetitions in a row of which each could take characters of
 * the one before, and of what must stand between them: the tries grow with the
 * length of the text to that power.
 *
 * @param tokens The tokens of a pattern.
 * @returns The length of the longest such row.
 */
export function countRivals(tokens: readonly string[]): number {
  let longest = 0;
  let length = 0;
  let last: Atom | undefined;
  let between: Atom[] = [];
  for (const atom of atomsOf(tokens)) {
    if (!atom.isWide) {
      if (!atom.isOptional) between.push(atom);
      continue;
    }
    const isRival = last && overlaps(last, atom) &&
      between.every((one) => overlaps(one, last) || overlaps(one, atom));
    length = isRival ? length + 1 : 1;
    longest = Math.max(longest, length);
    last = atom;
    between = [];
  }
  return longest;
}

/** All groups, and how often each may stand there. */
function groupsOf(tokens: readonly string[]) {
  const open: OpenGroup[] = [];
  return tokens.flatMap((token, index) => {
    if (token.startsWith("(")) {
      open.push({ start: index, hasRepetition: false, hasChoice: false });
    }
    const top = open.at(-1);
    if (!top) return [];
    if (token === "|") top.hasChoice = true;
    if (quantifierOf(token)) top.hasRepetition = true;
    if (token !== ")") return [];
    open.pop();
    const outer = open.at(-1);
    if (outer) {
      outer.hasRepetition ||= top.hasRepetition;
      outer.hasChoice ||= top.hasChoice;
    }
    const repetition = repetitionAt(tokens, index + 1);
    return [{ ...top, end: index, repetition }];
  });
}

/** The parts that take characters, those of alternatives one behind the other. */
function atomsOf(tokens: readonly string[]): readonly Atom[] {
  const optional = groupsOf(tokens)
    .filter(({ hasChoice, repetition }) => hasChoice || repetition.min === 0);
  return tokens.flatMap((token, index) => {
    const isZeroWidth = /^(?:[\^$|]|\(.*|\\b)$/i.test(token);
    if (isZeroWidth || quantifierOf(token)) return [];
    const { min, max } = repetitionAt(tokens, index + 1);
    const isWide = max - min > NARROW_CHOICE;
    const isOptional = min === 0 ||
      optional.some(({ start, end }) => start < index && index < end);
    if (token !== ")") {
      return [{ probes: probesOf(token), isWide, isOptional }];
    }
    // What a repeated group takes is not looked at.
    return isWide ? [{ probes: new Set(PROBES), isWide, isOptional }] : [];
  });
}

function repetitionAt(tokens: readonly string[], index: number): Repetition {
  return quantifierOf(tokens[index] ?? "") ?? { min: 1, max: 1 };
}

function quantifierOf(token: string): Repetition | undefined {
  if (token.startsWith("*")) return { min: 0, max: Infinity };
  if (token.startsWith("+")) return { min: 1, max: Infinity };
  if (token.startsWith("?")) return { min: 0, max: 1 };
  const [, min, comma, max] = /^\{(\d+)(,?)(\d*)\}/.exec(token) ?? [];
  if (min === undefined) return undefined;
  if (!comma) return { min: Number(min), max: Number(min) };
  return { min: Number(min), max: max ? Number(max) : Infinity };
}

function probesOf(token: string): ReadonlySet<string> {
  const pattern = new RegExp(`^${token}$`, "u");
  return new Set(PROBES.filter((probe) => pattern.test(probe)));
}

function overlaps(one: Atom, other: Atom | undefined): boolean {
  return [...one.probes].some((probe) => other?.probes.has(probe));
}
