/**
 * Which cache a self-extracting executable runs from, and what it mends there.
 *
 * @module
 */
import assert from "node:assert/strict";
import { ProgramProcess } from "../support/cli.ts";
import {
  copyCache,
  exists,
  FRAME,
  namesIn,
  run,
  setUp,
  shell,
  VALUE,
  WHOLE_CACHE,
} from "./portable_bed.ts";

Deno.test("a cache that a power cut has emptied is filled again", async () => {
  await using bed = await setUp();
  assert.equal((await run(bed.warm)).code, 0);
  for (const path of await filesIn(bed.warm.cache)) {
    const copy = path.replace(bed.warm.cache, bed.cold.cache);
    await Deno.mkdir(copy.replace(/[^/]*$/, ""), { recursive: true });
    await Deno.writeTextFile(copy, "");
  }
  assert.deepEqual(await run(bed.cold), { code: 0, out: VALUE, error: "" });
});

/** Deno and the program in a cache that is unpacked already. */
async function filesIn(cache: string): Promise<readonly string[]> {
  const found = await Array.fromAsync(Deno.readDir(cache));
  return found.map(({ name }) => name)
    .filter((name) => /-[0-9a-f]{16}$/.test(name)).sort()
    .map((name) =>
      `${cache}/${name}/smartbike${name.startsWith("deno") ? "" : ".mjs"}`
    );
}

Deno.test("a file of the cache that holds something else, of the same size, is replaced", async () => {
  await using bed = await setUp();
  await copyCache(bed.warm, bed.cold);
  for (const path of await filesIn(bed.cold.cache)) {
    const bytes = await Deno.readFile(path);
    const broken = bytes.slice();
    broken[bytes.length >> 1] = (broken[bytes.length >> 1] ?? 0) ^ 1;
    await Deno.remove(path);
    await Deno.writeFile(path, broken, { mode: 0o755 });
    assert.deepEqual(await run(bed.cold), { code: 0, out: VALUE, error: "" });
    assert.deepEqual(await Deno.readFile(path), bytes);
  }
});

Deno.test("code of others in every folder above the cache and in the current one is not run", async () => {
  await using bed = await setUp();
  const cache = `${bed.folder}/a/b/cache`;
  await copyCache(bed.warm, { ...bed.cold, cache });
  const traces = `${bed.folder}/traces`;
  const foreign = `require("node:fs").appendFileSync("${traces}", "ran");`;
  for (const above of ["", "/a", "/a/b", "/a/b/cache"]) {
    for (const name of ["supports-color", "bufferutil", "utf-8-validate"]) {
      const home = `${bed.folder}${above}/node_modules/${name}`;
      await Deno.mkdir(home, { recursive: true });
      await Deno.writeTextFile(`${home}/index.js`, foreign);
    }
    for (const name of ["package.json", "deno.json", ".npmrc"]) {
      await Deno.writeTextFile(`${bed.folder}${above}/${name}`, "{{ broken");
    }
  }
  const command = ["sh", "-c", `cd '${cache}' && exec "$@"`, "", bed.cold.path];
  const broker = ["broker", "--listen", "127.0.0.1:0"];
  const env = { SMARTBIKE_CACHE: cache, DEBUG: "*" };
  await using program = new ProgramProcess([...command, ...broker], { env });
  await program.seen(/listening/);
  const url = /mqtt:\S+/.exec(program.out)?.[0] ?? "";
  await using client = new ProgramProcess(
    [...command, "client", "list", "--broker", url],
    { env },
  );
  assert.equal((await client.result).code, 0);
  program.kill("SIGTERM");
  assert.equal((await program.result).code, 0);
  assert.ok(!await exists(traces));
});

/** What another user could have done to a cache: the mode of one of its folders. */
const OPEN_TO_OTHERS: readonly (readonly [string, string, number])[] = [
  ["the cache", "/cache", 0o777],
  ["the cache, sticky", "/cache", 0o1777],
  ["the folder of Deno", "/cache/deno-*", 0o757],
  ["what Deno keeps", "/cache/deno", 0o777],
  ["the folder above the cache", "", 0o777],
];

for (const [what, place, mode] of OPEN_TO_OTHERS) {
  Deno.test(`where others may write ${what}, another cache is taken`, async () => {
    await using bed = await setUp();
    await copyCache(bed.warm, bed.cold);
    await shell(`chmod ${mode.toString(8)} '${bed.folder}'${place}`);
    const home = await Deno.makeTempDir({ prefix: "smartbike-home-" });
    await Deno.symlink(bed.warm.cache, `${home}/smartbike`);
    const result = await run(bed.cold, FRAME, { XDG_CACHE_HOME: home });
    assert.deepEqual(result, { code: 0, out: VALUE, error: "" });
    // Deno would have kept something in the cache that it ran from.
    const kept = await Array.fromAsync(Deno.readDir(`${bed.cold.cache}/deno`));
    assert.deepEqual(kept, []);
    await Deno.remove(home, { recursive: true });
  });
}

