import assert from "node:assert/strict";
import { EventHook } from "#lib/base/event_hook.ts";
import { ReportBacklog } from "#lib/ride/report_backlog.ts";
import {
  type ForwardingEndpoint,
  StoreAndForward,
} from "#lib/ride/store_and_forward.ts";
import { SqliteDatabase } from "#lib/ride/sqlite_database.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";

/** A connection that comes and goes. */
class FakeEndpoint implements ForwardingEndpoint {
  connected = false;
  readonly onConnected = new EventHook<[info: unknown]>("connected");
  readonly published: string[] = [];
  /** After so many more messages the connection breaks. */
  breaksAfter = Infinity;

  connect(): void {
    this.connected = true;
    this.breaksAfter = Infinity;
    this.onConnected.fire({});
  }

  publish(_topic: string, payload: string): Promise<void> {
    if (this.breaksAfter-- <= 0) {
      this.connected = false;
      return Promise.reject(new TypeError("broken"));
    }
    this.published.push(payload);
    return Promise.resolve();
  }
}

async function withFile(work: (path: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "smartbike-backlog-" });
  try {
    await work(`${folder}/reports.db`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const TOPIC = "bike/000001/power/history";
const MAX = 1_000_000;

Deno.test("reports that were kept go out in their order when the broker is back", () =>
  withFile(async (path) => {
    const clock = new FakeClock();
    const endpoint = new FakeEndpoint();
    await using kept = new StoreAndForward(
      new ReportBacklog({ path, maxBytes: MAX }),
      endpoint,
      { clock },
    );
    for (let i = 0; i < 200; i++) kept.keep(TOPIC, String(i));
    await clock.advance(1000);
    assert.equal(kept.state.waiting, 200);
    endpoint.connect();
    await clock.advance(0);
    await clock.advance(100);
    assert.deepEqual(
      endpoint.published,
      Array.from({ length: 200 }, (_, i) => String(i)),
    );
    assert.equal(kept.state.waiting, 0);
  }));

Deno.test("what was not published when the connection breaks stays, and nothing is missing", () =>
  withFile(async (path) => {
    const clock = new FakeClock();
    const endpoint = new FakeEndpoint();
    await using kept = new StoreAndForward(
      new ReportBacklog({ path, maxBytes: MAX }),
      endpoint,
      { clock },
    );
    for (let i = 0; i < 200; i++) kept.keep(TOPIC, String(i));
    endpoint.connected = true;
    endpoint.breaksAfter = 75;
    endpoint.onConnected.fire({});
    await clock.advance(100);
    assert.equal(kept.state.waiting, 150);
    endpoint.connect();
    await clock.advance(100);
    assert.equal(new Set(endpoint.published).size, 200);
    assert.equal(kept.state.waiting, 0);
  }));

Deno.test("reports are there again when the program starts anew", () =>
  withFile(async (path) => {
    const clock = new FakeClock();
    const away = new FakeEndpoint();
    {
      await using kept = new StoreAndForward(
        new ReportBacklog({ path, maxBytes: MAX }),
        away,
        { clock },
      );
      kept.keep(TOPIC, "before");
    }
    const endpoint = new FakeEndpoint();
    endpoint.connected = true;
    await using _kept = new StoreAndForward(
      new ReportBacklog({ path, maxBytes: MAX }),
      endpoint,
      { clock },
    );
    await clock.advance(100);
    assert.deepEqual(endpoint.published, ["before"]);
  }));

Deno.test("a backlog keeps to its size, and counts what it drops", () =>
  withFile((path) => {
    using backlog = new ReportBacklog({ path, maxBytes: 20_000 });
    for (let i = 0; i < 1000; i++) {
      backlog.put(TOPIC, `${i}`.padStart(100, "0"));
    }
    backlog.commit();
    const { size, dropped } = backlog;
    assert.equal(size + dropped, 1000);
    assert.ok(size <= 110, String(size));
    assert.equal(Number(backlog.oldest(1)[0]?.payload), dropped);
    return Promise.resolve();
  }));

Deno.test("a file that cannot be written is noted, and ends nothing; later reports are kept again", () =>
  withFile((path) => {
    using backlog = new ReportBacklog({ path, maxBytes: MAX });
    // Another program that holds the file stands for a disk that is full.
    const filler = new SqliteDatabase(path, {
      applicationId: 0x7362424c,
      schema: "",
    });
    filler.run("BEGIN IMMEDIATE");
    backlog.put(TOPIC, "lost");
    backlog.commit();
    assert.equal(backlog.trouble?.code, "store");
    filler.run("ROLLBACK");
    filler[Symbol.dispose]();
    backlog.put(TOPIC, "kept");
    backlog.commit();
    assert.equal(backlog.trouble, undefined);
    assert.deepEqual(backlog.oldest(9).map(({ payload }) => payload), ["kept"]);
    return Promise.resolve();
  }));

/** How often the writer is killed: more with SMARTBIKE_KILLS. */
const KILLS = Number(Deno.env.get("SMARTBIKE_KILLS") ?? 8);

Deno.test("a backlog whose program is killed at any instant opens whole, in its order", () =>
  withFile(async (path) => {
    const writer = `
      import { ReportBacklog } from "#lib/ride/report_backlog.ts";
      const backlog = new ReportBacklog({ path: ${
      JSON.stringify(path)
    }, maxBytes: 200_000 });
      for (let i = Number(Deno.args[0]); ; i++) {
        backlog.put("t", String(i));
        if (i % 10 === 0) { backlog.commit(); console.log(i); }
      }`;
    const script = `${path}.ts`;
    const root = new URL("../../../", import.meta.url);
    await Deno.writeTextFile(
      script,
      writer.replaceAll("#lib/", new URL("lib/", root).href),
    );
    let next = 0;
    for (let kill = 0; kill < KILLS; kill++) {
      const child = new Deno.Command(Deno.execPath(), {
        args: [
          "run",
          "--no-check",
          "--quiet",
          "-A",
          "--config",
          new URL("deno.json", root).pathname,
          script,
          String(next),
        ],
        stdout: "piped",
        stderr: "inherit",
      }).spawn();
      let committed = next;
      let lines = 0;
      for await (
        const text of child.stdout.pipeThrough(new TextDecoderStream())
      ) {
        const numbers = text.trim().split("\n").map(Number);
        committed = numbers.at(-1) ?? committed;
        // Not every time at the same place.
        if (++lines === 3 + kill * 7 % 20) child.kill("SIGKILL");
      }
      await child.status;
      using backlog = new ReportBacklog({ path, maxBytes: 200_000 });
      const numbers = backlog.oldest(100_000).map(({ payload }) =>
        Number(payload)
      );
      const first = numbers[0] ?? 0;
      assert.deepEqual(
        numbers,
        numbers.map((_, i) => first + i),
        `kill ${kill}`,
      );
      assert.ok((numbers.at(-1) ?? -1) >= committed - 10, `kill ${kill}`);
      next = (numbers.at(-1) ?? -1) + 1;
    }
    assert.ok(next > 0);
  }));
