/**
 * Commands that use Bluetooth, as processes with the permissions of the task,
 * on a fake BlueZ.
 *
 * @module
 */
import assert from "node:assert/strict";
import { EmbeddedBroker } from "#lib/broker/embedded_broker.ts";
import { FakeBluez } from "../fakes/bluez/fake_bluez.ts";
import { makePeripherals } from "../lib/hardware/ble_setup.ts";
import { runProgram, startProgram } from "../support/cli.ts";
import { DbusDaemon } from "../support/dbus_daemon.ts";
import { testWith } from "../support/requires.ts";
import { within } from "../support/within.ts";

const REQUIRES = { programs: ["dbus-daemon"] };

async function runOn(busAddress: string, args: readonly string[]) {
  return await runProgram(args, {
    env: { DBUS_SYSTEM_BUS_ADDRESS: busAddress },
  });
}

async function startBluez(): Promise<FakeBluez> {
  const { strap, trainer } = makePeripherals();
  return await FakeBluez.start({
    peripherals: [strap, trainer],
    adapters: ["hci0", "hci1"],
  });
}

testWith(
  REQUIRES,
  "scan finds devices over BlueZ, and ends with 0",
  async () => {
    await using bluez = await startBluez();
    const args = ["scan", "--timeout", "4s", "--adapter", "hci1"];
    const { code, out, error } = await runOn(bluez.busAddress, args);
    assert.equal(code, 0, error);
    assert.match(
      out,
      /^EC:B2:8A:26:85:C5 +hci1 +-60 dBm +TICKR 4A2B +heart rate: +heart-rate, generic$/m,
    );
  },
);

testWith(
  REQUIRES,
  "a radio that is off is put on for a scan where --power-on says so, and stays off otherwise",
  async () => {
    await using bluez = await startBluez();
    for (const name of ["hci0", "hci1"]) bluez.adapter(name).setPowered(false);
    const args = ["scan", "--timeout", "4s", "--adapter", "hci1"];
    const off = await runOn(bluez.busAddress, args);
    assert.equal(off.code, 1);
    assert.match(off.error, /"hci1": it is off, run "bluetoothctl power on"/);
    const on = await runOn(bluez.busAddress, [...args, "--power-on"]);
    assert.equal(on.code, 0, on.error);
    assert.match(on.out, /^EC:B2:8A:26:85:C5 +hci1 /m);
    assert(!bluez.adapter("hci0").isPowered);
  },
);

testWith(
  REQUIRES,
  "a radio that is off is put on for a ride where the option or the configuration says so",
  async () => {
    await using bluez = await startBluez();
    await using broker = await EmbeddedBroker.listen();
    const folder = await Deno.makeTempDir();
    await using keep = new AsyncDisposableStack();
    keep.defer(() => Deno.remove(folder, { recursive: true }));
    const file = `${folder}/smartbike.yaml`;
    await Deno.writeTextFile(
      file,
      "bluetooth: { powerOn: true }\ndevices: [{ driver: heart-rate }]\n",
    );
    const rides = [
      ["start", "--config", file],
      ["driver", "heart-rate", "--power-on", "--log-level", "info"],
    ];
    for (const args of rides) {
      for (const name of ["hci0", "hci1"]) {
        bluez.adapter(name).setPowered(false);
      }
      await using program = startProgram([...args, "--broker", broker.url], {
        env: { DBUS_SYSTEM_BUS_ADDRESS: bluez.busAddress },
      });
      await within(args.join(" "), program.seen(/heart-rate is connected/));
      program.kill("SIGTERM");
      assert.equal((await within("the end", program.result)).code, 0);
    }
  },
);

testWith(REQUIRES, "doctor finds all in order, and ends with 0", async () => {
  await using bluez = await startBluez();
  await using broker = await EmbeddedBroker.listen();
  const { code, out, error } = await runOn(bluez.busAddress, [
    "doctor",
    "--broker",
    broker.url,
  ]);
  assert.deepEqual([code, error], [0, ""]);
  assert.match(out, /^ok +hci0 +radio 00:AA:01:00:00:00 is on$/m);
  assert.match(out, /^ok +hci1 +radio 00:AA:01:00:00:01 is on$/m);
  assert.match(out, /^ok +devices +hci\d receives /m);
  assert.match(out, /^ok +broker +mqtt:.* takes this account, with MQTT 5$/m);
});

