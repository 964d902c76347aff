/**
 * How a self-extracting executable unpacks itself and passes on what it is given.
 *
 * @module
 */
import assert from "node:assert/strict";
import { startExecutable } from "../support/executable.ts";
import { ProgramProcess } from "../support/cli.ts";
import { requireProgram, testWith } from "../support/requires.ts";
import {
  exists,
  FRAME,
  namesIn,
  run,
  setUp,
  VALUE,
  WHOLE_CACHE,
} from "./portable_bed.ts";

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
