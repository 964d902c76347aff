import assert from "node:assert/strict";
import config from "../deno.json" with { type: "json" };
import { ROOT } from "./support/source_files.ts";

/**
 * The names that each entry of deno.json exports, types included, one a line.
 * After a change on purpose run this test once with UPDATE_PUBLIC_NAMES=1,
 * which rewrites the file, and commit the difference.
 */
const PINNED = new URL("tests/fixtures/public_names.txt", ROOT);

/** The exported names of an entry, sorted. */
async function exportedNames(file: string): Promise<readonly string[]> {
  const { stdout, stderr, success } = await new Deno.Command(Deno.execPath(), {
    args: ["doc", "--json", file],
    cwd: ROOT,
  }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  const symbols = readSymbols(new TextDecoder().decode(stdout));
  return [...new Set(symbols.map(({ name }) => name))].sort();
}

/** The symbols of every module in the output of `deno doc --json`. */
function readSymbols(json: string): readonly { readonly name: string }[] {
  const { nodes }: {
    nodes: Record<string, { symbols: { name: string }[] }>;
  } = JSON.parse(json);
  return Object.values(nodes).flatMap(({ symbols }) => symbols);
}

Deno.test("each entry exports the names in tests/fixtures/public_names.txt and no others", async () => {
  const sections: string[] = [];
  for (const [entry, file] of Object.entries(config.exports)) {
    const names = await exportedNames(file);
    sections.push(`${entry}\n${names.map((name) => `  ${name}\n`).join("")}`);
  }
  const text = sections.join("");
  if (Deno.env.get("UPDATE_PUBLIC_NAMES") === "1") {
    await Deno.writeTextFile(PINNED, text);
  }
  assert.deepEqual(
    text.split("\n"),
    (await Deno.readTextFile(PINNED)).split("\n"),
    "UPDATE_PUBLIC_NAMES=1 deno test -A tests/public_names_test.ts rewrites the list",
  );
});
