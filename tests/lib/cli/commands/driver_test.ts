import assert from "node:assert/strict";
import { DRIVERS } from "#drivers/all.ts";
import { runCli } from "#lib/cli/run_cli.ts";
import { absentHardware } from "#lib/hardware/absent.ts";
import { EmbeddedBroker } from "#lib/broker/embedded_broker.ts";
import { SimulatedCentral } from "#lib/simulator/simulated_central.ts";
import { FakeCliIo } from "../../../fakes/fake_cli_io.ts";
import { compose, TestBed } from "../../../fakes/test_bed.ts";
import { within } from "../../../support/within.ts";
import { makePeripherals } from "../../hardware/ble_setup.ts";

const STRAPS = ["heart-rate", "heart-rate"];

/** Runs drivers within reach of two straps until all that is expected was said. */
async function drive(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  ...expected: readonly RegExp[]
): Promise<void> {
  const { strap, other } = makePeripherals();
  const io = new FakeCliIo({ env });
  await using broker = await EmbeddedBroker.listen();
  await using ble = new SimulatedCentral([strap, other], {
    advertisingIntervalMs: 5,
  });
  const running = runCli(
    ["driver", ...args, "--broker", broker.url, "--log-level", "info"],
    compose(io, new TestBed(), { ...absentHardware("tests have none"), ble }),
  );
  for (const text of expected) await within(String(text), io.seen(text));
  io.interrupt("SIGINT");
  assert.equal(await within("the end", running), 0);
}

Deno.test("the predecessor's variables choose the device of the first driver of a kind, and the bike", () =>
  drive(
    STRAPS,
    { HEART_RATE_ALIAS_PREFIX: "tickr 7", DEVICE_ID: "000042" },
    /heart-rate is connected: TICKR 77/,
    /heart-rate-2 is connected: TICKR 4A2B/,
    /^Bike 000042 on /m,
  ));

Deno.test("an option of the command line comes before the predecessor's variable", () =>
  drive(
    ["heart-rate", "--option", "heart-rate.address=ec:b2:8a:26:85:c6"],
    { TICKR_MAC_ADDRESS: "EC:B2:8A:26:85:C5", HEART_RATE_ADAPTER_NAME: "hci0" },
    /heart-rate is connected: TICKR 77/,
  ));

Deno.test("a radio that the predecessor's variable names and that is not there is reported", () =>
  drive(
    ["heart-rate"],
    { HEART_RATE_ADAPTER_NAME: "hci9" },
    /heart-rate is run again: Cannot use .*hci9/,
  ));

async function run(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
) {
  const io = new FakeCliIo({ env });
  const code = await runCli(["driver", ...args], compose(io));
  return { code, out: io.out, error: io.error };
}

const WRONG: readonly (readonly [args: readonly string[], why: RegExp])[] = [
  [
    [],
    /Cannot run a bike: no driver is named, expected one or more of heart-rate/,
  ],
  [["hart-rate"], /there is none, did you mean "heart-rate"\?/],
  [["simulated", "hart-rate"], /did you mean "heart-rate"\?/],
  [["fan", "--option", "fan.adress=x"], /did you mean "address"\?/],
  [
    ["fan", "--option", "fan-2.address=x"],
    /there is no device "fan-2", expected fan/,
  ],
  [["fan", "--option", "fan"], /expected DEVICE\.NAME=VALUE/],
  [["fan", "--option", "fan.address=HEADWIND"], /expected an address such as/],
  [["fan", "--option", "fan.priority=high"], /expected a number from -100/],
  [["fan", "--seed", "1"], /it is for "driver simulated"/],
];

for (const [args, why] of WRONG) {
  Deno.test(`driver ${args.join(" ")} ends with 2 and says what was expected`, async () => {
    const { code, out, error } = await run(args);
    assert.deepEqual([code, out], [2, ""]);
    assert.match(error, why);
  });
}

Deno.test("an address of the predecessor's variable that is none ends with 2", async () => {
  const env = { KICKR_MAC_ADDRESS: "KICKR" };
  const { code, error } = await run(["trainer"], env);
  assert.equal(code, 2);
  assert.match(
    error,
    /KICKR_MAC_ADDRESS: found the text "KICKR", expected an address such as/,
  );
});

Deno.test("driver list prints every driver with its own options, and those of several once", async () => {
  const { code, out } = await run(["list"]);
  assert.equal(code, 0);
  for (const { name, transport, options } of DRIVERS) {
    assert.match(out, new RegExp(`^${name} +${transport} +\\S`, "m"));
    for (const option of options.filter(({ group }) => group === undefined)) {
      assert.match(out, new RegExp(`^  ${option.name} +\\S`, "m"));
    }
  }
  for (const name of ["baud-rate", "name-prefix", "priority"]) {
    assert.equal(out.split(`  ${name} `).length, 2, name);
  }
});

Deno.test("driver list --verbose prints every option with its values, and who needs it", async () => {
  const { code, out } = await run(["list", "--verbose"]);
  assert.equal(code, 0);
  for (const { options } of DRIVERS) {
    for (const { name } of options) {
      assert.match(out, new RegExp(`^  ${name} +\\S.*\\n +values: \\S`, "m"));
    }
  }
  assert.match(
    out,
    /control +whether control .*\n +values: on, off\n +for bikes/,
  );
  assert.match(out, /priority .*\n +values: a number from -100 to 100/);
});
