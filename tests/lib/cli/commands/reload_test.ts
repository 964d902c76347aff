import assert from "node:assert/strict";
import { runCli } from "#lib/cli/run_cli.ts";
import { FakeCliIo } from "../../../fakes/fake_cli_io.ts";
import { compose } from "../../../fakes/test_bed.ts";
import { BIKE, StartedBike } from "../started_bike.ts";

/** A folder for sockets, and what `smartbike reload` says there. */
class StateFolder implements AsyncDisposable {
  readonly path = Deno.makeTempDirSync();

  async reload(...args: readonly string[]) {
    const io = new FakeCliIo({ env: { STATE_DIRECTORY: this.path } });
    const code = await runCli(["reload", ...args], compose(io));
    return { code, out: io.out, error: io.error };
  }

  names(): string[] {
    return [...Deno.readDirSync(this.path)].map(({ name }) => name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.path, { recursive: true });
  }
}

const DEVICES = "devices: [{ driver: fan }]\n";

Deno.test("a second program of a bike on one machine is told so", async () => {
  await using folder = await new StateFolder();
  const env = { STATE_DIRECTORY: folder.path };
  await using _first = await new StartedBike(DEVICES, { env }).start();
  await using second = await new StartedBike(DEVICES, { env }).start();
  await second.io.seen(/Bike b7 already runs on this machine/);
  assert.equal((await folder.reload()).code, 0, "the first is still reached");
});

Deno.test("reload says what changed, what needs a restart, and which mistakes keep the old settings", async () => {
  await using folder = await new StateFolder();
  await using started = await new StartedBike(DEVICES, {
    env: { STATE_DIRECTORY: folder.path },
  }).start();
  const { io } = started;
  await io.seen(/fan is connected/);
  io.change(
    "smartbike.yaml",
    started.complete(`${DEVICES}limits: { fanPercent: { max: 50 } }
failSafe: { afterMs: 7000 }
bluetooth: { powerOn: true }
history: { maxBytes: 0 }
`),
  );
  const { code: changed, out } = await folder.reload("--bike", BIKE);
  assert.equal(changed, 0);
  assert.equal(
    out,
    `bike ${BIKE}: changed limits.fanPercent.max, failSafe.afterMs\nbike ${BIKE}: restart it for bluetooth.powerOn, history.maxBytes\n`,
  );
  io.change("smartbike.yaml", started.complete("bik: {}\n"));
  const { code, error } = await folder.reload();
  assert.equal(code, 2);
  assert.match(
    error,
    new RegExp(`^smartbike: Cannot reload bike "${BIKE}"`, "m"),
  );
  assert.match(error, /smartbike\.yaml:3:1: Cannot use "bik"/);
  await started.end();
  assert.deepEqual(folder.names(), []);
});

Deno.test("reload without a bike says how to start one, and does not wait for one that was killed", async () => {
  await using folder = await new StateFolder();
  const none = await folder.reload("--bike", "b9");
  assert.equal(none.code, 2);
  assert.match(none.error, /start one with "smartbike start"/);
  await Deno.writeTextFile(`${folder.path}/reload-b7.sock`, "");
  const dead = await folder.reload();
  assert.equal(dead.code, 2);
  assert.match(dead.error, /its program has ended, start it/);
  const other = await folder.reload("--bike", "b9");
  assert.match(
    other.error,
    /"b9": it does not run on this machine, expected b7/,
  );
});

Deno.test("a bike takes the place of one that was killed, and ends though somebody has connected and asks nothing", async () => {
  await using folder = await new StateFolder();
  const path = `${folder.path}/reload-${BIKE}.sock`;
  Deno.listen({ transport: "unix", path }).close();
  await using started = await new StartedBike(DEVICES, {
    env: { STATE_DIRECTORY: folder.path },
  }).start();
  await started.io.seen(/fan is connected/);
  using _silent = await Deno.connect({ transport: "unix", path });
  const { code, out } = await folder.reload();
  assert.deepEqual([code, out], [0, `bike ${BIKE}: changed nothing\n`]);
  assert.equal(await started.end(), 0);
});
