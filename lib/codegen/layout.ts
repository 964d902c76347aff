/**
 * Text laid out within a line width, the way `deno fmt` does it: what does not
 * fit on its line is broken at the outermost place first.
 *
 * @module
 */

/** Columns of a line, the default of `deno fmt`. */
const WIDTH = 80;

const INDENT = "  ";

/** Text, or parts of it that know where they may be broken. */
export type Layout = string | readonly Layout[] | LayoutNode;

/** A place with a meaning of its own. */
export type LayoutNode =
  | { readonly kind: "group"; readonly content: Layout }
  | { readonly kind: "indent"; readonly content: Layout }
  | { readonly kind: "break"; readonly flat: string; readonly broken: string }
  | { readonly kind: "newline" };

/** Always starts another line. */
export const NEWLINE: Layout = { kind: "newline" };

/** A space, or another line where what it stands in does not fit. */
export const SPACE: Layout = { kind: "break", flat: " ", broken: "" };

/** How the items of a list are set. */
export interface ListOptions {
  /**
   * Stands inside the brackets while all fits on one line.
   *
   * @default {""}
   */
  readonly padding?: string;
  /**
   * Stands behind the last item when each has its own line.
   *
   * @default {","}
   */
  readonly trailing?: string;
}

/**
 * Items between brackets: on one line where they fit, else one a line.
 *
 * @param open The opening bracket, with what stands before it.
 * @param items The items.
 * @param close The closing bracket.
 * @param options How they are set.
 * @return The layout.
 */
export function list(
  open: string,
  items: readonly Layout[],
  close: string,
  options: ListOptions = {},
): Layout {
  if (items.length === 0) return open + close;
  const { padding = "", trailing = "," } = options;
  const edge = { kind: "break", flat: padding, broken: "" } as const;
  const separated = items.flatMap((item, index) =>
    index === 0 ? [item] : [",", SPACE, item]
  ) satisfies Layout;
  const content: Layout = [
    open,
    { kind: "indent", content: [edge, separated] },
    { kind: "break", flat: padding, broken: trailing },
    close,
  ];
  return { kind: "group", content };
}

/**
 * Lines between brackets, one item a line whether they fit or not.
 *
 * @param open The opening bracket, with what stands before it.
 * @param items The items, each with its own separator at its end.
 * @param close The closing bracket.
 * @return The layout; the brackets alone where there are no items.
 */
export function block(
  open: string | Layout,
  items: readonly Layout[],
  close: string,
): Layout {
  if (items.length === 0) return [open, close];
  const content = items.flatMap((item) => [NEWLINE, item]);
  return [open, { kind: "indent", content }, NEWLINE, close];
}

/**
 * A beginning and what belongs to it: on the same line where that fits, else
 * indented on the next.
 *
 * @param head The beginning, without white space at its end.
 * @param rest What belongs to it.
 * @return The layout.
 */
export function hanging(head: string, rest: Layout): Layout {
  const content: Layout = [SPACE, rest];
  return { kind: "group", content: [head, { kind: "indent", content }] };
}

/**
 * Items one below the other.
 *
 * @param items The items.
 * @param gap How many empty lines stand between them.
 * @return The layout.
 */
export function stack(items: readonly Layout[], gap = 0): Layout {
  const between: Layout = Array.from({ length: gap + 1 }, () => NEWLINE);
  return items.flatMap((item, index) => index === 0 ? [item] : [between, item]);
}

/**
 * A string literal, in double quotes unless it holds more of them than of
 * single ones.
 *
 * @param text The text.
 * @return The literal.
 */
export function quote(text: string): string {
  const doubled = JSON.stringify(text);
  const count = (mark: string) => text.split(mark).length;
  if (count('"') <= count("'")) return doubled;
  const inner = doubled.slice(1, -1).replaceAll('\\"', '"');
  return `'${inner.replaceAll("'", "\\'")}'`;
}

/**
 * Tells whether a line is longer than it should be although nothing can be
 * done about it: `deno fmt` would break it at places that are not known here.
 *
 * @param line A line that was laid out.
 * @return False for comments and for texts that stand alone.
 */
export function overflows(line: string): boolean {
  return line.length > WIDTH &&
    !/^\s*(\/\*\*|\*|\/\/|(["']).*\2,?$)/.test(line);
}

interface Task {
  readonly layout: Layout;
  readonly depth: number;
  readonly flat: boolean;
}

/**
 * Lays text out.
 *
 * @param layout What to lay out.
 * @return The text, without white space at the ends of lines.
 *
 * @example
 * ```ts
 * import { list, render } from "#lib/codegen/layout.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(render(list("f(", ["a", "b"], ");")), "f(a, b);");
 * const long = "x".repeat(75);
 * assert.equal(render(list("f(", ["a", long], ");")), `f(\n  a,\n  ${long},\n);`);
 * ```
 */
export function render(layout: Layout): string {
  const tasks: Task[] = [{ layout, depth: 0, flat: false }];
  let text = "";
  let column = 0;
  const write = (part: string) => {
    text += part;
    column += part.length;
  };
  const startLine = (depth: number) => {
    text += `\n${INDENT.repeat(depth)}`;
    column = INDENT.length * depth;
  };
  for (let task = tasks.pop(); task !== undefined; task = tasks.pop()) {
    const { layout: node, depth, flat } = task;
    if (typeof node === "string") write(node);
    else if (!("kind" in node)) {
      for (const part of node.toReversed()) {
        tasks.push({ layout: part, depth, flat });
      }
    } else if (node.kind === "newline") startLine(depth);
    else if (node.kind === "break") {
      if (flat) write(node.flat);
      else {
        write(node.broken);
        startLine(depth);
      }
    } else {
      const deeper = node.kind === "indent" ? depth + 1 : depth;
      const fits = flat ||
        node.kind === "group" && fitsFlat(node.content, tasks, WIDTH - column);
      tasks.push({ layout: node.content, depth: deeper, flat: fits });
    }
  }
  return text.replace(/[ \t]+$/gm, "");
}

/** Whether something fits on the line together with what follows up to the next place to break. */
function fitsFlat(
  content: Layout,
  following: readonly Task[],
  room: number,
): boolean {
  const tasks: Pick<Task, "layout" | "flat">[] = [
    ...following.slice(-32),
    { layout: content, flat: true },
  ];
  for (let task = tasks.pop(); task !== undefined; task = tasks.pop()) {
    const { layout: node, flat } = task;
    if (typeof node === "string") room -= node.length;
    else if (!("kind" in node)) {
      for (const part of node.toReversed()) tasks.push({ layout: part, flat });
    } else if (node.kind === "newline") return true;
    else if (node.kind === "break") {
      if (!flat) return room >= node.broken.length;
      room -= node.flat.length;
    } else tasks.push({ layout: node.content, flat });
    if (room < 0) return false;
  }
  return true;
}
