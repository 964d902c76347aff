/**
 * What generated code makes of interfaces that extend each other.
 *
 * @module
 */
import assert from "node:assert/strict";
import { generateFiles } from "#lib/codegen/generate.ts";
import { checkSources, requireModules } from "#lib/idl/check.ts";
import type { GeneratedFile } from "#lib/codegen/source_file.ts";

const LENGTH = 300;

/** Files of a module whose interfaces have three members each. */
function generate(isChain: boolean): readonly GeneratedFile[] {
  const interfaces = Array.from({ length: LENGTH }, (_, index) => {
    const number = index + 100;
    const base = isChain && index > 0 ? ` extends Part${number - 1}` : "";
    return `interface Part${number}${base} {
      level${number}: int
      reset${number}(level: int): int
      signal moved${number}(level: int)
    }`;
  });
  // Bases stand behind what extends them.
  const text = ["module long.chain", ...interfaces.reverse()].join("\n");
  const checked = checkSources([{ file: "chain.idl", text }]);
  return generateFiles(requireModules(checked));
}

function sizeOf(files: readonly GeneratedFile[]): number {
  return files.reduce((sum, { text }) => sum + text.length, 0);
}

Deno.test("a chain of interfaces takes no more code than as many single ones", () => {
  assert.ok(sizeOf(generate(true)) <= sizeOf(generate(false)));
});

Deno.test("an adapter of an extending interface has its own members, and extends that of its base", () => {
  const adapters = generate(true)
    .find(({ path }) => path === "long_chain/client_adapter.gen.ts")?.text;
  assert.match(
    adapters ?? "",
    /^export class Part101ClientAdapter extends Part100ClientAdapter$/m,
  );
  assert.equal(adapters?.split("getLevel101(").length, 2);
});
