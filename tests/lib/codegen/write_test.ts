import assert from "node:assert/strict";
import { generateFiles } from "#lib/codegen/generate.ts";
import {
  compareFiles,
  type FileStore,
  writeFiles,
} from "#lib/codegen/write.ts";
import { ConfigError } from "#lib/base/errors.ts";
import { checkIdl } from "../idl/files.ts";

const LAMP = "module demo 1.0 interface Lamp { on: bool }";

/** Files in memory, and which of them were written. */
class MemoryStore implements FileStore {
  readonly files = new Map<string, string>();
  readonly written: string[] = [];

  read(path: string): Promise<string | undefined> {
    return Promise.resolve(this.files.get(path));
  }

  write(path: string, text: string): Promise<void> {
    this.files.set(path, text);
    this.written.push(path);
    return Promise.resolve();
  }
}

function filesOf(idl: string) {
  return generateFiles(checkIdl(idl).modules);
}

async function storeWith(idl: string): Promise<MemoryStore> {
  const store = new MemoryStore();
  await writeFiles(filesOf(idl), store);
  store.written.length = 0;
  return store;
}

Deno.test("writeFiles writes every file into an empty folder", async () => {
  const store = new MemoryStore();
  const reports = await writeFiles(filesOf(LAMP), store);
  assert.deepEqual(store.written, reports.map(({ file }) => file.path));
  assert.ok(reports.every(({ state }) => state === "missing"));
});

Deno.test("writeFiles writes nothing where all is up to date", async () => {
  const store = await storeWith(LAMP);
  const reports = await writeFiles(filesOf(LAMP), store);
  assert.deepEqual(store.written, []);
  assert.deepEqual(
    new Set(reports.map(({ state }) => state)),
    new Set(["fresh", "kept"]),
  );
});

Deno.test("writeFiles keeps a starter that its user has changed", async () => {
  const store = await storeWith(LAMP);
  store.files.set("demo/lamp.ts", "// mine\n");
  await writeFiles(filesOf(LAMP.replace("on", "off")), store);
  assert.equal(store.files.get("demo/lamp.ts"), "// mine\n");
  assert.match(store.files.get("demo/api.gen.ts") ?? "", /getOff/);
});

Deno.test("writeFiles refuses to overwrite what was not generated, and writes nothing then", async () => {
  const store = new MemoryStore();
  store.files.set("demo/mod.gen.ts", "export const mine = 1;\n");
  await assert.rejects(writeFiles(filesOf(LAMP), store), ConfigError);
  assert.deepEqual(store.written, []);
});

Deno.test("compareFiles reports which files are stale and writes nothing", async () => {
  const store = await storeWith(LAMP);
  const reports = await compareFiles(filesOf(`${LAMP} enum E { a }`), store);
  assert.deepEqual(
    reports.filter(({ state }) => state === "stale").map(({ file }) =>
      file.path
    ),
    ["demo/api.gen.ts", "demo/definition.gen.ts"],
  );
  assert.deepEqual(store.written, []);
});

Deno.test("compareFiles takes line ends of Windows as the same", async () => {
  const store = await storeWith(LAMP);
  for (const [path, text] of store.files) {
    store.files.set(path, text.replaceAll("\n", "\r\n"));
  }
  const reports = await compareFiles(filesOf(LAMP), store);
  assert.ok(
    reports.every(({ state }) => state === "fresh" || state === "kept"),
  );
});
