/**
 * That the program in an executable loads nothing from where it lies.
 *
 * @module
 */
import assert from "node:assert/strict";
import { BuildError } from "../../tools/build_error.ts";
import { closeBundle } from "../../tools/bundle.ts";

/** How the bundler begins a file with a package that calls `require`. */
const HEAD =
  `import { createRequire as __deno_internal_createRequire } from "node:module";
var __require = __deno_internal_createRequire(import.meta.url);
`;

const closed = (text: string) => closeBundle(HEAD + text);

/** Runs a bundle in a folder whose `node_modules` holds the packages named. */
async function run(text: string, packages: readonly string[]): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "smartbike-bundle-" });
  try {
    for (const name of packages) {
      const home = `${folder}/node_modules/${name}`;
      await Deno.mkdir(home, { recursive: true });
      await Deno.writeTextFile(`${home}/index.js`, "console.log('foreign');");
    }
    await Deno.writeTextFile(`${folder}/a.mjs`, text);
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--quiet",
        "--no-config",
        "--allow-read",
        `${folder}/a.mjs`,
      ],
      cwd: folder,
    }).output();
    const decoder = new TextDecoder();
    return decoder.decode(stdout) + decoder.decode(stderr);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("a package that is left out is not taken from the folder of the program", async () => {
  const text =
    `try { __require("supports-color"); } catch (error) { console.log(error.code); }`;
  const open = await run(HEAD + text, ["supports-color"]);
  assert.match(open, /foreign/, "the test has lost what it proves");
  assert.equal(
    await run(closed(text), ["supports-color"]),
    "MODULE_NOT_FOUND\n",
  );
});

Deno.test("a name that is computed loads a module of the runtime alone", async () => {
  const text = `const load = __require;
for (const name of ["node:path", "left-pad"]) {
  try { console.log(typeof load(name)); } catch (error) { console.log(error.code); }
}`;
  assert.equal(
    await run(closed(text), ["left-pad"]),
    "object\nMODULE_NOT_FOUND\n",
  );
});

for (
  const [text, named] of [
    [`__require("left-pad");`, "left-pad"],
    [`__require(name);`, "a name that is computed"],
    ["await import(`${name}`);", "${name}"],
    [`await import("left-pad");`, "left-pad"],
    [`import a from "left-pad";`, "left-pad"],
    [`import {\n  a,\n} from "./a.js";`, "./a.js"],
    [`import "left-pad";`, "left-pad"],
    [`export { a } from "left-pad";`, "left-pad"],
  ] as const
) {
  Deno.test(`a bundle with ${JSON.stringify(text)} is refused`, () => {
    assert.throws(() => closed(text), (error) => {
      assert.ok(error instanceof BuildError);
      assert.ok(error.message.includes(`it loads ${named}, expected`));
      return true;
    });
  });
}

Deno.test("a bundle with a second way to load modules is refused", () => {
  assert.throws(
    () => closed("const load = createRequire(import.meta.url);"),
    BuildError,
  );
  assert.throws(
    () => closeBundle(HEAD.replace("var __require", "var other")),
    BuildError,
  );
});

Deno.test("a bundle that loads modules of the runtime alone stays as it is", () => {
  const text = `import a from "node:path";\n__require("node:net");\n`;
  assert.equal(closeBundle(text), text);
});

Deno.test("a module of Node that is slow to load is loaded when it is first used", async () => {
  const text = `import process from "node:process";
import fs from "node:fs";
process.on("exit", () => console.log(fs.existsSync("/nowhere")));
`;
  const deferred = closeBundle(text);
  assert.doesNotMatch(deferred, /^import/m);
  assert.equal(await run(deferred, []), "false\n");
});

Deno.test("an import in text that the program writes, with a placeholder, is no import of the bundle", () => {
  const text = 'const file = `\nimport { Client } from "${runtime}";\n`;\n';
  assert.equal(closeBundle(text), text);
});

Deno.test("a file of a bundle loads other files of it, and no others", () => {
  const text = `import { a } from "./a.mjs";\nawait import("./b.mjs");\n`;
  assert.equal(closeBundle(text, new Set(["./a.mjs", "./b.mjs"])), text);
  assert.throws(
    () => closeBundle(text, new Set(["./a.mjs"])),
    /it loads \.\/b\.mjs, expected/,
  );
});
