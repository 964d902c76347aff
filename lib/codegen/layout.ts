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
type LayoutNode =
  | { readonly kind: "group"; readonly content: Layout }
  | { readonly kind: "indent"; readonly content: Layout }
  | { readonly kind: "break"; readonly flat: string; readonly broken: string }
  | { readonly kind: "newline" };

/** Always starts another line. */
export const NEWLINE: Layout = { kind: "newline" };

/** A space, or another line where what it stands in does not fit. */
export const SPACE: Layout = { kind: "break", flat: " ", broken: "" };

/** How the items of a list are set. */
interface ListOptions {
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
 * @param options How they are set.
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
 * @returns The layout; the brackets alone where there are no items.
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
 */
export function hanging(head: string, rest: Layout): Layout {
  const content: Layout = [SPACE, rest];
  return { kind: "group", content: [head, { kind: "indent", content }] };
}

/**
 * Items one below the other.
 *
 * @param gap How many empty lines stand between them.
 */
export function stack(items: readonly Layout[], gap = 0): Layout {
  const between: Layout = Array.from({ length: gap + 1 }, () => NEWLINE);
  return items.flatMap((item, index) => index === 0 ? [item] : [between, item]);
}

/**
 * A string literal, in double quotes unless it holds more of them than of
 * single ones.
 */
export function quote(text: string): string {
  const doubled = JSON.stringify(text);
  const count = (mark: string) => text.split(mark).length;
  if (count('"') <= count("'")) return doubled;
  const inner = doubled.slice(1, -1).replaceAll('\\"', '"');
  return `'${inner.replaceAll("'", "\\'")}'`;
}

/**
 * Checks whether a line is longer than it should be although nothing can be
 * done about it: `deno fmt` would break it at places that are not known here.
 *
 * @param line A line that was laid out.
 * @returns False for comments and for texts that stand alone.
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
 * @returns The text, without white space at the ends of lines.
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
  const lines: string[] = [];
  let line = "";
  const startLine = (depth: number) => {
    lines.push(line.trimEnd());
    line = INDENT.repeat(depth);
  };
  for (let task = tasks.pop(); task !== undefined; task = tasks.pop()) {
    const { layout: node, depth, flat } = task;
    if (typeof node === "string") line += node;
    else if (!("kind" in node)) {
      for (let i = node.length - 1; i >= 0; i--) {
        tasks.push({ layout: node[i] ?? "", depth, flat });
      }
    } else if (node.kind === "newline") startLine(depth);
    else if (node.kind === "break") {
      line += flat ? node.flat : node.broken;
      if (!flat) startLine(depth);
    } else if (node.kind === "indent") {
      tasks.push({ layout: node.content, depth: depth + 1, flat });
    } else {
      const fits = flat || fitsFlat(node.content, tasks, WIDTH - line.length);
      tasks.push({ layout: node.content, depth, flat: fits });
    }
  }
  return [...lines, line.trimEnd()].join("\n");
}

/** Whether something fits on the line together with what follows up to the next place to break. */
function fitsFlat(
  content: Layout,
  following: readonly Task[],
  room: number,
): boolean {
  const ruler = new Ruler(room);
  ruler.measure(content, true);
  for (let i = following.length - 1; i >= 0 && !ruler.isDone; i--) {
    const task = following[i];
    if (task) ruler.measure(task.layout, task.flat);
  }
  return ruler.room >= 0;
}

/** Measures what stands on one line. */
class Ruler {
  /** Columns that are left; less than none where it does not fit. */
  room: number;
  /** Whether the end of the line, or of the room, was reached. */
  isDone = false;

  constructor(room: number) {
    this.room = room;
  }

  measure(layout: Layout, flat: boolean): void {
    if (this.isDone) return;
    if (typeof layout === "string") this.#take(layout.length);
    else if (!("kind" in layout)) {
      for (const part of layout) this.measure(part, flat);
    } else if (layout.kind === "newline") this.isDone = true;
    else if (layout.kind === "break") {
      this.#take((flat ? layout.flat : layout.broken).length);
      this.isDone ||= !flat;
    } else this.measure(layout.content, flat);
  }

  #take(columns: number): void {
    this.room -= columns;
    this.isDone ||= this.room < 0;
  }
}
