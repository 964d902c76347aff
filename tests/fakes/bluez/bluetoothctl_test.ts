/**
 * Is the fake fair? Debian's own program takes it for BlueZ.
 *
 * @module
 */
import assert from "node:assert/strict";
import { makePeripherals } from "../../lib/hardware/ble_setup.ts";
import { Bluetoothctl } from "../../support/bluetoothctl.ts";
import { testWith } from "../../support/requires.ts";
import { FakeBluez } from "./fake_bluez.ts";

const REQUIRES = { programs: ["dbus-daemon", "bluetoothctl"] };
const ADDRESS = "EC:B2:8A:26:85:C5";
const LEVEL = "00002a19-0000-1000-8000-00805f9b34fb";
const MEASUREMENT = "00002a37-0000-1000-8000-00805f9b34fb";
const CONFIGURATION = "00002902-0000-1000-8000-00805f9b34fb";
const CONTROL_POINT = "00002a39-0000-1000-8000-00805f9b34fb";

/** The fake, and the program on it. */
async function setUp(keep: AsyncDisposableStack) {
  const parts = makePeripherals();
  const { strap, other, trainer } = parts;
  const peripherals = [strap, other, trainer];
  const bluez = keep.use(
    await FakeBluez.start({ peripherals, timings: { silentMs: 50 } }),
  );
  const program = keep.use(await Bluetoothctl.start(bluez.busAddress));
  return { ...parts, bluez, program };
}

testWith(
  REQUIRES,
  "bluetoothctl shows the radio of the fake, and puts it off and on",
  async () => {
    await using keep = new AsyncDisposableStack();
    const { program } = await setUp(keep);
    await program.run("list", /Controller 00:AA:01:00:00:00 hci0 \[default\]/);
    await program.run("show", /Powered: yes[^]*Discovering: no/);
    await program.run("power off", /Changing power off succeeded/);
    await program.run("scan on", /Failed to start discovery.*NotReady/);
    await program.run("power on", /Changing power on succeeded/);
  },
);

testWith(
  REQUIRES,
  "bluetoothctl finds the peripherals of the fake",
  async () => {
    await using keep = new AsyncDisposableStack();
    const { program } = await setUp(keep);
    await program.run("scan on", /Discovery started/);
    await program.seen(new RegExp(`NEW.*Device ${ADDRESS} TICKR 4A2B`));
    await program.run(
      `info ${ADDRESS}`,
      /Connected: no[^]*UUID: Heart Rate +\(0000180d-[^]*RSSI: .*-60/,
    );
    await program.run("scan off", /CHG.*RSSI is nil[^]*Discovery stopped/);
  },
);

testWith(
  REQUIRES,
  "bluetoothctl connects, resolves, reads, writes and hears notifications",
  async () => {
    await using keep = new AsyncDisposableStack();
    const { program, strap, written } = await setUp(keep);
    await program.run("scan on", new RegExp(`NEW.*Device ${ADDRESS}`));
    await program.run(`connect ${ADDRESS}`, /Connection successful/);
    await program.seen(/ServicesResolved: yes/);
    await program.run("menu gatt", /Print environment variables/);
    // The whole table, list-attributes, stays empty in BlueZ 5.82.
    await program.run(
      `attribute-info ${MEASUREMENT}`,
      /Characteristic - Heart Rate Measurement[^]*Flags: notify/,
    );
    await program.run(
      `attribute-info ${CONFIGURATION}`,
      /Descriptor - Client Characteristic Configuration/,
    );
    await program.run(`select-attribute ${LEVEL}`, /char/);
    await program.run("read", /Attempting to read[^]*4d +M/);
    await program.run("notify on", /Notify started/);
    assert(strap.isSubscribed(LEVEL));
    strap.notify(LEVEL, Uint8Array.of(0x41));
    await program.seen(/Value:[^]*41 +A/);
    strap.drop();
    await program.seen(/Connected: no/);
    await program.run("back", /Print environment variables/);
    await program.run(`connect ${ADDRESS}`, /ServicesResolved: yes/);
    await program.run("menu gatt", /Print environment variables/);
    await program.run(`select-attribute ${LEVEL}`, /char/);
    strap.notify(LEVEL, Uint8Array.of(0x42));
    await program.seen(/Value:[^]*42 +B/);
    await program.run("notify off", /Notify stopped/);
    await program.run(`select-attribute ${CONTROL_POINT}`, /char/);
    const taken = strap.onWritten.next();
    await program.run('write "0x01 0x02"', /Attempting to write/);
    await taken;
    assert.deepEqual(written, ["0102"]);
    await program.run("write 0xff", /Failed to write.*Failed/);
  },
);

testWith(
  REQUIRES,
  "bluetoothctl sees connections end in BlueZ's order",
  async () => {
    await using keep = new AsyncDisposableStack();
    const { program, bluez, strap } = await setUp(keep);
    await program.run("scan on", new RegExp(`NEW.*Device ${ADDRESS}`));
    await program.run(`connect ${ADDRESS}`, /ServicesResolved: yes/);
    await program.run(
      `disconnect ${ADDRESS}`,
      /ServicesResolved: no[^]*Connected: no/,
    );
    // As BlueZ 5.66 says it, and as 5.82 does.
    await program.seen(/Successful disconnected|Disconnection successful/);
    await program.run(`connect ${ADDRESS}`, /ServicesResolved: yes/);
    strap.drop();
    await program.seen(/Connected: no/);
    strap.refusedConnections = 1;
    await program.run(
      `connect ${ADDRESS}`,
      /Failed to connect: org.bluez.Error.Failed le-connection-abort-by-local/,
    );
    bluez.removeAdapter("hci0");
    await program.seen(/DEL.*Device[^]*DEL.*Controller/);
  },
);
