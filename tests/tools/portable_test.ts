/**
 * How a self-extracting executable unpacks itself and passes on what it is given.
 *
 * @module
 */
import assert from "node:assert/strict";
import {
  builtExecutable,
  type Executable,
  OWN_MACHINE,
  startExecutable,
} from "../support/executable.ts";
import { ProgramProcess } from "../support/cli.ts";

const FRAME = ["decode", "2a37", "0048"] as const;
const VALUE = '{"heartRateBpm":72,"contactSupported":false}\n';

/** The executable with an empty cache in a folder that goes away. */
async function setUp() {
  const folder = await Deno.makeTempDir({ prefix: "smartbike-portable-" });
  const { path, cache } = await builtExecutable(OWN_MACHINE);
  return {
    folder,
    /** As it is, unpacked already. */
    warm: { path, cache },
    /** As it is right after it was copied. */
    cold: { path, cache: `${folder}/cache` },
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

async function run(
  executable: Executable,
  args: readonly string[] = FRAME,
  env: Readonly<Record<string, string>> = {},
) {
  await using program = startExecutable(executable, args, { env });
  return await program.result;
}

async function exists(path: string): Promise<boolean> {
  const found = await Array.fromAsync(Deno.readDir(path.replace(/[^/]+$/, "")));
  return found.some(({ name }) => path.endsWith(`/${name}`));
}

/** The names in a cache, without their hashes. */
async function namesIn(cache: string): Promise<readonly string[]> {
  const entries = await Array.fromAsync(Deno.readDir(cache));
  return entries.map(({ name }) => name.replace(/-[0-9a-f]{16}$/, "")).sort();
}

const WHOLE_CACHE = ["deno", "deno", "program"];

Deno.test("arguments, standard input, output and the exit code pass through", async () => {
  await using bed = await setUp();
  assert.deepEqual(await run(bed.warm), { code: 0, out: VALUE, error: "" });
  const bad = await run(bed.warm, ["decode", "2a37", "01"]);
  assert.equal(bad.code, 1);
  const wrong = await run(bed.warm, ["decode", "2a37", "a b", "--x y"]);
  assert.deepEqual([wrong.code, wrong.out], [2, ""]);
  const line = '{"characteristic":"2a37","value":"0048"}\n';
  const input = new Blob([line.replace("value", "hex")]).stream();
  await using stream = startExecutable(bed.warm, ["decode", "--stdin"], {
    input,
  });
  assert.deepEqual(await stream.result, {
    code: 0,
    out: `{"value":${VALUE.trim()}}\n`,
    error: "",
  });
});

Deno.test("a signal reaches the program, which ends in its own order", async () => {
  await using bed = await setUp();
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    await using broker = startExecutable(bed.warm, [
      "broker",
      "--listen",
      "127.0.0.1:0",
    ]);
    await broker.seen(/listening/);
    broker.kill(signal);
    assert.equal((await broker.result).code, 0);
  }
});

Deno.test("three first starts at once all succeed and leave one whole cache", async () => {
  await using bed = await setUp();
  const results = await Promise.all(
    Array.from({ length: 3 }, () => run(bed.cold)),
  );
  for (const result of results) {
    assert.deepEqual(result, { code: 0, out: VALUE, error: "" });
  }
  assert.deepEqual(await namesIn(bed.cold.cache), WHOLE_CACHE);
});

Deno.test("a damaged or shortened file says so and unpacks nothing", async () => {
  await using bed = await setUp();
  const bytes = await Deno.readFile(bed.cold.path);
  const flipped = bytes.slice();
  flipped[bytes.length >> 1] = (flipped[bytes.length >> 1] ?? 0) ^ 1;
  const path = `${bed.folder}/smartbike`;
  for (const broken of [flipped, bytes.subarray(0, bytes.length - 1)]) {
    await Deno.writeFile(path, broken, { mode: 0o755 });
    const { code, out, error } = await run({ ...bed.cold, path });
    assert.deepEqual([code, out], [1, ""]);
    assert.match(error, /^smartbike: ".*" is damaged: copy it again\n$/);
    await assert.rejects(Deno.stat(bed.cold.cache), Deno.errors.NotFound);
  }
});

Deno.test("a cache that a power cut has emptied is filled again", async () => {
  await using bed = await setUp();
  assert.equal((await run(bed.warm)).code, 0);
  for await (const { name } of Deno.readDir(bed.warm.cache)) {
    await Deno.mkdir(`${bed.cold.cache}/${name}`, { recursive: true });
    for await (const file of Deno.readDir(`${bed.warm.cache}/${name}`)) {
      await Deno.writeTextFile(`${bed.cold.cache}/${name}/${file.name}`, "");
    }
  }
  assert.deepEqual(await run(bed.cold), { code: 0, out: VALUE, error: "" });
});

Deno.test("an update with the same Deno unpacks the program alone", async () => {
  await using bed = await setUp();
  assert.equal((await run(bed.warm)).code, 0);
  const folders = (await Array.fromAsync(Deno.readDir(bed.warm.cache)))
    .map(({ name }) => name);
  const runtime = folders.find((name) => name.startsWith("deno-"));
  const [from, to] = [bed.warm, bed.cold].map(({ cache }) =>
    `${cache}/${runtime}/smartbike`
  );
  assert(from && to);
  await Deno.mkdir(to.replace(/[^/]*$/, ""), { recursive: true });
  await Deno.link(from, to);
  assert.deepEqual(await run(bed.cold), { code: 0, out: VALUE, error: "" });
  assert.equal((await Deno.stat(to)).ino, (await Deno.stat(from)).ino);
  assert.deepEqual(await namesIn(bed.cold.cache), WHOLE_CACHE);
});

Deno.test("a cache that cannot be written to is passed over for the next", async () => {
  await using bed = await setUp();
  const file = `${bed.folder}/file`;
  await Deno.writeTextFile(file, "");
  const result = await run(bed.cold, FRAME, {
    SMARTBIKE_CACHE: `${file}/cache`,
    CACHE_DIRECTORY: "/proc/nowhere",
    XDG_CACHE_HOME: bed.folder,
  });
  assert.deepEqual(result, { code: 0, out: VALUE, error: "" });
  assert.deepEqual(await namesIn(`${bed.folder}/smartbike`), WHOLE_CACHE);
});

Deno.test("without a home it is unpacked in /var/tmp", async () => {
  await using bed = await setUp();
  const { uid } = await Deno.stat(bed.folder);
  const cache = `/var/tmp/smartbike-${uid}`;
  const wasThere = await exists(cache);
  const result = await run(bed.cold, FRAME, { SMARTBIKE_CACHE: "", HOME: "" });
  assert.deepEqual(result, { code: 0, out: VALUE, error: "" });
  assert.ok(await exists(cache));
  if (!wasThere) await Deno.remove(cache, { recursive: true });
});

Deno.test("where there is no room it says what to do, and leaves nothing", async () => {
  await using bed = await setUp();
  const user = `nobody-${crypto.randomUUID()}`;
  for (const [name, line] of [["gzip", "exit 1"], ["id", `echo ${user}`]]) {
    const path = `${bed.folder}/${name}`;
    await Deno.writeTextFile(path, `#!/bin/sh\n${line}\n`, { mode: 0o755 });
  }
  const { code, out, error } = await run(bed.cold, FRAME, {
    HOME: bed.folder,
    TMPDIR: bed.folder,
    PATH: `${bed.folder}:${Deno.env.get("PATH")}`,
  });
  assert.deepEqual([code, out], [1, ""]);
  assert.match(error, /Cannot unpack: .*SMARTBIKE_CACHE/);
  assert.deepEqual(await namesIn(bed.cold.cache), []);
  await Deno.remove(`/var/tmp/smartbike-${user}`);
});

Deno.test("it is found through a link, through PATH and from another folder", async () => {
  await using bed = await setUp();
  const link = `${bed.folder}/smartbike`;
  await Deno.symlink(bed.cold.path, link);
  const env = {
    SMARTBIKE_CACHE: bed.cold.cache,
    PATH: `${bed.folder}:${Deno.env.get("PATH")}`,
  };
  const commands = [
    ["sh", "-c", `exec smartbike ${FRAME.join(" ")}`],
    ["sh", "-c", `cd '${bed.folder}' && exec ./smartbike ${FRAME.join(" ")}`],
    ["sh", "-c", `cd '${bed.folder}' && exec sh smartbike ${FRAME.join(" ")}`],
  ];
  for (const command of commands) {
    await using program = new ProgramProcess(command, { env });
    assert.deepEqual(await program.result, { code: 0, out: VALUE, error: "" });
  }
  assert.deepEqual(await namesIn(bed.cold.cache), WHOLE_CACHE);
});
