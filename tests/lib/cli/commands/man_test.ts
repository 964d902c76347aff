import assert from "node:assert/strict";
import { runCli } from "#lib/cli/run_cli.ts";
import { FakeCliIo } from "../../../fakes/fake_cli_io.ts";
import { compose } from "../../../fakes/test_bed.ts";
import {
  needing,
  requireProgram,
  testWith,
} from "../../../support/requires.ts";

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

Deno.test("the manual page names the variables of all settings", async () => {
  const page = await run("man");
  const names = ["DEVICE_ID", "MQTT_HOSTNAME, MQTT_HOST", "MQTT_PASSWORD"];
  for (const name of [...names, "MQTT_PORT", "SMARTBIKE_CONFIG"]) {
    assert.ok(page.includes(`\n\\fB${name}\\fR\n`), name);
  }
});