Deno.test("a file of the cache that others may write is replaced", async () => {
  await using bed = await setUp();
  assert.equal((await run(bed.cold)).code, 0);
  for (const path of await filesIn(bed.cold.cache)) {
    await Deno.chmod(path, 0o757);
    const { ino } = await Deno.stat(path);
    assert.deepEqual(await run(bed.cold), { code: 0, out: VALUE, error: "" });
    const now = await Deno.stat(path);
    assert.equal((now.mode ?? 0) & 0o777, 0o755);
    assert.notEqual(now.ino, ino);
  }
});

Deno.test("what lies in the folder of the cache is left alone, whatever its name and age", async () => {
  await using bed = await setUp();
  const cache = bed.cold.cache;
  await copyCache(bed.warm, bed.cold);
  for (const path of await filesIn(cache)) {
    if (path.endsWith(".mjs")) await Deno.remove(path);
  }
  const kept = ["new-photos", ".smartbike-unpacking-my-photos"];
  for (const name of [...kept, ".smartbike-unpacking-AAAAAA"]) {
    await Deno.mkdir(`${cache}/${name}`);
    await Deno.writeTextFile(`${cache}/${name}/smartbike`, "x");
  }
  await Deno.writeTextFile(`${cache}/new-photos/a.jpg`, "x");
  for (const { name } of await Array.fromAsync(Deno.readDir(cache))) {
    await Deno.utime(`${cache}/${name}`, 1, 1);
  }
  assert.equal((await run(bed.cold)).code, 0);
  assert.deepEqual(
    await namesIn(cache),
    [...kept, ...WHOLE_CACHE].sort(),
  );
  assert.ok(await exists(`${cache}/new-photos/a.jpg`));
});

Deno.test("where every file is made for all to write, the cache is not, and serves again", async () => {
  await using bed = await setUp();
  const { path, cache } = bed.cold;
  await Deno.mkdir(cache, { mode: 0o700 });
  for (let start = 0; start < 2; start++) {
    await using program = new ProgramProcess(
      ["sh", "-c", `umask 000; exec '${path}' ${FRAME.join(" ")}`],
      { env: { SMARTBIKE_CACHE: cache, HOME: bed.folder } },
    );
    assert.deepEqual(await program.result, { code: 0, out: VALUE, error: "" });
  }
  assert.deepEqual(await namesIn(cache), WHOLE_CACHE);
  const { mode } = await Deno.stat(`${cache}/deno`);
  assert.equal((mode ?? 0) & 0o777, 0o700);
  assert.ok(!await exists(`${bed.folder}/.cache`));
});

for (
  const [what, make] of [
    ["a pipe", "mkfifo"],
    ["a folder", "mkdir"],
    ["empty", "touch"],
    ["a link", "ln -s /dev/zero"],
    ["without end", "truncate -s 64K"],
  ] as const
) {
  Deno.test(`where the note of what was compared is ${what}, the program starts`, async () => {
    await using bed = await setUp();
    await copyCache(bed.warm, bed.cold);
    await shell(
      `cd '${bed.cold.cache}'/program-* && rm -f compared && ${make} compared`,
    );
    assert.deepEqual(await run(bed.cold), { code: 0, out: VALUE, error: "" });
  });
}

Deno.test("what was compared holds in each language", async () => {
  await using bed = await setUp();
  assert.equal((await run(bed.warm)).code, 0);
  const programs = {
    stat:
      `PATH=\${PATH#*:} stat "$@" | { [ "$LC_ALL" = C ] && cat || tr . ,; }`,
    sha256sum: "exit 1",
  };
  for (const [name, line] of Object.entries(programs)) {
    const path = `${bed.folder}/${name}`;
    await Deno.writeTextFile(path, `#!/bin/sh\n${line}\n`, { mode: 0o755 });
  }
  const PATH = `${bed.folder}:${Deno.env.get("PATH")}`;
  const result = await run(bed.warm, FRAME, { PATH, LC_ALL: "de_DE.UTF-8" });
  assert.deepEqual(result, { code: 0, out: VALUE, error: "" });
});

Deno.test("a cache whose path begins with two slashes is taken, also by bash", async () => {
  await using bed = await setUp();
  const { path, cache } = bed.cold;
  for (const shell of ["sh", "bash"]) {
    await using program = new ProgramProcess([shell, path, ...FRAME], {
      env: { SMARTBIKE_CACHE: `/${cache}`, HOME: bed.folder },
    });
    assert.deepEqual(await program.result, { code: 0, out: VALUE, error: "" });
  }
  assert.deepEqual(await namesIn(cache), WHOLE_CACHE);
  assert.ok(!await exists(`${bed.folder}/.cache`));
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
