import assert from "node:assert/strict";
import { runCli } from "#lib/cli/run_cli.ts";
import { absentHardware } from "#lib/hardware/absent.ts";
import { FakePeripheral } from "#lib/simulator/fake_peripheral.ts";
import { SimulatedCentral } from "#lib/simulator/simulated_central.ts";
import { FakeCliIo } from "../../../fakes/fake_cli_io.ts";
import { compose, TestBed } from "../../../fakes/test_bed.ts";
import { makePeripherals } from "../../hardware/ble_setup.ts";

async function scan(
  args: readonly string[],
  peripherals: readonly FakePeripheral[],
  act = (_io: FakeCliIo) => {},
) {
  const io = new FakeCliIo();
  await using ble = new SimulatedCentral(peripherals, {
    advertisingIntervalMs: 5,
  });
  const hardware = { ...absentHardware("tests have none"), ble };
  const running = runCli(
    ["scan", ...args],
    compose(io, new TestBed(), hardware),
  );
  act(io);
  const code = await running;
  return { code, out: io.out, error: io.error };
}

Deno.test("scan lists what is around, the loudest first, with the drivers that fit", async () => {
  const { strap, other, trainer } = makePeripherals();
  const { code, out, error } = await scan(
    ["--timeout", "50ms"],
    [trainer, other, strap],
  );
  assert.equal(code, 0, error);
  assert.equal(
    out,
    `EC:B2:8A:26:85:C5  hci0    -60 dBm  TICKR 4A2B            heart rate:  heart-rate, generic
EC:B2:8A:26:85:C6  hci0    -70 dBm  TICKR 77              heart rate:  heart-rate, generic
C0:00:00:00:00:01  hci0             KICKR                 fitness machine:  trainer, climb, generic
  quirk: repeats cadence and power for seconds after a stop, and takes a target power every 2 s (name begins with "KICKR")
`,
  );
});

Deno.test("scan --json prints one value a device, and nothing else", async () => {
  const { strap, trainer } = makePeripherals();
  const args = ["--json", "--timeout", "50ms"];
  const { code, out, error } = await scan(args, [strap, trainer]);
  assert.deepEqual([code, error], [0, ""]);
  const values = out.trim().split("\n").map((line): unknown =>
    JSON.parse(line)
  );
  assert.deepEqual(values, [{
    address: "EC:B2:8A:26:85:C5",
    adapter: "hci0",
    name: "TICKR 4A2B",
    signalDbm: -60,
    services: ["0000180d-0000-1000-8000-00805f9b34fb"],
    drivers: ["heart-rate", "generic"],
    quirks: [],
  }, {
    address: "C0:00:00:00:00:01",
    adapter: "hci0",
    name: "KICKR",
    signalDbm: null,
    services: ["00001826-0000-1000-8000-00805f9b34fb"],
    drivers: ["trainer", "climb", "generic"],
    quirks: [{
      what:
        "repeats cadence and power for seconds after a stop, and takes a target power every 2 s",
      why: 'name begins with "KICKR"',
    }],
  }]);
});

Deno.test("scan names the radio that hears a device best", async () => {
  const { strap } = makePeripherals();
  const io = new FakeCliIo();
  await using central = new SimulatedCentral([strap]);
  const heard = { address: strap.address, name: "", services: [] };
  async function* scan() {
    yield { ...heard, adapter: "hci0", signalDbm: -80 };
    yield { ...heard, adapter: "hci1", signalDbm: -50 };
    yield { ...heard, adapter: "hci0", signalDbm: -79 };
    yield { ...heard, adapter: "hci1", signalDbm: -55 };
  }
  const ble = {
    adapters: () => central.adapters(),
    connect: central.connect.bind(central),
    scan,
    [Symbol.asyncDispose]: async () => {},
  };
  const hardware = { ...absentHardware("tests have none"), ble };
  await runCli(["scan"], compose(io, new TestBed(), hardware));
  assert.match(io.out, /^EC:B2:8A:26:85:C5 +hci1 +-55 dBm/);
});

Deno.test("scan shows a name from the air without its control characters", async () => {
  const odd = new FakePeripheral({
    address: "C0:00:00:00:00:02",
    name: "\x1b[2Jboo\n",
    characteristics: [],
  });
  const { out } = await scan(["--timeout", "20ms"], [odd]);
  assert(out.includes("\\u001b[2Jboo\\u000a"), out);
  assert(out.includes("(no services):  no driver"), out);
});

Deno.test("scan ends early when it is interrupted, and prints what it has", async () => {
  const { strap } = makePeripherals();
  const { code, out } = await scan([], [strap], async (io) => {
    await io.seen(/scanning for 10 s/);
    setTimeout(() => io.interrupt("SIGINT"), 20);
  });
  assert.equal(code, 0);
  assert.match(out, /TICKR 4A2B/);
});

Deno.test("scan says what to do when nothing is heard, and when there is no such radio", async () => {
  const nothing = await scan(["--timeout", "20ms"], []);
  assert.equal(nothing.code, 0);
  assert.match(nothing.error, /no device was found: wake the devices/);
  const missing = await scan(["--adapter", "hci7"], []);
  assert.equal(missing.code, 1);
  assert.match(missing.error, /there is no such radio/);
});

Deno.test("scan refuses what is no time", async () => {
  for (const time of ["0s", "-1s", "x", "5", ""]) {
    const { code, error } = await scan([`--timeout=${time}`], []);
    assert.equal(code, 2, time);
    assert.match(error, /expected a time such as 500ms, 5s or 2m/);
  }
});
