/**
 * Finds circles in what refers to what.
 *
 * @module
 */

/**
 * Finds circles in a graph: at least one wherever nodes refer to each other
 * in a circle, and every one where each node refers to one other at most.
 *
 * @param next The nodes a node refers to.
 * @returns Each circle as the nodes on it, in order; a node that refers to
 * itself is a circle of one.
 *
 * @example
 * ```ts
 * import { findCycles } from "#lib/idl/cycles.ts";
 * import assert from "node:assert/strict";
 *
 * const next = new Map([["a", ["b"]], ["b", ["c"]], ["c", ["b"]]]);
 * const cycles = findCycles(next.keys(), (node) => next.get(node) ?? []);
 * assert.deepEqual(cycles, [["b", "c"]]);
 * ```
 */
export function findCycles<Node>(
  nodes: Iterable<Node>,
  next: (node: Node) => Iterable<Node>,
): Node[][] {
  const cycles: Node[][] = [];
  const done = new Set<Node>();
  for (const start of nodes) {
    if (done.has(start)) continue;
    const trail: { node: Node; rest: Iterator<Node> }[] = [];
    const open = new Map<Node, number>();
    const enter = (node: Node): void => {
      open.set(node, trail.length);
      trail.push({ node, rest: next(node)[Symbol.iterator]() });
    };
    enter(start);
    for (let top = trail.at(-1); top !== undefined; top = trail.at(-1)) {
      const step = top.rest.next();
      if (step.done) {
        trail.pop();
        open.delete(top.node);
        done.add(top.node);
        continue;
      }
      const depth = open.get(step.value);
      if (depth !== undefined) {
        cycles.push(trail.slice(depth).map(({ node }) => node));
      } else if (!done.has(step.value)) enter(step.value);
    }
  }
  return cycles;
}
