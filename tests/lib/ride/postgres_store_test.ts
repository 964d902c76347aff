import assert from "node:assert/strict";
import { PostgresRideStore } from "#lib/ride/postgres_store.ts";
import { Recorder } from "#lib/ride/recorder.ts";
import { SqliteRideStore } from "#lib/ride/sqlite_store.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";
import { Postgres } from "../../support/postgres.ts";
import { testWith } from "../../support/requires.ts";
import { STORE_CONTRACT } from "./store_contract.ts";
import { madeUpRide, START_MS } from "./ride_samples.ts";

testWith({ programs: ["initdb"] }, "rides in PostgreSQL", async (t) => {
  await using server = await Postgres.start();
  const { password } = server;
  const open = () => PostgresRideStore.open(server.url, { password });
  const empty = async () => {
    await using store = await open();
    for (const { id } of await store.rides()) await store.delete(id);
  };
  for (const [name, contract] of Object.entries(STORE_CONTRACT)) {
    await t.step(`a store in PostgreSQL ${name}`, async () => {
      await contract({ open });
      await empty();
    });
  }

  await t.step("PostgreSQL and SQLite give the same ride", async () => {
    await using one = await open();
    await using other = new SqliteRideStore(":memory:");
    const samples = madeUpRide({ seconds: 300 });
    for (const store of [one, other]) {
      await store.append(samples.slice(600));
      await store.append(samples.slice(0, 700).toReversed());
    }
    const [ride] = await one.rides();
    assert.ok(ride);
    assert.deepEqual(await other.rides(), [ride]);
    assert.deepEqual(await one.samples(ride), await other.samples(ride));
    await empty();
  });

  await t.step("a wrong password is refused with the reason", async () => {
    await assert.rejects(
      PostgresRideStore.open(server.url, { password: "wrong" }),
      { code: "store", reason: "denied" },
    );
  });

  await t.step("a recorder goes on when the server was away", async () => {
    const clock = new FakeClock(START_MS);
    await using store = await open();
    await using recorder = new Recorder(store, { clock });
    const samples = madeUpRide();
    for (const sample of samples.slice(0, 100)) recorder.add(sample);
    await recorder.flush();
    await server.stop();
    for (const sample of samples.slice(100)) recorder.add(sample);
    await recorder.flush();
    assert.equal(recorder.trouble?.reason, "unreachable");
    await server.restart();
    await recorder.flush();
    assert.equal(recorder.trouble, undefined);
    assert.equal(recorder.counts.stored, samples.length);
  });

  await t.step("the address that is shown has no account", async () => {
    await using store = await open();
    assert.equal(store.place, `postgres://127.0.0.1:${server.port}/postgres`);
  });
});
