import assert from "node:assert/strict";
import { findProgram, requireProgram } from "./requires.ts";

/** Runs a test file of one test that needs a program nobody has. */
async function runWithMissingProgram(ci: boolean) {
  const folder = await Deno.makeTempDir({ prefix: "smartbike-requires-" });
  try {
    const path = `${folder}/needy_test.ts`;
    const url = import.meta.resolve("./requires.ts");
    await Deno.writeTextFile(
      path,
      `import { testWith } from ${JSON.stringify(url)};
      testWith({ programs: ["no-such-program"] }, "it needs it", () => {});`,
    );
    const { success, stdout, stderr } = await new Deno.Command(
      Deno.execPath(),
      {
        args: ["test", "--no-check", "--no-lock", "-A", path],
        env: { CI: String(ci), NO_COLOR: "1" },
      },
    ).output();
    const text = new TextDecoder();
    return { success, output: text.decode(stdout) + text.decode(stderr) };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("findProgram finds what is on PATH, and undefined otherwise", () => {
  assert.match(findProgram("sh") ?? "", /\/sh$/);
  assert.equal(findProgram("no-such-program"), undefined);
});

Deno.test("requireProgram throws with the package to install", () => {
  assert.throws(
    () => requireProgram("no-such-program"),
    /apt-get install no-such-program/,
  );
});

Deno.test("testWith ignores a test whose program is missing, and says why", async () => {
  const { success, output } = await runWithMissingProgram(false);
  assert.ok(success, output);
  assert.match(output, /apt-get install no-such-program/);
  assert.match(output, /0 passed \| 0 failed \| 1 ignored/);
});

Deno.test("testWith fails a test whose program is missing under CI=true", async () => {
  const { success, output } = await runWithMissingProgram(true);
  assert.equal(success, false);
  assert.match(output, /apt-get install no-such-program/);
});
