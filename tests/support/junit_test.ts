import assert from "node:assert/strict";
import { readJunit } from "./junit.ts";

/** Tests of another process. */
const TESTS = `
Deno.test("passes & \\"well\\"", async (t) => {
  await t.step("a step", () => {});
});
Deno.test("fails", () => { throw new TypeError("<so>"); });
// Ignored, as the report that is read must have one that is.
Deno.test({ name: "is ignored", ignore: true, fn() {} });
`;

Deno.test("readJunit gives each test and step of a real report, and why it failed or was not run", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(`${folder}/any_test.ts`, TESTS);
  await new Deno.Command(Deno.execPath(), {
    args: ["test", "--no-check", "--junit-path=report.xml", "any_test.ts"],
    cwd: folder,
  }).output();
  const results = await readJunit(`${folder}/report.xml`);
  assert.deepEqual(
    results.map(({ file, name, failure }) => [
      file,
      name,
      failure?.split("\n")[0],
    ]),
    [
      ["any_test.ts", 'passes & "well"', undefined],
      ["any_test.ts", "fails", "TypeError: <so>"],
      ["any_test.ts", "is ignored", "It was not run"],
      ["any_test.ts", 'passes & "well" > a step', undefined],
    ],
  );
  await Deno.remove(folder, { recursive: true });
});

Deno.test("readJunit finds nothing where no report was written", async () => {
  assert.deepEqual(await readJunit("/nowhere/report.xml"), []);
});
