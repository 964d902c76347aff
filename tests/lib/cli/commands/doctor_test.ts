import assert from "node:assert/strict";
import { runCli } from "#lib/cli/run_cli.ts";
import { HardwareUnavailableError } from "#lib/base/errors.ts";
import { absentHardware } from "#lib/hardware/absent.ts";
import type { Gpio } from "#lib/hardware/gpio.ts";
import type { SerialPortInfo } from "#lib/hardware/serial.ts";
import {
  type BrokerRights,
  EmbeddedBroker,
} from "#lib/broker/embedded_broker.ts";
import { FakeCliIo } from "../../../fakes/fake_cli_io.ts";
import { compose, TestBed } from "../../../fakes/test_bed.ts";

interface Machine {
  readonly findChip?: Gpio["findChip"];
  readonly ports?: readonly SerialPortInfo[];
  readonly file?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** What doctor finds on a machine without Bluetooth, apart from that. */
async function examine(args: readonly string[], machine: Machine) {
  const { ports = [], file = "", env = {}, findChip } = machine;
  const io = new FakeCliIo({ env, files: { "f.yaml": file } });
  const absent = absentHardware("tests have none");
  const hardware = {
    ...absent,
    serial: { ...absent.serial, list: () => Promise.resolve(ports) },
    gpio: { ...absent.gpio, ...(findChip && { findChip }) },
  };
  const code = await runCli(
    ["doctor", "--config", "f.yaml", ...args],
    compose(io, new TestBed(), hardware),
  );
  return { code, out: io.out, error: io.error };
}

const DENIED = { path: "/dev/ttyACM0", stablePaths: [], isDenied: true };

Deno.test("doctor says what to do about a port that may not be opened, which is wrong where a device needs one", async () => {
  await using broker = await EmbeddedBroker.listen();
  const args = ["--broker", broker.url];
  const spare = await examine(args, { ports: [DENIED] });
  assert.match(
    spare.out,
    /^note +serial +\/dev\/ttyACM0 may not be opened by this user\n +run "sudo usermod -aG dialout/m,
  );
  assert.doesNotMatch(spare.error, /serial/);
  const needed = await examine(args, {
    ports: [DENIED],
    file: "devices: [{ driver: oxygen }]",
  });
  assert.match(needed.out, /^error +serial +\/dev\/ttyACM0 may not/m);
  assert.match(needed.error, /problems with bluetooth, serial, see above/);
});

Deno.test("doctor looks for the pins that a device needs, by the name of their chip, and for no others", async () => {
  await using broker = await EmbeddedBroker.listen();
  const args = ["--broker", broker.url];
  const findChip = (chip = "header") => {
    if (chip !== "gpiochip7") return Promise.resolve(chip);
    const why = "Cannot open it: Permission denied, add the user to its group";
    throw new HardwareUnavailableError(why, chip, "denied");
  };
  const none = await examine(args, { findChip });
  assert.doesNotMatch(none.out, /pins/);
  const file = `devices:
  - { driver: buttons }
  - { driver: buttons, options: { chip: gpiochip7 } }`;
  const { out, error } = await examine(args, { findChip, file });
  assert.match(out, /^ok +pins +header$/m);
  assert.match(out, /^error +pins +Cannot open it: Permission denied/m);
  assert.match(error, /problems with bluetooth, pins, see above/);
});

Deno.test("doctor distinguishes a broker that refuses the account from one that takes it", async () => {
  const account = { username: "rider", password: "pedal-secret" };
  await using broker = await EmbeddedBroker.listen({ account });
  const args = ["--broker", broker.url, "--username", "rider"];
  const wrong = await examine(args, { env: { MQTT_PASSWORD: "pedal" } });
  assert.match(wrong.out, /^error +broker +Cannot connect to .*refuse/m);
  assert.match(wrong.error, /problems with bluetooth, broker, see above/);
  const env = { MQTT_PASSWORD: account.password };
  const right = await examine(args, { env });
  assert.match(right.out, /^ok +broker +mqtt:.* takes this account/m);
  assert(!`${wrong.out}${right.out}`.includes("pedal"));
});

/** A broker with one account that may use nothing but what is named. */
async function brokerWith(rights: BrokerRights) {
  const account = { username: "rider", password: "pedal-secret", rights };
  const broker = await EmbeddedBroker.listen({ accounts: [account] });
  const examineIt = (...args: readonly string[]) =>
    examine(["--broker", broker.url, "--username", "rider", ...args], {
      env: { MQTT_PASSWORD: account.password },
    });
  return {
    examineIt,
    [Symbol.asyncDispose]: () => broker.close(),
  };
}

Deno.test("doctor tries the topics of the bike and of its object, and names the rights that are missing", async () => {
  const own = ["bike/000001/#"];
  await using world = await brokerWith({ publish: own, subscribe: own });
  const { out, error } = await world.examineIt();
  assert.match(
    out,
    /^ok +topics +the account may use the topics of the bike$/m,
  );
  assert.match(
    out,
    /^error +topics +smartbike\.Bike needs the right to publish to smartbike\/Bike\/prop\/\+, /m,
  );
  assert.match(
    out,
    /^error +topics +smartbike\.Bike needs the right to subscribe to smartbike\/Bike\/set\/\+, /m,
  );
  assert.match(out, /^ +"smartbike broker-config" prints the rights/m);
  assert.match(error, /problems with bluetooth, topics/);
});
