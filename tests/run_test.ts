import assert from "node:assert/strict";
import { BROWSER_FILES, FAST_PLACES, SLOW_FILES } from "./run.ts";
import { readImports } from "./support/imports.ts";
import { readSourceFiles } from "./support/source_files.ts";

Deno.test("the tests that may do everything are those that drive a browser", async () => {
  const imports = (await readSourceFiles()).map(readImports);
  const byPath = new Map(imports.map(({ path, files }) => [path, files]));
  const reaches = (path: string): boolean =>
    path === "tests/support/browser.ts" ||
    (path.startsWith("tests/") && (byPath.get(path) ?? []).some(reaches));
  const found = [...byPath.keys()].filter((path) =>
    path.endsWith("_test.ts") && reaches(path)
  );
  assert.deepEqual([...BROWSER_FILES].toSorted(), found.toSorted());
});

Deno.test("the fast tests are named by folders and patterns, since a file would bring the slow ones back", async () => {
  const sources = (await readSourceFiles()).map(({ path }) => path);
  for (const place of FAST_PLACES) {
    assert.ok(!sources.includes(place), place);
    const [folder = ""] = place.split("*");
    assert.ok(sources.some((path) => path.startsWith(folder)), place);
  }
  const lost = SLOW_FILES.filter((file) => !sources.includes(file));
  assert.deepEqual(lost, []);
});
