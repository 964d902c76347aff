/**
 * The examples of the page "As a library", in a project beside a clone.
 *
 * @module
 */
import assert from "node:assert/strict";
import config from "../../deno.json" with { type: "json" };
import { ROOT } from "../support/source_files.ts";

const page = await Deno.readTextFile(new URL("docs/library.md", ROOT));

/** The blocks of a language, in the order of the page. */
function blocksOf(language: string): readonly string[] {
  const pattern = new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, "gms");
  return [...page.matchAll(pattern)].map(([, block = ""]) => block);
}

/** The block that holds a text. */
function blockWith(text: string): string {
  const block = blocksOf("ts").find((one) => one.includes(text));
  assert(block, `the page has no example with ${text}`);
  return block;
}

/** Runs a program in a project that is set up as the page says. */
async function runBeside(program: string): Promise<string> {
  const folder = await Deno.makeTempDir();
  try {
    const [setup = ""] = blocksOf("json");
    const { links, imports } = JSON.parse(setup);
    assert.deepEqual(links, ["../smartbike"]);
    const logTape = config.imports["@logtape/logtape"];
    const project = {
      links: [ROOT.pathname],
      imports: { ...imports, "@logtape/logtape": logTape },
    };
    await Deno.writeTextFile(`${folder}/deno.json`, JSON.stringify(project));
    await Deno.writeTextFile(`${folder}/app.ts`, program);
    const permissions = ["--allow-net=127.0.0.1", "--allow-env"];
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "--no-prompt", ...permissions, "app.ts"],
      cwd: folder,
      env: { NO_COLOR: "1" },
    }).output();
    const decoder = new TextDecoder();
    assert.equal(code, 0, decoder.decode(stderr));
    return decoder.decode(stdout) + decoder.decode(stderr);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("the service and client of the page talk, in a project beside a clone", async () => {
  const text = await runBeside(blockWith("HelloServiceAdapter"));
  assert.equal(text, "last is now hi\n");
});

Deno.test("the log of the library is printed once the page's lines have configured it", async () => {
  const connecting = `
import { Client } from "@smartbike/smartbike";
await using client = new Client("app");
const failed = client.onError.next();
client.connect("mqtt://127.0.0.1:9").catch(() => {});
await failed;
`;
  assert.equal(await runBeside(connecting), "");
  const text = await runBeside(blockWith("getConsoleSink") + connecting);
  assert.match(
    text,
    /^\S+ WRN smartbike·mqtt 'Cannot connect to "mqtt:.*'; trying again\n$/,
  );
});
