/**
 * The first two commands of README, on a Debian with nothing but Node: as root,
 * who may install what is missing, and as a user who may not.
 *
 * @module
 */
import assert from "node:assert/strict";
import { run } from "../support/process.ts";
import { ROOT } from "../support/source_files.ts";
import { testWith } from "../support/requires.ts";

const HERE = `${ROOT.pathname}tests/bare`;

/** The commands of README's first block, as they are printed. */
async function firstCommands(): Promise<readonly string[]> {
  const text = await Deno.readTextFile(new URL("README.md", ROOT));
  const [, block = ""] = /^```sh\n(.*?)^```/ms.exec(text) ?? [];
  return block.trim().split("\n");
}

/** The alias by which README has all other commands run with Node.js alone. */
async function alias(): Promise<string> {
  const text = await Deno.readTextFile(new URL("README.md", ROOT));
  const [, line = ""] = /`(alias deno=[^`]*)`/.exec(text) ?? [];
  return line;
}

/** Makes a root; it goes away when disposed. */
async function makeRoot(suite: string) {
  const folder = await Deno.makeTempDir({ prefix: "smartbike-bare-" });
  await Deno.chmod(folder, 0o755);
  const root = `${folder}/root`;
  const made = await run([`${HERE}/make_root.sh`, suite, root]);
  assert.equal(made.code, 0, made.text);
  return {
    run: (user: string, command: string) =>
      run([
        ...[`${HERE}/enter.sh`, root, user],
        ...["bash", "-O", "expand_aliases", "-c", command],
      ]),
    [Symbol.asyncDispose]: async () => {
      const removed = await run(["rm", "-rf", "--one-file-system", folder]);
      assert.equal(removed.code, 0, removed.text);
    },
  };
}

for (const suite of ["bookworm", "trixie"]) {
  testWith(
    { programs: ["mmdebstrap"], root: true },
    `on a bare ${suite} both commands of README succeed, for a user and for root`,
    async (t) => {
      await using bare = await makeRoot(suite);
      const [demo = "", test = ""] = await firstCommands();

      await t.step("a user sees the demo", async () => {
        const { code, text } = await bare.run("rider", demo);
        assert.equal(code, 0, text);
        assert.match(text, /client {3}gets the result {5}1/);
        assert.match(text, /refused: .* it may go from -10 to 19/);
      });

      await t.step("a user with the alias runs the rest", async () => {
        const command = "deno task --quiet smartbike decode 2a37 0048";
        const { code, text } = await bare.run(
          "rider",
          `${await alias()}\n${command}`,
        );
        assert.equal(code, 0, text);
        assert.match(text, /"heartRateBpm":72/);
      });

      await t.step(
        "a user gets what can be tested tested, and a list of the rest",
        async () => {
          const { code, text } = await bare.run("rider", test);
          assert.equal(code, 0, text);
          assert.match(text, /\d+ passed .* 0 failed .* [1-9]\d* ignored/);
          const lines = text.trim().split("\n")
            .filter((line) => line.startsWith("not run: "));
          assert.ok(lines.length > 5, text);
          assert.match(
            lines.join("\n"),
            /^not run: \d+ tests: needs socat: install it with apt-get install socat$/m,
          );
        },
      );

      await t.step("root gets all of it tested", async () => {
        const { code, text } = await bare.run("root", test);
        assert.equal(code, 0, text);
        assert.match(text, /^The tests need packages that are missing: /m);
        assert.match(text, /\d+ passed .*\| 0 failed/);
        assert.doesNotMatch(text, /\d+ ignored|^not run: /m);
      });
    },
  );
}
