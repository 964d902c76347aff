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
import { requireProgram, testWith } from "../support/requires.ts";

const FRAME = ["decode", "2a37", "0048"] as const;
const VALUE = '{"contactSupported":false,"heartRateBpm":72}\n';

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

async function shell(script: string): Promise<void> {
  await using process = new ProgramProcess(["sh", "-c", script], {});
  assert.equal((await process.result).code, 0);
}

/** Gives an executable the files of another one's cache, with an empty folder for what Deno keeps. */
async function copyCache(from: Executable, to: Executable): Promise<void> {
  assert.equal((await run(from)).code, 0);
  await shell(
    `umask 077; mkdir -p '${to.cache}/deno' && cd '${from.cache}' &&
    cp -al deno-* program-* '${to.cache}' && chmod 755 '${to.cache}'/*`,
  );
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

Deno.test("a later start compares no contents again", async () => {
  await using bed = await setUp();
  assert.equal((await run(bed.warm)).code, 0);
  const log = `${bed.folder}/log`;
  await Deno.writeTextFile(
    `${bed.folder}/sha256sum`,
    `#!/bin/sh\necho called >>'${log}'\nexit 1\n`,
    { mode: 0o755 },
  );
  const PATH = `${bed.folder}:${Deno.env.get("PATH")}`;
  assert.deepEqual(await run(bed.warm, FRAME, { PATH }), {
    code: 0,
    out: VALUE,
    error: "",
  });
  assert.ok(!await exists(log));
});

testWith(
  { programs: ["socat"] },
  "on a terminal the first start says at once that it unpacks, and how far it is",
  async () => {
    await using bed = await setUp();
    const command = `${bed.cold.path} ${FRAME.join(" ")}`;
    const env = { SMARTBIKE_CACHE: bed.cold.cache };
    await using program = new ProgramProcess(
      [requireProgram("socat"), "-u", `EXEC:'${command}',pty,stderr`, "-"],
      { env },
    );
    await program.seen(/^smartbike: the first start unpacks \d+ MB/);
    await program.seen(/\rsmartbike: \d+ of \d+ MB/);
    await program.seen(/"heartRateBpm":72/);
  },
);

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
  // An earlier start may have unpacked in /var/tmp.
  const stat = "case $PWD in /var/tmp/*) exit 1 ;; esac; PATH=${PATH#*:}";
  const programs = { gzip: "exit 1", stat: `${stat} exec stat "$@"` };
  for (const [name, line] of Object.entries(programs)) {
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
  assert.ok(!await exists(bed.cold.cache));
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
