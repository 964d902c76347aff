import assert from "node:assert/strict";
import config from "../deno.json" with { type: "json" };
import { runCli } from "#lib/cli/run_cli.ts";
import { FakeCliIo } from "./fakes/fake_cli_io.ts";
import { compose } from "./fakes/test_bed.ts";
import { freePort } from "./support/ports.ts";
import { readSourceFiles, ROOT } from "./support/source_files.ts";

/** Commands that go on until they are interrupted, by their subcommand. */
const DAEMON =
  / smartbike ((broker|dashboard|record|service|start)(?![-\w])|driver (?!list))/;

/** The lines of all shell blocks of a page. */
async function commandsOf(page: URL): Promise<string[]> {
  const text = await Deno.readTextFile(page);
  return [...text.matchAll(/^```sh\n(.*?)^```/gms)]
    .flatMap(([, block]) => block?.split("\n") ?? [])
    .map((line) => line.trim())
    .filter(Boolean);
}

/** A README's command as it runs here: this Deno, a free port, a folder that goes away. */
function localized(command: string, port: number, folder: string): string {
  const deno = `'${Deno.execPath()}'`;
  return command
    .replace(/^npx -y deno@[\d.]+/, deno)
    .replace(/^deno /, `${deno} `)
    .replaceAll("127.0.0.1:1883", `127.0.0.1:${port}`)
    .replaceAll("127.0.0.1:8080", "127.0.0.1:0")
    .replaceAll(" build/", ` ${folder}/`);
}

function start(command: string, stdout: "piped" | "null"): Deno.ChildProcess {
  return new Deno.Command("sh", {
    args: ["-c", `exec ${command}`],
    cwd: ROOT,
    stdout,
    stderr: "inherit",
  }).spawn();
}

/** Starts a daemon and waits for the line that says it is ready. */
async function startDaemon(command: string): Promise<AsyncDisposable> {
  const child = start(command, "piped");
  const reader = child.stdout.getReader();
  const { value } = await reader.read();
  assert(value, `${command} has printed nothing`);
  return {
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGINT");
      await child.status;
      await reader.cancel();
    },
  };
}

Deno.test("every command of the first README and of docs/ runs and succeeds", async () => {
  const folder = await Deno.makeTempDir();
  await using daemons = new AsyncDisposableStack();
  daemons.defer(() => Deno.remove(folder, { recursive: true }));
  const port = freePort();
  const commands = await commandsOf(new URL("README.md", ROOT));
  assert(commands.length > 8, "the README has lost its commands");
  for (const { path } of await readSourceFiles(".md")) {
    if (!path.startsWith("docs/")) continue;
    commands.push(...await commandsOf(new URL(path, ROOT)));
  }
  for (const command of commands) {
    // This test is what `task test` runs.
    if (command.endsWith(" task test")) continue;
    const local = localized(command, port, folder);
    if (DAEMON.test(command)) {
      daemons.use(await startDaemon(local));
      continue;
    }
    const { success } = await start(local, "null").status;
    assert(success, `${command} has failed`);
  }
});

Deno.test("the first README says what deno is with Node.js alone, before it is called so", async () => {
  const text = await Deno.readTextFile(new URL("README.md", ROOT));
  const [start = "", version] = /^.*?npx -y deno@([\d.]+) /s.exec(text) ?? [];
  const alias = text.indexOf(
    `\`alias deno="$(npx -y --prefer-offline -p deno@${version} which deno)"\``,
  );
  assert(start.length < alias, "no alias for the version of the first block");
  assert(alias < text.search(/^deno /m), "the alias comes too late");
});

Deno.test("the first README names every command of the program", async () => {
  const io = new FakeCliIo();
  assert.equal(await runCli(["--help"], compose(io)), 0);
  const [, list = ""] = io.out.split("\nCommands:\n");
  const names = [...list.matchAll(/^ {2}([a-z]+) /gm)].map(([, name]) => name);
  assert(names.includes("ports"));
  const text = await Deno.readTextFile(new URL("README.md", ROOT));
  const missing = names.filter((name) =>
    !new RegExp(`(?:\\bsmartbike |\\btask |\`)${name}\\b`).test(text)
  );
  assert.deepEqual(missing, []);
});

Deno.test("every task that a README names exists", async () => {
  const tasks = Object.keys(config.tasks);
  for (const { path, text } of await readSourceFiles("README.md")) {
    for (const [, name = ""] of text.matchAll(/\btask (?:-q )?(\w+)/g)) {
      if (!/^(that|to|runner|and)$/.test(name)) {
        assert(tasks.includes(name), `${path}: task ${name}`);
      }
    }
  }
});

Deno.test("every file that a page links to exists", async () => {
  for (const { path, text } of await readSourceFiles(".md")) {
    for (const [, link = ""] of text.matchAll(/\]\(([^)#:]+)\)/g)) {
      await Deno.stat(new URL(link, new URL(path, ROOT)));
    }
  }
});
