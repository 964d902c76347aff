/**
 * Values by topic name or topic filter, one level of the tree for each of the
 * topic.
 *
 * @module
 */

/** The most levels that a topic may have; each takes memory. */
const MAX_LEVELS = 128;

/** What a level takes, in bytes: estimated, rather too much. */
const LEVEL_BYTES = 256;

/** Names come from outside, so they are never keys of objects. */
class Node<Value> {
  readonly children = new Map<string, Node<Value>>();
  value: Value | undefined;
}

/**
 * Checks whether a tree may hold a topic.
 *
 * @param topic A topic name or filter.
 * @returns False where it has too many levels.
 */
export function hasFewLevels(topic: string): boolean {
  let count = 1;
  for (let at = topic.indexOf("/"); at >= 0; at = topic.indexOf("/", at + 1)) {
    if (++count > MAX_LEVELS) return false;
  }
  return true;
}

/**
 * What a topic takes in a tree, as if it shared no level with others.
 *
 * @param topic A topic name or filter.
 * @returns Bytes.
 */
export function treeBytes(topic: string): number {
  return topic.length + topic.split("/").length * LEVEL_BYTES;
}

/** Values by topic name or topic filter. */
export class TopicTree<Value> {
  readonly #root = new Node<Value>();

  /** The value of exactly this topic. */
  get(topic: string): Value | undefined {
    let node: Node<Value> | undefined = this.#root;
    for (const level of topic.split("/")) node = node?.children.get(level);
    return node?.value;
  }

  /** Sets the value of exactly this topic. */
  set(topic: string, value: Value): void {
    let node = this.#root;
    for (const level of topic.split("/")) {
      const child = node.children.get(level) ?? new Node<Value>();
      node.children.set(level, child);
      node = child;
    }
    node.value = value;
  }

  /** Removes the value of exactly this topic, and the levels that it alone needs. */
  delete(topic: string): void {
    const path: [parent: Node<Value>, level: string][] = [];
    let node = this.#root;
    for (const level of topic.split("/")) {
      const child = node.children.get(level);
      if (!child) return;
      path.push([node, level]);
      node = child;
    }
    node.value = undefined;
    for (const [parent, level] of path.reverse()) {
      const child = parent.children.get(level);
      if (child && (child.value !== undefined || child.children.size > 0)) {
        return;
      }
      parent.children.delete(level);
    }
  }

  /**
   * Finds the filters that match a name (MQTT 5.0, 4.7).
   *
   * @param visit Called with the value of each filter.
   */
  matchName(topic: string, visit: (value: Value) => void): void {
    const levels = topic.split("/");
    const walk = (node: Node<Value>, depth: number): void => {
      const takesWildcards = depth > 0 || !topic.startsWith("$");
      const rest = takesWildcards ? node.children.get("#") : undefined;
      if (rest?.value !== undefined) visit(rest.value);
      const level = levels[depth];
      if (level === undefined) {
        if (node.value !== undefined) visit(node.value);
        return;
      }
      const exact = node.children.get(level);
      if (exact) walk(exact, depth + 1);
      const any = takesWildcards ? node.children.get("+") : undefined;
      if (any) walk(any, depth + 1);
    };
    walk(this.#root, 0);
  }

  /**
   * Finds the names that a filter matches (MQTT 5.0, 4.7).
   *
   * @param visit Called with the value of each name.
   */
  matchFilter(filter: string, visit: (value: Value) => void): void {
    const levels = filter.split("/");
    const walk = (node: Node<Value>, depth: number): void => {
      const level = levels[depth];
      if (level === undefined || level === "#") {
        if (node.value !== undefined) visit(node.value);
      }
      if (level === undefined) return;
      if (level !== "+" && level !== "#") {
        const child = node.children.get(level);
        if (child) walk(child, depth + 1);
        return;
      }
      const next = level === "#" ? depth : depth + 1;
      for (const [name, child] of node.children) {
        if (depth === 0 && node === this.#root && name.startsWith("$")) {
          continue;
        }
        walk(child, next);
      }
    };
    walk(this.#root, 0);
  }
}
