import assert from "node:assert/strict";
import { audit } from "../../tools/audit.ts";

const known = {
  licences: {
    MIT: ["a@1.2.0", "a@1.10.0", "a@2.0.0-beta.1"],
    GPL: ["b@1.0.0"],
  },
  advisories: [{ id: "GHSA-x", package: "a", from: "1.2.0", below: "1.10.0" }],
};

/** Packages, and what is said of each. */
const CASES: readonly (readonly [string, readonly string[]])[] = [
  ["a@1.2.0", ["a@1.2.0: GHSA-x, mended in 1.10.0"]],
  ["a@1.10.0", []],
  ["a@2.0.0-beta.1", []],
  ["a@1.9.3", [
    "a@1.9.3: GHSA-x, mended in 1.10.0",
    "a@1.9.3: its licence is not listed in audit.json",
  ]],
  ["a@1.10.0-rc.1", [
    "a@1.10.0-rc.1: GHSA-x, mended in 1.10.0",
    "a@1.10.0-rc.1: its licence is not listed in audit.json",
  ]],
  ["b@1.0.0", ["b@1.0.0: licence GPL"]],
  ["@c/d@1.0.0", ["@c/d@1.0.0: its licence is not listed in audit.json"]],
];

for (const [name, expected] of CASES) {
  Deno.test(`audit finds ${expected.length} of ${name}`, () => {
    assert.deepEqual(audit([name], known), expected);
  });
}
