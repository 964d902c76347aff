/**
 * What people do with the executable, on a real broker.
 *
 * @module
 */
import assert from "node:assert/strict";
import config from "../../deno.json" with { type: "json" };
import {
  builtExecutable,
  OWN_MACHINE,
  startExecutable,
} from "../support/executable.ts";
import type { CliOptions, CliResult } from "../support/cli.ts";
import { Mosquitto } from "../support/mosquitto.ts";
import { needing, testWith } from "../support/requires.ts";
import { ROOT } from "../support/source_files.ts";
import { WirePeer } from "../support/wire_peer.ts";
import { within } from "../support/within.ts";

const test = needing("mosquitto");

const COUNTER = "tests/fixtures/modules/counter.module.yaml";

async function start(args: readonly string[], options: CliOptions = {}) {
  return startExecutable(await builtExecutable(OWN_MACHINE), args, options);
}

async function run(...args: readonly string[]): Promise<CliResult> {
  await using program = await start(args);
  return await program.result;
}

/** What a file of the program imports before it runs, and what those import. */
async function importsOf(path: string): Promise<readonly string[]> {
  const text = await Deno.readTextFile(path);
  const names = text.matchAll(/^(?:import|export)\b[^"`;]*"([^"]+)"/gm);
  const imports = await Promise.all(
    [...names].map(([, name = ""]) =>
      name.startsWith("node:") ? [name] : importsOf(`${path}/../${name}`)
    ),
  );
  return [...new Set(imports.flat())];
}

Deno.test("a short command loads no module of Node that takes as long as the command", async () => {
  const { cache } = await builtExecutable(OWN_MACHINE);
  await run("--version");
  const [program = ""] = (await Array.fromAsync(Deno.readDir(cache)))
    .map(({ name }) => name).filter((name) => name.startsWith("program-"));
  const parts = (await Array.fromAsync(Deno.readDir(`${cache}/${program}`)))
    .map(({ name }) => name)
    .filter((name) =>
      /^(?:smartbike|run_cli-.*|process_io-.*|decode-.*)\.mjs$/.test(name)
    );
  assert.ok(parts.length >= 4, `${parts}`);
  const imports = await Promise.all(
    parts.map((name) => importsOf(`${cache}/${program}/${name}`)),
  );
  assert.deepEqual([...new Set(imports.flat())].sort(), [
    "node:events",
    "node:path",
    "node:url",
    "node:util",
  ]);
});

Deno.test("its version reports the commit and the form", async () => {
  const { code, out } = await run("--version");
  assert.equal(code, 0);
  const [version, build] = out.trim().split(/ (?=\()/);
  assert.equal(version, `smartbike ${config.version}`);
  assert.match(
    build ?? "",
    /^\(([0-9a-f]{12}(-dirty)?|unknown commit), portable\)$/,
  );
});

test("a client calls a service over mosquitto", async () => {
  await using broker = await Mosquitto.start();
  await using service = await start(["service", "--broker", broker.url]);
  await service.seen(/^Serving io\.world\.Hello/);
  const { code, out, error } = await run(
    ...["client", "--broker", broker.url, "io.world.Hello"],
    ...["call", "say", '{"content":"hi"}', "Soon"],
  );
  assert.deepEqual([code, out, error], [0, "1\n", ""]);
  service.kill("SIGTERM");
  assert.equal((await service.result).code, 0);
});

test("a simulated ride is reported on mosquitto", async () => {
  await using broker = await Mosquitto.start();
  await using listener = await WirePeer.connect(broker.url);
  await listener.subscribe("bike/000042/+/report");
  await using driver = await start([
    ...["driver", "simulated", "--bike", "000042", "--broker", broker.url],
  ]);
  await driver.seen(/^Bike 000042/);
  const report = await within(
    "a heart rate",
    listener.take("bike/000042/heartrate/report"),
  );
  const { value } = JSON.parse(new TextDecoder().decode(report.payload));
  assert.ok(value > 40 && value < 220, `${value} bpm`);
  driver.kill("SIGTERM");
  assert.equal((await driver.result).code, 0);
});

Deno.test("its broker carries its own services and clients", async () => {
  await using broker = await start(["broker", "--listen", "127.0.0.1:0"]);
  await broker.seen(/listening/);
  const [url = ""] = /mqtt:\S+/.exec(broker.out) ?? [];
  await using service = await start(["service", "--broker", url]);
  await service.seen(/^Serving/);
  const { code, out } = await run("client", "list", "--broker", url);
  assert.equal(code, 0);
  assert.match(out, /io\.world\.Hello/);
});

Deno.test("it generates what the source generates", async () => {
  const folder = await Deno.makeTempDir();
  const { code, error } = await run(
    ...["generate", "adapters/io_world/helloworld.module.yaml"],
    ...["--out", folder, "--runtime", "#lib/objectapi/mod.ts"],
  );
  assert.deepEqual([code, error], [0, ""]);
  for (const name of ["api.gen.ts", "client_adapter.gen.ts"]) {
    assert.equal(
      await Deno.readTextFile(`${folder}/io_world/${name}`),
      await Deno.readTextFile(new URL(`adapters/io_world/${name}`, ROOT)),
    );
  }
  await Deno.remove(folder, { recursive: true });
});

Deno.test("it decodes, encodes and checks", async () => {
  assert.equal(
    (await run("decode", "2a37", "0048")).out,
    '{"contactSupported":false,"heartRateBpm":72}\n',
  );
  const encoded = await run(
    ...["encode", "2ad9", '{"name":"setTargetPower","powerWatts":210}'],
  );
  assert.deepEqual([encoded.code, encoded.out], [0, "05d200\n"]);
  assert.equal((await run("check", COUNTER)).code, 0);
});

test("a script of the user runs in it, but can start no other program", async () => {
  await using broker = await Mosquitto.start();
  const script = await Deno.makeTempFile({ suffix: ".ts" });
  await Deno.writeTextFile(
    script,
    `import type { Simulation } from "@smartbike/smartbike";
    export default (_simulation: Simulation): void => {
      setTimeout(() => new Deno.Command("/usr/bin/systemctl").spawn());
    };`,
  );
  await using service = await start([
    ...["service", "--broker", broker.url],
    ...["--module", COUNTER, "--script", script],
  ]);
  await service.seen(/The script failed: NotCapable/);
  service.kill("SIGTERM");
  assert.equal((await service.result).code, 0);
  await Deno.remove(script);
});

testWith(
  { programs: ["systemctl", "systemd-sysusers"] },
  "it installs itself, whole, and removes itself again",
  async () => {
    const root = await Deno.makeTempDir();
    await Deno.mkdir(`${root}/etc`);
    const { code, error } = await run("install", "--root", root);
    assert.deepEqual([code, error], [0, ""]);
    const { path } = await builtExecutable(OWN_MACHINE);
    const [own, copy] = await Promise.all([
      Deno.stat(path),
      Deno.stat(`${root}/usr/local/bin/smartbike`),
    ]);
    assert.equal(copy.size, own.size);
    assert.equal((await run("uninstall", "--root", root)).code, 0);
    await assert.rejects(Deno.stat(`${root}/usr/local/bin/smartbike`));
    await Deno.remove(root, { recursive: true });
  },
);
