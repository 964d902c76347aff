import assert from "node:assert/strict";
import { BROWSER_FILES, fastFiles } from "./run.ts";
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

Deno.test("the fast tests start no broker, no process and no browser", async () => {
  const imports = (await readSourceFiles()).map(readImports);
  const slow =
    /^tests\/support\/(brokers|browser|certificates|dbus_daemon|mosquitto|process|pty|serial_bench)\.ts$|^lib\/broker\/embedded_broker\.ts$/;
  const byPath = new Map(imports.map(({ path, files }) => [path, files]));
  const fast = fastFiles();
  const found = fast.filter((path) =>
    (byPath.get(path) ?? []).some((file) => slow.test(file))
  );
  assert.ok(fast.length > 80 && fast.every((path) => byPath.has(path)));
  assert.deepEqual(found, []);
});
