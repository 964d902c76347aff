/**
 * What a person is shown who has no radio, or may not use it.
 *
 * @module
 */
import assert from "node:assert/strict";
import {
  HardwareUnavailableError,
  type HardwareUnavailableReason,
} from "#lib/base/errors.ts";
import { BluezCentral } from "#lib/hardware/linux/ble.ts";
import { DbusDaemon } from "../../../support/dbus_daemon.ts";
import { NEVER } from "../ble_setup.ts";
import { setUp, test } from "./setup.ts";

function isUnavailable(
  reason: HardwareUnavailableReason,
  advice: RegExp,
): (error: unknown) => boolean {
  return (error) => {
    assert(error instanceof HardwareUnavailableError, String(error));
    assert.equal(error.reason, reason, error.message);
    assert.match(error.message, advice);
    return true;
  };
}

const isOff = isUnavailable("powered_off", /bluetoothctl power on/);

test("a central that is not used touches no bus", async () => {
  await using _central = new BluezCentral({ busAddress: "nonsense" });
});

test("without a bus Bluetooth is absent, and dbus is asked for", async () => {
  for (const busAddress of ["unix:path=/nowhere/bus", "nonsense", ""]) {
    await using central = new BluezCentral({ busAddress });
    const isAbsent = isUnavailable("absent", /start dbus/);
    await assert.rejects(central.connect({}, { signal: NEVER }), isAbsent);
    const scan = central.scan({}, { signal: NEVER });
    await assert.rejects(Array.fromAsync(scan), isAbsent);
  }
});

test("without bluetoothd Bluetooth is absent, and package bluez is asked for", async () => {
  await using bus = await DbusDaemon.start();
  await using central = new BluezCentral({ busAddress: bus.address });
  await assert.rejects(
    central.connect({}, { signal: NEVER }),
    isUnavailable("absent", /bluetoothd does not run, install package bluez/),
  );
});

test("without a radio Bluetooth is absent", async () => {
  await using setup = await setUp({ bluez: { adapters: [] } });
  await assert.rejects(
    setup.connect(),
    isUnavailable("absent", /there is no radio, plug one in/),
  );
});

test("a radio that is not there is reported with those that are", async () => {
  await using setup = await setUp({ bluez: { adapters: ["hci0", "hci1"] } });
  await assert.rejects(
    setup.connect({ adapter: "hci7" }),
    isUnavailable("absent", /"hci7".*choose one of hci0, hci1/),
  );
});

test("a radio that is off stays off, and the command that turns it on is shown", async () => {
  await using setup = await setUp();
  setup.bluez.adapter("hci0").setPowered(false);
  await assert.rejects(setup.connect(), isOff);
  setup.bluez.adapter("hci0").setPowered(true);
  await using _connection = await setup.connectAgain();
});

test("a radio that is off is put on where that is asked for", async () => {
  await using setup = await setUp({ central: { powerOn: true } });
  setup.bluez.adapter("hci0").setPowered(false);
  await using _connection = await setup.connect();
});

test("a radio that rfkill holds off is reported with the command that unblocks it", async () => {
  await using setup = await setUp({ central: { powerOn: true } });
  setup.bluez.adapter("hci0").setBlocked(true);
  await assert.rejects(
    setup.connect(),
    isUnavailable("powered_off", /rfkill unblock bluetooth/),
  );
});

test("a bus that lets nobody use BlueZ is reported as denied", async () => {
  await using setup = await setUp({ bluez: { isDenied: true } });
  await assert.rejects(
    setup.connect(),
    isUnavailable("denied", /add this user to group bluetooth/),
  );
});

test("a denial reads the same each time, without what the bus says of connections and processes", async () => {
  await using setup = await setUp({ bluez: { isDenied: true } });
  const messageOf = async () => {
    const error: unknown = await setup.connect().catch((error) => error);
    return error instanceof Error ? error.message : "";
  };
  const first = await messageOf();
  assert.match(first, /access is denied \([^();]+\), add/);
  assert.equal(await messageOf(), first);
});

test("a scan ends with the reason when its last radio is put off or pulled out", async () => {
  await using setup = await setUp({ bluez: { adapters: ["hci0", "hci1"] } });
  const { bluez, central } = setup;
  const scan = central.scan({}, { signal: NEVER })[Symbol.asyncIterator]();
  await scan.next();
  bluez.removeAdapter("hci0");
  const rest = (async () => {
    while (!(await scan.next()).done);
  })();
  bluez.adapter("hci1").setPowered(false);
  await assert.rejects(rest, isOff);
});

test("those who wait are notified when bluetoothd or the bus ends, and the next use finds it again", async () => {
  await using setup = await setUp();
  const { bluez, strap } = setup;
  strap.sleep();
  for (const end of ["kill", "killBus"] as const) {
    const waiting = setup.connect();
    const searching = setup.central.scan({}, { signal: NEVER });
    for await (const _ of searching) break;
    await Promise.all([
      assert.rejects(waiting, HardwareUnavailableError),
      bluez[end](),
    ]);
    await assert.rejects(setup.connect(), HardwareUnavailableError);
    if (end === "kill") await bluez.restart();
    else await bluez.restartBus();
  }
  strap.wake();
  await using _connection = await setup.connectAgain();
});
