/**
 * A module whose names have every length, so that each construct of the
 * generated code ends at every column near the edge of the page.
 *
 * @module
 */

const FIRST = 3;

/** Longer names than this fill lines that cannot be broken. */
const LAST_USUAL = 22;

/** Names that leave no line unbroken, in IDL text. */
export const WIDTH_IDL: string = moduleOf(FIRST, LAST_USUAL);

/** Names that hardly fit on a line, in IDL text. */
export const LONG_IDL: string = moduleOf(LAST_USUAL + 1, 54);

function moduleOf(first: number, last: number): string {
  const lengths = Array.from(
    { length: last - first + 1 },
    (_, index) => index + first,
  );
  return ["module tb.width 1.0", ...lengths.map(definitions)].join("\n");
}

function definitions(length: number): string {
  const name = (start: string) => start + "n".repeat(length);
  const text = `// ${"d".repeat(length)}`;
  return `
${text}
enum ${name("E")} { ${name("a")} = 1, ${name("b")} }
${text}
struct ${name("S")} { ${name("f")}: ${name("E")}; ${name("g")}: int64[] }
${text}
interface ${name("I")} {
  ${text}
  ${name("p")}: ${name("S")}
  readonly ${name("q")}: int[]
  ${text}
  ${name("o")}(${name("m")}: ${name("S")}, x: int): int
  signal ${name("s")}(${name("m")}: int)
}
interface ${name("D")} extends ${name("I")} { ${name("t")}: bool }`;
}
