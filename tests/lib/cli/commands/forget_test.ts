import assert from "node:assert/strict";
import { runCli } from "#lib/cli/run_cli.ts";
import { FakeCliIo } from "../../../fakes/fake_cli_io.ts";
import { compose } from "../../../fakes/test_bed.ts";

const PATH = "/home/pi/.local/state/smartbike/devices.json";

const device = (bike: string, device: string, driver: string, at: number) => ({
  bike,
  device,
  driver,
  address: `EC:B2:8A:26:85:0${at}`,
  name: at === 3 ? "" : `TICKR ${at}`,
});

const REMEMBERED = JSON.stringify({
  version: 1,
  devices: [
    device("000001", "heart-rate", "heart-rate", 1),
    device("000001", "heart-rate-2", "heart-rate", 2),
    device("000001", "chest", "generic", 3),
    device("000002", "heart-rate", "heart-rate", 4),
  ],
});

async function forget(
  args: readonly string[],
  files: Readonly<Record<string, string>> = { [PATH]: REMEMBERED },
) {
  const io = new FakeCliIo({ env: { HOME: "/home/pi" }, files });
  const code = await runCli(["forget", ...args], compose(io));
  const left = async (path = PATH): Promise<readonly string[]> => {
    const { devices }: { devices: { bike: string; device: string }[] } = JSON
      .parse(await io.readTextFile(path));
    return devices.map(({ bike, device }) => `${bike} ${device}`);
  };
  return { code, out: io.out, error: io.error, left };
}

Deno.test("forget forgets all devices of all bikes, and lists them", async () => {
  const { code, out, left } = await forget([]);
  assert.equal(code, 0);
  assert.equal(
    out,
    `forgot heart-rate of bike 000001: EC:B2:8A:26:85:01 TICKR 1
forgot heart-rate-2 of bike 000001: EC:B2:8A:26:85:02 TICKR 2
forgot chest of bike 000001: EC:B2:8A:26:85:03
forgot heart-rate of bike 000002: EC:B2:8A:26:85:04 TICKR 4
`,
  );
  assert.deepEqual(await left(), []);
});

Deno.test("forget takes names of devices and of drivers, and a bike", async () => {
  const second = await forget(["heart-rate-2"]);
  assert.deepEqual(await second.left(), [
    "000001 heart-rate",
    "000001 chest",
    "000002 heart-rate",
  ]);
  const driver = await forget(["heart-rate", "--bike", "000001"]);
  assert.deepEqual(await driver.left(), [
    "000001 chest",
    "000002 heart-rate",
  ]);
});

Deno.test("forget --dry-run reports what is remembered, and changes nothing", async () => {
  const { out, left } = await forget(["generic", "--dry-run"]);
  assert.equal(
    out,
    "would forget chest of bike 000001: EC:B2:8A:26:85:03\n",
  );
  assert.equal((await left()).length, 4);
});

Deno.test("forget --state works on the folder of the service", async () => {
  const path = "/var/lib/smartbike/devices.json";
  const { left } = await forget(
    ["chest", "--state", "/var/lib/smartbike"],
    { [PATH]: REMEMBERED, [path]: REMEMBERED },
  );
  assert.equal((await left(path)).length, 3);
  assert.equal((await left()).length, 4);
});

Deno.test("forget says so where nothing is remembered, which is no error", async () => {
  for (const args of [[], ["fan"]]) {
    const { code, out, error } = await forget(args, {});
    assert.deepEqual([code, out], [0, ""]);
    assert.match(error, /no device is remembered/);
  }
});

Deno.test("forget refuses a name that is not remembered, with a near one", async () => {
  const { code, error } = await forget(["heart-rat"]);
  assert.equal(code, 2);
  assert.match(error, /no such device is remembered.*heart-rate/);
});

Deno.test("forget fails where the file cannot be read", async () => {
  const { code, error } = await forget([], { [PATH]: "?" });
  assert.equal(code, 2);
  assert.match(error, /Cannot use ".*devices.json": it is no JSON object/);
});