testWith(
  REQUIRES,
  "doctor says what is wrong and what to do, and ends with 1",
  async () => {
    await using bluez = await startBluez();
    bluez.adapter("hci0").setPowered(false);
    bluez.adapter("hci1").setBlocked(true);
    const { code, out, error } = await runOn(bluez.busAddress, [
      "doctor",
      "--broker",
      "127.0.0.1:1",
    ]);
    assert.equal(code, 1);
    assert.match(out, /error +hci0 .*is off\n +run "bluetoothctl power on"/);
    assert.match(out, /error +hci1 .*is blocked\n +run "rfkill unblock/);
    assert.match(out, /error +broker +Cannot connect to "mqtt:/);
    assert.match(error, /problems with hci0, hci1, broker, see above/);
  },
);

testWith(
  REQUIRES,
  "doctor distinguishes a machine without bluetoothd from one without a bus",
  async () => {
    await using bus = await DbusDaemon.start();
    await using broker = await EmbeddedBroker.listen();
    const args = ["doctor", "--json", "--broker", broker.url];
    const [noDaemon, noBus] = await Promise.all([
      runOn(bus.address, args),
      runOn("unix:path=/nowhere/bus", args),
    ]);
    assert.deepEqual([noDaemon.code, noBus.code], [1, 1]);
    assert.match(noDaemon.out, /"error".*bluetoothd does not run, install/);
    assert.match(noBus.out, /"error".*the system bus does not answer/);
    assert.doesNotMatch(noBus.out, /os error/);
  },
);

testWith(
  REQUIRES,
  "doctor says that this user may not use BlueZ, and what to do",
  async () => {
    await using bluez = await FakeBluez.start({
      peripherals: [],
      isDenied: true,
    });
    await using broker = await EmbeddedBroker.listen();
    const args = ["doctor", "--broker", broker.url];
    const { code, out } = await runOn(bluez.busAddress, args);
    assert.equal(code, 1);
    assert.match(
      out,
      /^error +bluetooth +.*access is denied.*add this user to group bluetooth/m,
    );
  },
);

testWith(
  REQUIRES,
  "doctor finds what is wrong with the configuration, and with what it names",
  async () => {
    await using bluez = await startBluez();
    const folder = await Deno.makeTempDir();
    await using keep = new AsyncDisposableStack();
    keep.defer(() => Deno.remove(folder, { recursive: true }));
    const file = `${folder}/smartbike.yaml`;
    await Deno.writeTextFile(
      file,
      `embeddedBroker:
  listen: 127.0.0.1:1
devices:
  - driver: heart-rate
    options: { adapter: hci7 }
  - driver: fan
    options: { adapter: "00:aa:01:00:00:01" }
`,
    );
    const args = ["doctor", "--config", file];
    const { code, out, error } = await runOn(bluez.busAddress, args);
    assert.equal(code, 1, out + error);
    assert.match(out, /^ok +config +.*smartbike.yaml has no mistakes$/m);
    assert.match(out, /^error +heart-rate +its radio hci7 is not there$/m);
    assert.match(out, /^note +broker +"smartbike start" runs it at 127/m);
    assert.match(error, /problems with heart-rate, see above/);
    bluez.adapter("hci1").setPowered(false);
    await Deno.writeTextFile(file, "bluetooth: { powerOn: true }\n");
    const { out: off } = await runOn(bluez.busAddress, args);
    assert.match(
      off,
      /^note +hci1 .*is off\n +bluetooth.powerOn switches it on$/m,
    );
    await Deno.writeTextFile(file, "devicess: []\nbroker: 7\n");
    const mistaken = await runOn(bluez.busAddress, args);
    assert.equal(mistaken.code, 1);
    assert.match(mistaken.out, /^error +config +.*devicess/m);
  },
);
