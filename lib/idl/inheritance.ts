/**
 * Gives every interface the members of the interfaces it extends.
 *
 * @module
 */
import { findCycles } from "./cycles.ts";
import type { InterfaceNode } from "./document.ts";
import type { FindingList } from "./finding.ts";
import {
  allMembers,
  type Interface,
  type InterfaceRef,
  type Members,
  type NamedElement,
} from "./model.ts";

/** An interface before it is joined with what it extends. */
export interface InterfaceDraft {
  /** How it was read. */
  readonly node: InterfaceNode;
  /** The module that defines it. */
  readonly module: string;
  /** What it extends; null for nothing. */
  readonly base: InterfaceRef | null;
  /** Its name, description and meta keys. */
  readonly element: NamedElement;
  /** Its own members. */
  readonly members: Members;
}

const NO_MEMBERS: Members = { properties: [], operations: [], signals: [] };

/**
 * Joins all interfaces with what they extend.
 *
 * @param drafts The interfaces of all modules.
 * @param findings Takes circles; what stands on one is not joined.
 * @returns The interfaces by how they were read.
 */
export function joinInterfaces(
  drafts: readonly InterfaceDraft[],
  findings: FindingList,
): ReadonlyMap<InterfaceNode, Interface> {
  const byName = new Map<string, InterfaceDraft>();
  for (const draft of drafts) {
    const key = keyOf({ module: draft.module, name: draft.element.name });
    if (!byName.has(key)) byName.set(key, draft);
  }
  const baseOf = (draft: InterfaceDraft): InterfaceDraft | undefined =>
    draft.base === null ? undefined : byName.get(keyOf(draft.base));
  const cycles = findCycles(drafts, (draft) => {
    const base = baseOf(draft);
    return base === undefined ? [] : [base];
  });
  for (const cycle of cycles) reportCycle(cycle, findings);
  const circular = new Set(cycles.flat());
  const joined = new Map<InterfaceNode, Interface>();
  for (const draft of drafts) {
    const line: InterfaceDraft[] = [];
    let current: InterfaceDraft | undefined = draft;
    while (current !== undefined && !joined.has(current.node)) {
      line.push(current);
      current = circular.has(current) ? undefined : baseOf(current);
    }
    for (const one of line.reverse()) {
      const base = circular.has(one) ? undefined : baseOf(one);
      const parent = base && joined.get(base.node);
      joined.set(one.node, {
        kind: "interface",
        ...one.element,
        extends: one.base,
        ...one.members,
        inherited: parent === undefined ? NO_MEMBERS : allMembers(parent),
      });
    }
  }
  return joined;
}

function keyOf({ module, name }: InterfaceRef): string {
  return `${module}/${name}`;
}

function reportCycle(
  cycle: readonly InterfaceDraft[],
  findings: FindingList,
): void {
  const names = cycle.map(({ element }) => element.name);
  const circle = [...names, names[0]].join(" → ");
  for (const { node } of cycle) {
    if (node.extends === null) continue;
    findings.add({
      rule: "extends_cycle",
      at: node.extends.name.at,
      action: "extend",
      object: node.extends.name.value,
      found: `the interfaces go round in a circle: ${circle}`,
      expected: "a base that does not extend this interface",
    });
  }
}
