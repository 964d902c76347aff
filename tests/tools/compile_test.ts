/**
 * What `deno task compile` builds, and what it says of it.
 *
 * @module
 */
import assert from "node:assert/strict";
import { compile, OWN_MACHINE } from "../support/executable.ts";

const TARGET = `${OWN_MACHINE}-unknown-linux-gnu`;

/** What stands where an executable is built. */
const EARLIER = "#!/bin/sh\n# an earlier build\n";

/** Builds in the place of an earlier build, in a folder that goes away. */
async function build(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
) {
  const folder = await Deno.makeTempDir({ prefix: "smartbike-compile-" });
  const out = `${folder}/smartbike`;
  await Deno.writeTextFile(out, EARLIER);
  const result = await compile(
    ["--target", TARGET, "--out", out, ...args],
    env,
  );
  const read = (name: string) => Deno.readFile(`${folder}/${name}`);
  return {
    ...result,
    folder,
    read,
    isReplaced: await Deno.readTextFile(out) !== EARLIER,
    files: (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name)
      .sort(),
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

Deno.test("the same tree gives the same bytes, and --checksum what sha256sum accepts", async () => {
  await using first = await build(["--form", "portable", "--checksum"]);
  await using second = await build(["--form", "portable"]);
  assert.deepEqual([first.code, first.error], [0, ""]);
  assert.deepEqual(first.files, ["smartbike", "smartbike.sha256"]);
  assert.ok((await first.read("smartbike")).length > 1e7);
  // Compared by content, as deepEqual would print forty megabytes.
  const [one, other] = [
    await first.read("smartbike"),
    await second.read("smartbike"),
  ];
  assert.equal(one.length, other.length);
  assert.ok(one.every((byte, at) => byte === other[at]));
  const check = await new Deno.Command("sha256sum", {
    args: ["-c", "smartbike.sha256"],
    cwd: first.folder,
    stdout: "null",
  }).output();
  assert.ok(check.success);
  assert.match(first.out, /^form: portable, as --form says so$/m);
  assert.match(first.out, /^runs: smartbike .*, portable\)$/m);
});

Deno.test("without Deno's runtime for executables a self-extracting file is built, and it is said why", async () => {
  const missing = { DENORT_BIN: "/nowhere/denort" };
  // A Pi gets that form by default, for a reason of its own.
  if (OWN_MACHINE === "x86_64") {
    await using built = await build([], missing);
    assert.deepEqual([built.code, built.files], [0, ["smartbike"]]);
    assert.ok(built.isReplaced);
    assert.match(
      built.out,
      /^form: portable, as deno compile cannot get its runtime/m,
    );
  }
  await using refused = await build(["--form", "compiled"], missing);
  assert.deepEqual([refused.code, refused.files], [1, ["smartbike"]]);
  assert.match(refused.error, /in the form compiled: .*denort/);
});

Deno.test("what deno compile makes is run before it is called good", async () => {
  // With the whole of Deno in the place of that runtime, deno compile succeeds
  // and makes a program that is not ours.
  await using built = await build(["--form", "compiled"], {
    DENORT_BIN: Deno.execPath(),
  });
  assert.deepEqual([built.code, built.files], [1, ["smartbike"]]);
  assert.ok(!built.isReplaced, "the earlier build is lost");
  assert.match(built.error, /does not run: it answers --version with "deno /);
});

/** Command lines that cannot be understood, and what is said of them. */
const MISTAKES: readonly (readonly [readonly string[], RegExp])[] = [
  [["--target", "aarch64-unknown-linux"], /did you mean "aarch64-unknown-/],
  [["--form", "zip"], /expected compiled or portable/],
  [["--fom", "portable"], /'--fom'/],
];

for (const [args, pattern] of MISTAKES) {
  Deno.test(`compile ${args.join(" ")} ends with 2 and ${pattern}`, async () => {
    const { code, out, error } = await compile(args);
    assert.deepEqual([code, out], [2, ""]);
    assert.match(error, pattern);
  });
}
