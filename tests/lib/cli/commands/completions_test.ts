import assert from "node:assert/strict";
import { runCli } from "#lib/cli/run_cli.ts";
import { FakeCliIo } from "../../../fakes/fake_cli_io.ts";
import { compose } from "../../../fakes/test_bed.ts";
import {
  needing,
  requireProgram,
  testWith,
} from "../../../support/requires.ts";

const test = needing("bash");

async function run(...args: readonly string[]) {
  const io = new FakeCliIo();
  const code = await runCli(args, compose(io));
  return { code, out: io.out, error: io.error };
}

/** Runs a script in a shell, with a folder of its own. */
async function inShell(shell: string, script: string): Promise<string> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/lamp.module.yaml`, "");
    await Deno.mkdir(`${folder}/lamps`);
    const { success, stdout, stderr } = await new Deno.Command(
      requireProgram(shell),
      {
        args: ["-c", script],
        cwd: folder,
        env: { HOME: folder, XDG_CONFIG_HOME: folder, XDG_DATA_HOME: folder },
      },
    ).output();
    const text = new TextDecoder();
    assert.equal(text.decode(stderr), "");
    assert.ok(success);
    return text.decode(stdout);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** What bash offers where the cursor stands behind these words. */
async function completeInBash(...words: readonly string[]): Promise<string[]> {
  const { out } = await run("completions", "bash");
  // Outside of a real completion compopt has nothing to set, and says so.
  const text = await inShell(
    "bash",
    `${out}
    compopt() { :; }
    COMP_WORDS=(${words.map((word) => `'${word}'`).join(" ")})
    COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
    _smartbike
    printf '%s\\n' "\${COMPREPLY[@]}"`,
  );
  return text.split("\n").filter(Boolean);
}

test("bash takes the script and knows whom it is for", async () => {
  const { code, out } = await run("completions", "bash");
  assert.equal(code, 0);
  assert.equal(
    await inShell("bash", `${out}\ncomplete -p smartbike`),
    "complete -F _smartbike smartbike\n",
  );
});

/** Words in front of the cursor, and what bash offers there. */
const BASH: readonly (readonly [readonly string[], readonly string[]])[] = [
  [["smartbike", "cl"], ["client"]],
  [["smartbike", "--lo"], ["--log-format", "--log-level"]],
  [["smartbike", "--log-level", "de"], ["debug"]],
  [["smartbike", "--log-level", "debug", "brok"], ["broker", "broker-config"]],
  [["smartbike", "--log-level", "=", "de"], ["debug"]],
  [["smartbike", "client", "--pro"], ["--protocol"]],
  [["smartbike", "client", "--protocol", "3"], ["3.1.1"]],
  [["smartbike", "client", "wa"], ["watch"]],
  [["smartbike", "client", "test."], ["test.bed.Bed"]],
  [["smartbike", "driver", "simulated", "tr"], ["trainer"]],
  [["smartbike", "init", "--device", "heart"], ["heart-rate"]],
  [["smartbike", "driver", "--option", "remote.par"], [
    ...["even", "none", "odd"].map((parity) => `remote.parity=${parity}`),
  ]],
  [["smartbike", "driver", "--option", "heart-rate.addr"], [
    "heart-rate.address=",
  ]],
  [["smartbike", "client", "--module", "la"], ["lamp.module.yaml", "lamps"]],
  [["smartbike", "generate", "--out", "la"], ["lamps"]],
  [["smartbike", "check", "lamp."], ["lamp.module.yaml"]],
  [["smartbike", "broker", "--listen", ""], []],
  [["smartbike", "help", "dec"], ["decode"]],
  [["smartbike", "completions", "z"], ["zsh"]],
];

for (const [words, offers] of BASH) {
  test(`bash completes "${words.join(" ")}" with ${offers.join(" or ") || "nothing"}`, async () => {
    assert.deepEqual((await completeInBash(...words)).sort(), offers);
  });
}

testWith(
  { programs: ["zsh"] },
  "zsh takes the script and knows whom it is for",
  async () => {
    const { out } = await run("completions", "zsh");
    const text = await inShell(
      "zsh",
      `autoload -Uz compinit && compinit -u -d "$HOME/dump"
    source <(cat <<'END'
${out}END
    )
    print -r -- $_comps[smartbike]`,
    );
    assert.equal(text, "_smartbike\n");
  },
);

testWith(
  { programs: ["fish"] },
  "fish takes the script, and completes commands, options and their values",
  async () => {
    const { out } = await run("completions", "fish");
    const complete = async (line: string) => {
      const quoted = out.replace(/[\\']/g, "\\$&");
      const text = await inShell(
        "fish",
        `echo '${quoted}' | source; complete -C '${line}'`,
      );
      return text.split("\n").filter(Boolean).map((line) =>
        line.split("\t")[0]
      );
    };
    assert.deepEqual(await complete("smartbike cl"), ["client"]);
    assert.deepEqual(await complete("smartbike client --prot"), ["--protocol"]);
    assert.deepEqual(await complete("smartbike client --protocol "), [
      "3.1.1",
      "5",
      "auto",
    ]);
    assert.deepEqual(await complete("smartbike driver heart"), ["heart-rate"]);
    assert.deepEqual(await complete("smartbike check lamp."), [
      "lamp.module.yaml",
    ]);
  },
);

test("every command and every option of the help can be completed", async () => {
  const { out: help } = await run("help");
  const names = [...help.matchAll(/^ {2}([a-z]+) {2,}/gm)].map(([, name]) =>
    name ?? ""
  );
  assert.ok(names.includes("service") && names.includes("decode"));
  const offered = await completeInBash("smartbike", "");
  for (const name of names) assert.ok(offered.includes(name), name);
  const { out } = await run("client", "--help");
  const options = await completeInBash("smartbike", "client", "-");
  for (const [, option = ""] of out.matchAll(/^ {2}(?:-\w, )?(--[\w-]+)/gm)) {
    assert.ok(options.includes(option), option);
  }
});

Deno.test("a shell that is not known ends with 2 and a near name", async () => {
  const { code, error } = await run("completions", "fihs");
  assert.equal(code, 2);
  assert.match(error, /did you mean "fish"\?/);
});
