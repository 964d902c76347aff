import assert from "node:assert/strict";
import { ROOT } from "./support/source_files.ts";

/**
 * The names that mod.ts exports, types included, one a line. After a change on
 * purpose run this test once with UPDATE_PUBLIC_NAMES=1, which rewrites the
 * file, and commit the difference.
 */
const PINNED = new URL("tests/fixtures/public_names.txt", ROOT);

/** The exported names of mod.ts, sorted. */
async function exportedNames(): Promise<string> {
  const { stdout, stderr, success } = await new Deno.Command(Deno.execPath(), {
    args: ["doc", "--json", "mod.ts"],
    cwd: ROOT,
  }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  const names = new Set<string>();
  for (const { name } of readSymbols(new TextDecoder().decode(stdout))) {
    names.add(name);
  }
  return [...names].sort().map((name) => `${name}\n`).join("");
}

/** The symbols of every module in the output of `deno doc --json`. */
function readSymbols(json: string): readonly { readonly name: string }[] {
  const { nodes }: {
    nodes: Record<string, { symbols: { name: string }[] }>;
  } = JSON.parse(json);
  return Object.values(nodes).flatMap(({ symbols }) => symbols);
}

Deno.test("mod.ts exports the names in tests/fixtures/public_names.txt and no others", async () => {
  const names = await exportedNames();
  if (Deno.env.get("UPDATE_PUBLIC_NAMES") === "1") {
    await Deno.writeTextFile(PINNED, names);
  }
  assert.deepEqual(
    names.split("\n"),
    (await Deno.readTextFile(PINNED)).split("\n"),
    "UPDATE_PUBLIC_NAMES=1 deno test -A tests/public_names_test.ts rewrites the list",
  );
});
