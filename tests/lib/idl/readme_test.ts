import assert from "node:assert/strict";
import { FINDING_RULES } from "#lib/idl/finding.ts";

Deno.test("The page of lib/idl explains every rule once", async () => {
  const page = await Deno.readTextFile("lib/idl/README.md");
  const rows = page.split("\n").filter((line) => line.startsWith("| `"));
  const rules = rows.flatMap((row) =>
    [...row.matchAll(/`(\w+)`/g)].map(([, rule]) => rule)
  );
  assert.deepEqual(rules.toSorted(), Object.keys(FINDING_RULES).toSorted());
});
