import assert from "node:assert/strict";
import { WAITING_VARIABLE } from "./requires.ts";

/** What is printed by a run of a test file, whose tests are `tests`. */
async function run(
  tests: string,
  env: Readonly<Record<string, string>> = {},
) {
  const folder = await Deno.makeTempDir({ prefix: "smartbike-requires-" });
  try {
    const path = `${folder}/needy_test.ts`;
    const url = import.meta.resolve("./requires.ts");
    const imports = "{ needing, requireProgram, testWith }";
    await Deno.writeTextFile(
      path,
      `import ${imports} from ${JSON.stringify(url)};\n${tests}`,
    );
    const { success, stdout, stderr } = await new Deno.Command(
      Deno.execPath(),
      {
        args: ["test", "--no-check", "--no-lock", "-A", path],
        env: { CI: "false", NO_COLOR: "1", [WAITING_VARIABLE]: "", ...env },
      },
    ).output();
    const text = new TextDecoder();
    return { success, output: text.decode(stdout) + text.decode(stderr) };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const NEEDY =
  `testWith({ programs: ["no-such-program"] }, "it needs it", () => {});`;

Deno.test("testWith ignores a test whose program is missing, and says why", async () => {
  const { success, output } = await run(NEEDY);
  assert.ok(success, output);
  assert.match(
    output,
    /^not run: it needs it: needs no-such-program: install it with apt-get install no-such-program$/m,
  );
  assert.match(output, /0 passed \| 0 failed \| 1 ignored/);
});

Deno.test("testWith fails a test whose program is missing under CI=true", async () => {
  const { success, output } = await run(NEEDY, { CI: "true" });
  assert.equal(success, false);
  assert.match(output, /apt-get install no-such-program/);
});

Deno.test("testWith writes what a test waits for into the file that is named, and nothing on the terminal", async () => {
  const file = await Deno.makeTempFile();
  const two = NEEDY.replace(`"no-such-program"`, `"no-such-program", "sh"`);
  const { output } = await run(NEEDY + two, { [WAITING_VARIABLE]: file });
  assert.doesNotMatch(output, /not run/);
  assert.equal(
    await Deno.readTextFile(file),
    "no-such-program\nno-such-program\n",
  );
  await Deno.remove(file);
});

Deno.test("a test gets the program that it says it needs, by testWith or needing", async () => {
  const { success, output } = await run(
    `testWith({ programs: ["sh"] }, "one", () => {
      if (!requireProgram("sh").endsWith("/sh")) throw new TypeError();
    });
    needing("sh")("two", () => void requireProgram("sh"));`,
  );
  assert.ok(success, output);
});

Deno.test("a test that does not say that it needs a program fails, wherever the program is there", async () => {
  for (
    const test of [
      `Deno.test("it", () => void requireProgram("sh"));`,
      `testWith({ programs: ["cat"] }, "it", () => void requireProgram("sh"));`,
      `needing("sh")("first", () => {});
       Deno.test("it", () => void requireProgram("sh"));`,
    ]
  ) {
    const { success, output } = await run(test);
    assert.equal(success, false);
    assert.match(output, /Cannot use "sh" here: the test does not say/);
  }
});
