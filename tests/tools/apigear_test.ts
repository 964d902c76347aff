/**
 * The template pack for ApiGear's generator, rendered by the engine of its
 * template language, which is Go's.
 *
 * @module
 */
import assert from "node:assert/strict";
import { parse } from "yaml";
import { HelloClientAdapter, When } from "#adapters/io_world/mod.gen.ts";
import { encodeModule } from "#lib/idl/definition_json.ts";
import { loadModules } from "#lib/idl/load.ts";
import {
  Client,
  InMemoryBroker,
  InMemoryEndpoint,
  Service,
} from "@smartbike/smartbike";
import { GeneratedFolder } from "../lib/codegen/generated_folder.ts";
import { diskReader, MODULES } from "../lib/idl/files.ts";
import { requireProgram, testWith } from "../support/requires.ts";

const PACK = "lib/codegen/apigear";

const tools = { programs: ["go"] };

/** Renders the pack for definitions into a folder. */
async function render(
  folder: GeneratedFolder,
  definitions: readonly string[],
): Promise<void> {
  const { modules } = await loadModules(definitions, diskReader);
  const rules = await Deno.readTextFile(`${PACK}/rules.yaml`);
  const job = {
    Templates: `${PACK}/templates`,
    Output: folder.path,
    Rules: parse(rules),
    Modules: modules.map(encodeModule),
  };
  const child = new Deno.Command(requireProgram("go"), {
    args: ["run", "tests/tools/apigear/render.go"],
    env: { GO111MODULE: "off", GOCACHE: `${folder.path}/.cache` },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(JSON.stringify(job)));
  await writer.close();
  const { code, stderr } = await child.output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
  await Deno.remove(`${folder.path}/.cache`, { recursive: true });
}

testWith(
  tools,
  "what the template pack makes of the test-bed type-checks",
  async () => {
    await using folder = await GeneratedFolder.create();
    await render(folder, [MODULES]);
    assert.equal(await folder.complaints("check", "--quiet"), "");
  },
);

testWith(
  tools,
  "adapters of the template pack talk with those of smartbike generate",
  async () => {
    await using folder = await GeneratedFolder.create();
    await render(folder, ["adapters/io_world/helloworld.module.yaml"]);
    const code: typeof import("#adapters/io_world/mod.gen.ts") = await import(
      `file://${folder.path}/io_world/mod.gen.ts`
    );
    await using broker = new InMemoryBroker();
    await using service = new Service("pack-service", {
      endpoint: new InMemoryEndpoint(),
    });
    await using client = new Client("pack-client", {
      endpoint: new InMemoryEndpoint(),
    });
    const local = new code.Hello();
    await using served = new code.HelloServiceAdapter(local, service);
    await using theirs = new code.HelloClientAdapter(client);
    await using ours = new HelloClientAdapter(client);
    await service.connect(broker.url);
    await client.connect(broker.url);
    await Promise.all([served.ready, theirs.ready, ours.ready]);
    const changed = ours.onLastChanged.next();
    await theirs.setLast({ content: "set" });
    assert.deepEqual(await changed, [{ content: "set" }]);
    const said = theirs.onJustSaid.next();
    local.onJustSaid.fire({ content: "said" });
    assert.deepEqual(await said, [{ content: "said" }]);
    assert.equal(await ours.say({ content: "hi" }, When.Now), 0);
    assert.equal(await theirs.say({ content: "hi" }, code.When.Never), 0);
  },
);
