import assert from "node:assert/strict";
import { runCli } from "#lib/cli/run_cli.ts";
import { SqliteRideStore } from "#lib/ride/sqlite_store.ts";
import { FakeCliIo } from "../../../fakes/fake_cli_io.ts";
import { compose } from "../../../fakes/test_bed.ts";
import { madeUpRide } from "../../ride/ride_samples.ts";

const ID = "000001-20261130T060000Z";

/** A store of one ride, and the program that uses it. */
async function withRide(
  work: (
    run: (...args: string[]) => Promise<{ code: number; io: FakeCliIo }>,
  ) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "smartbike-rides-" });
  const path = `${folder}/rides.db`;
  {
    await using store = new SqliteRideStore(path);
    await store.append(madeUpRide({ seconds: 120 }));
  }
  const io = new FakeCliIo();
  try {
    await work(async (...args) => {
      io.out = "";
      io.error = "";
      const code = await runCli(["rides", ...args, "--db", path], compose(io));
      return { code, io };
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("rides list prints each ride with its way and power", () =>
  withRide(async (run) => {
    const { code, io } = await run("list");
    assert.equal(code, 0);
    assert.match(io.out, /^RIDE +BIKE +START/);
    assert.match(
      io.out,
      /000001-20261130T060000Z +000001 +2026-11-30 06:00 +2:00 +0\.9\d km +210 W +not ended/,
    );
  }));

Deno.test("rides show names figures, and the formulas behind them", () =>
  withRide(async (run) => {
    const { io } = await run("show", "last", "--ftp", "250");
    assert.match(io.out, /^stress +\d+ TSS$/m);
    assert.match(io.out, /^zone 7 /m);
    assert.match(io.out, /^normalized power: Coggan: 30 s moving mean/m);
    assert.match(io.out, /^pauses: /m);
  }));

Deno.test("rides show --json gives the figures as numbers", () =>
  withRide(async (run) => {
    const { io } = await run("show", ID, "--json");
    const { id, summary } = JSON.parse(io.out);
    assert.equal(id, ID);
    assert.equal(summary.recordedSeconds, 120);
  }));

Deno.test("rides export writes each format, and what it wrote as JSON can be imported", () =>
  withRide(async (run) => {
    assert.match((await run("export", ID, "--format", "csv")).io.out, /^time,/);
    assert.match(
      (await run("export", ID, "--format", "tcx")).io.out,
      /^<\?xml/,
    );
    assert.match((await run("export", ID, "--format", "svg")).io.out, /^<svg/);
    const { io } = await run("export", "last");
    assert.match(await io.readTextFile(`${ID}.fit`), /\.FIT/);
    await run("export", ID, "--format", "json", "--out", "ride.json");
    const again = await run("import", "ride.json", "--bike", "home");
    assert.equal(again.io.out, "home-20261130T060000Z\n");
    const twice = await run("import", "ride.json", "--bike", "home");
    assert.equal(twice.code, 0);
    assert.match(twice.io.error, /is there already/);
  }));

for (
  const [path, begins] of [
    ["r.tcx", "<?xml"],
    ["r.CSV", "time,"],
    ["r.svg", "<svg"],
    ["r.json", "{"],
  ] as const
) {
  Deno.test(`rides export --out ${path} writes the format that its ending names`, () =>
    withRide(async (run) => {
      const { code, io } = await run("export", "last", "--out", path);
      assert.equal(code, 0, io.error);
      assert.ok((await io.readTextFile(path)).startsWith(begins));
    }));
}

Deno.test("rides export writes FIT where --out has no ending, and as --format says where it has another one", () =>
  withRide(async (run) => {
    const { io } = await run("export", "last", "--out", "ride");
    assert.match(await io.readTextFile("ride"), /^.{8}\.FIT/s);
    await run("export", "last", "--out", "ride.xml", "--format", "tcx");
    assert.match(await io.readTextFile("ride.xml"), /^<\?xml/);
  }));

Deno.test("rides export refuses an ending that is no format, and one that is not that of --format", () =>
  withRide(async (run) => {
    const other = await run("export", "last", "--out", "r.gpx");
    assert.equal(other.code, 2);
    assert.match(
      other.io.error,
      /--out "r\.gpx": it ends in \.gpx, expected \.fit, \.tcx, \.csv, \.json, \.svg, or --format$/m,
    );
    const both = await run(
      "export",
      "last",
      "--out",
      "r.tcx",
      "--format",
      "csv",
    );
    assert.equal(both.code, 2);
    assert.match(
      both.io.error,
      /"r\.tcx": it ends in \.tcx, expected \.csv, as --format says$/m,
    );
  }));

Deno.test("rides export says of a file that it may not write that access is denied", () =>
  withRide(async (run) => {
    const { io } = await run("list");
    io.writeBytes = () =>
      Promise.reject(
        new Deno.errors.PermissionDenied("Permission denied (os error 13)"),
      );
    const { code } = await run("export", "last", "--out", "/root/r.fit");
    assert.equal(code, 2);
    assert.match(
      io.error,
      /Cannot write --out "\/root\/r\.fit": access is denied$/m,
    );
  }));

Deno.test("rides delete last takes the newest ride away", () =>
  withRide(async (run) => {
    assert.equal((await run("delete", "last")).io.out, `${ID}\n`);
    assert.match((await run("list")).io.error, /no ride is recorded/);
  }));

for (const verb of ["show", "export", "delete"]) {
  Deno.test(`rides ${verb} says which word is missing, and of last that no ride is recorded`, () =>
    withRide(async (run) => {
      const { code, io } = await run(verb);
      assert.equal(code, 2);
      assert.match(
        io.error,
        /: RIDE is missing, expected the id of one ride, or last$/m,
      );
      await run("delete", ID);
      assert.equal((await run(verb, "last")).code, 2);
      assert.match(io.error, /Cannot use "last": no ride is recorded/);
    }));
}

Deno.test("rides delete takes a ride away, and refuses one that is not there", () =>
  withRide(async (run) => {
    assert.equal((await run("delete", ID)).io.out, `${ID}\n`);
    const { code, io } = await run("delete", ID);
    assert.equal(code, 2);
    assert.match(io.error, /Cannot find ride/);
    assert.match((await run("list")).io.error, /no ride is recorded/);
  }));

Deno.test("rides refuses a password in an address", async () => {
  const io = new FakeCliIo();
  const args = ["rides", "--db", "postgres://rider:pedal@127.0.0.1/rides"];
  assert.equal(await runCli(args, compose(io)), 2);
  assert.match(io.error, /put it into PGPASSWORD/);
  assert.doesNotMatch(io.error, /pedal/);
});

Deno.test("rides refuses a file that is no ride, and a format that is none", () =>
  withRide(async (run) => {
    assert.match(
      (await run("import", "none.fit")).io.error,
      /Cannot read "none\.fit": there is no such file/,
    );
    assert.equal((await run("export", "last", "--format", "gpx")).code, 2);
  }));
