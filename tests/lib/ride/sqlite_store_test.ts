import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { SqliteRideStore } from "#lib/ride/sqlite_store.ts";
import { STORE_CONTRACT } from "./store_contract.ts";
import { madeUpRide } from "./ride_samples.ts";

/** Works with the path of a file that is not there yet. */
async function withFile(work: (path: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "smartbike-rides-" });
  try {
    await work(`${folder}/rides.db`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

for (const [name, contract] of Object.entries(STORE_CONTRACT)) {
  Deno.test(`a store in SQLite ${name}`, () =>
    withFile((path) =>
      contract({ open: () => Promise.resolve(new SqliteRideStore(path)) })
    ));
}

Deno.test("a database of another program is left alone", () =>
  withFile((path) => {
    const foreign = new DatabaseSync(path);
    foreign.exec("CREATE TABLE notes (text TEXT)");
    foreign.close();
    assert.throws(() => new SqliteRideStore(path), {
      code: "store",
      reason: "foreign",
    });
    return Promise.resolve();
  }));

Deno.test("a file that is no database is left alone", () =>
  withFile(async (path) => {
    await Deno.writeTextFile(path, "my notes, ".repeat(100));
    assert.throws(() => new SqliteRideStore(path), {
      code: "store",
      reason: "foreign",
    });
    assert.match(await Deno.readTextFile(path), /^my notes/);
  }));

Deno.test("a folder that is not there is refused with its path", () =>
  withFile((path) => {
    assert.throws(() => new SqliteRideStore(`${path}/none/rides.db`), {
      code: "store",
      reason: "denied",
      message: /none\/rides\.db/,
    });
    return Promise.resolve();
  }));

Deno.test("a store that was closed holds what was stored", () =>
  withFile(async (path) => {
    {
      await using store = new SqliteRideStore(path);
      await store.append(madeUpRide());
    }
    await using store = new SqliteRideStore(path);
    assert.equal((await store.rides()).length, 1);
  }));
