import assert from "node:assert/strict";
import { DRIVERS } from "#drivers/all.ts";
import { SCHEMA } from "#lib/config/schema.ts";
import { placedSettings } from "#lib/config/setting.ts";
import { runCli } from "#lib/cli/run_cli.ts";
import { FakeCliIo } from "../../../fakes/fake_cli_io.ts";
import { compose } from "../../../fakes/test_bed.ts";
import {
  needing,
  requireProgram,
  testWith,
} from "../../../support/requires.ts";
import { readSourceFiles } from "../../../support/source_files.ts";

const test = needing("mandoc");

async function run(...args: readonly string[]): Promise<string> {
  const io = new FakeCliIo();
  assert.equal(await runCli(args, compose(io)), 0);
  return io.out;
}

/** Lets a formatter read the page from a file. */
async function format(command: readonly string[]) {
  const path = await Deno.makeTempFile({ suffix: ".1" });
  await Deno.writeTextFile(path, await run("man"));
  const [program = "", ...args] = command;
  const { success, stdout, stderr } = await new Deno.Command(
    requireProgram(program),
    { args: [...args, path] },
  ).output();
  await Deno.remove(path);
  const text = new TextDecoder();
  return { success, out: text.decode(stdout), error: text.decode(stderr) };
}

testWith(
  { programs: ["groff"] },
  "groff has nothing to say against the manual page",
  async () => {
    const { success, out, error } = await format([
      "groff",
      "-man",
      "-ww",
      "-z",
    ]);
    assert.deepEqual([success, out, error], [true, "", ""]);
  },
);

test("mandoc's lint has nothing to say against the manual page but that it has no date", async () => {
  const { out } = await format(["mandoc", "-T", "lint"]);
  const findings = out.split("\n").filter(Boolean).filter((line) =>
    !line.includes("missing date")
  );
  assert.deepEqual(findings, []);
});

test("the manual page shows every command with its summary and examples", async () => {
  const { out } = await format(["mandoc", "-T", "ascii", "-O", "width=200"]);
  const page = out.replace(/.[\b]/g, "").replace(/\s+/g, " ");
  const help = await run("help");
  const summaries = [...help.matchAll(/^ {2}([a-z]+) {2,}(.*)$/gm)];
  assert.ok(summaries.length > 8);
  for (const [, name = "", summary = ""] of summaries) {
    if (name === "help") continue;
    assert.ok(page.includes(summary.slice(1, 40)), summary);
    assert.ok(page.includes(`$ smartbike ${name}`), name);
  }
  assert.ok(page.includes("EXIT STATUS 0 All went well"));
});

/** How the program names a variable that it reads. */
const READ_VARIABLE =
  /(?:\benv|environment|env\.get)\(\s*"([A-Z_]+)"|_VARIABLE = "([A-Z_]+)"/g;

/** What the first line of an executable sets for the program behind it. */
const OWN_VARIABLE = "SMARTBIKE_EXECUTABLE";

Deno.test("the manual page names every variable that the program reads", async () => {
  const page = await run("man");
  const [, section = ""] = /^\.SH ENVIRONMENT\n([^]*?)^\.SH/m.exec(page) ?? [];
  const named = [...section.matchAll(/^\\fB(.*)\\fR$/gm)]
    .flatMap(([, names = ""]) => names.split(", "));
  const sources = (await readSourceFiles()).filter(({ path }) =>
    /^(lib|adapters|drivers)\//.test(path)
  );
  const read = new Set([
    ...sources.flatMap(({ text }) =>
      [...text.matchAll(READ_VARIABLE)].map(([, one, other]) => one ?? other)
    ),
    ...placedSettings(SCHEMA).flatMap(({ setting }) => setting.variables ?? []),
    ...DRIVERS.flatMap(({ options }) =>
      options.flatMap(({ variable }) => variable ?? [])
    ),
  ]);
  read.delete(OWN_VARIABLE);
  assert.ok(read.size > 25, [...read].join());
  assert.deepEqual(
    [...read].filter((name) => name === undefined || !named.includes(name)),
    [],
  );
  assert.deepEqual(named.toSorted(), [...new Set(named)].toSorted());
});
