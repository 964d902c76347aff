/**
 * Finds structs that hold themselves and would thus never end.
 *
 * @module
 */
import { findCycles } from "./cycles.ts";
import type { FindingList } from "./finding.ts";
import {
  type Field,
  findDefinition,
  type Module,
  type Positions,
  type Struct,
} from "./model.ts";

/**
 * Reports structs that hold themselves other than in a list.
 *
 * @param modules All modules at hand.
 * @param positions Where their elements stand.
 * @param findings Takes what is wrong.
 */
export function checkStructCycles(
  modules: readonly Module[],
  positions: Positions,
  findings: FindingList,
): void {
  const target = ({ type }: Field): Struct | undefined => {
    if (type.array || type.kind !== "struct") return undefined;
    const found = findDefinition(type, modules);
    return found?.kind === "struct" ? found : undefined;
  };
  const structs = modules.flatMap((module) => module.structs);
  const cycles = findCycles(
    structs,
    (struct) => struct.fields.map(target).filter((one) => one !== undefined),
  );
  for (const cycle of cycles) {
    const names = cycle.map(({ name }) => name);
    const circle = [...names, names[0]].join(" → ");
    for (const [index, struct] of cycle.entries()) {
      const next = cycle[(index + 1) % cycle.length];
      const field = struct.fields.find((one) => target(one) === next);
      const at = field && positions.get(field);
      if (at === undefined) continue;
      findings.add({
        rule: "struct_cycle",
        at,
        action: "use field",
        object: `${struct.name}.${field?.name}`,
        found: `the structs hold each other without end: ${circle}`,
        expected: "a list, which can be empty, or another type",
      });
    }
  }
}
