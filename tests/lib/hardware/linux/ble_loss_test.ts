/**
 * How connections are lost over BlueZ, and found again.
 *
 * @module
 */
import assert from "node:assert/strict";
import { untilAborted } from "#lib/deadline.ts";
import { DeviceError, TimeoutError } from "#lib/errors.ts";
import type { BlePeripheral } from "#lib/hardware/ble.ts";
import { BluezCentral } from "#lib/hardware/linux/ble.ts";
import { within } from "../../../support/within.ts";
import {
  collect,
  CONTROL_POINT,
  isDeviceError,
  LEVEL,
  MEASUREMENT,
  NEVER,
} from "../ble_setup.ts";
import { type BluezSetup, setUp } from "./setup.ts";

async function untilLost({ lost }: BlePeripheral): Promise<DeviceError> {
  await within("the loss", untilAborted(lost));
  assert(lost.reason instanceof DeviceError);
  assert.equal(lost.reason.reason, "disconnected");
  return lost.reason;
}

/** Connects and sees a value pass. */
async function ride(
  { connectAgain, strap }: BluezSetup,
): Promise<BlePeripheral> {
  const connection = await connectAgain();
  const { add, until } = collect();
  await connection.subscribe(MEASUREMENT, add);
  strap.notify(MEASUREMENT, Uint8Array.of(6, 70));
  await until(1);
  return connection;
}

Deno.test("a strap that hangs up is lost, and found again", async () => {
  await using setup = await setUp();
  const connection = await ride(setup);
  await setup.bluez.hangUp("TICKR 4");
  await untilLost(connection);
  await using _again = await ride(setup);
});

Deno.test("a radio that is put off loses its connections, and has them again when it is on", async () => {
  await using setup = await setUp();
  const connection = await ride(setup);
  setup.bluez.adapter("hci0").setPowered(false);
  await untilLost(connection);
  setup.bluez.adapter("hci0").setPowered(true);
  await using _again = await ride(setup);
});

Deno.test("a radio that is pulled out and put back is used under its new name", async () => {
  await using setup = await setUp({ bluez: { adapters: ["hci0", "hci1"] } });
  const { bluez, connect } = setup;
  const filter = { namePrefix: "TICKR 4", adapter: "hci1" };
  const connection = await connect(filter);
  bluez.removeAdapter("hci1");
  await untilLost(connection);
  bluez.addAdapter("hci3", "00:AA:01:00:00:01");
  await using again = await setup.connectAgain(filter);
  assert.equal(again.adapter, "hci3");
});

Deno.test("a radio can be named by its own address", async () => {
  await using setup = await setUp({ bluez: { adapters: ["hci0", "hci1"] } });
  await using connection = await setup.connect({
    adapter: "00:aa:01:00:00:01",
  });
  assert.equal(connection.adapter, "hci1");
});

Deno.test("a bluetoothd that is killed loses the connection, and the next one works again", async () => {
  await using setup = await setUp();
  const connection = await ride(setup);
  await setup.bluez.kill();
  await untilLost(connection);
  const read = connection.read(LEVEL);
  await assert.rejects(read, isDeviceError("disconnected"));
  await connection[Symbol.asyncDispose]();
  await setup.bluez.restart();
  await using _again = await ride(setup);
});

Deno.test("a bus that is killed loses the connection, and the next one works again", async () => {
  await using setup = await setUp();
  const connection = await ride(setup);
  const write = connection.write(CONTROL_POINT, Uint8Array.of(0xee));
  setup.strap.onWritten.add(() => setup.bluez.killBus());
  await assert.rejects(write, isDeviceError("disconnected"));
  await untilLost(connection);
  await setup.bluez.restartBus();
  await using _again = await ride(setup);
});

Deno.test("a connection that bluetoothd holds from before is taken over", async () => {
  await using setup = await setUp();
  await using _before = await setup.connect();
  await using central = new BluezCentral({
    busAddress: setup.bluez.busAddress,
  });
  const connecting = central.connect({ namePrefix: "TICKR 4" }, {
    signal: NEVER,
  });
  await using connection = await within("a connection", connecting);
  assert.deepEqual(await connection.read(LEVEL), Uint8Array.of(77));
});

Deno.test("a silent strap ends in a time-out long before BlueZ gives up, and hurts no other device", async () => {
  await using setup = await setUp({
    bluez: { timings: { silentMs: 3_600_000 } },
    central: { connectTimeoutMs: 100 },
  });
  const { strap, connect } = setup;
  strap.refusedConnections = 1;
  const [silent, other] = await Promise.allSettled([
    connect(),
    connect({ namePrefix: "TICKR 77" }),
  ]);
  assert(silent.status === "rejected");
  assert(silent.reason instanceof TimeoutError, String(silent.reason));
  assert(other.status === "fulfilled");
  await using _again = await connect();
});

Deno.test("a strap that does not tell what it has ends in a time-out", async () => {
  await using setup = await setUp({
    bluez: { timings: { resolveMs: 3_600_000 } },
    central: { resolveTimeoutMs: 50 },
  });
  await assert.rejects(setup.connect(), TimeoutError);
  assert(!setup.strap.isConnected);
});

Deno.test("a caller that gives up while the radio connects leaves no connection behind", async () => {
  await using setup = await setUp({
    bluez: { timings: { resolveMs: 3_600_000 } },
  });
  const { central, strap } = setup;
  const end = new AbortController();
  const connected = strap.onConnected.next();
  const connecting = central.connect({ namePrefix: "TICKR 4" }, {
    signal: end.signal,
  });
  await within("the strap", connected);
  end.abort(new RangeError("enough"));
  await assert.rejects(connecting, RangeError);
  assert(!strap.isConnected);
});

Deno.test("an operation without an answer ends in a time-out, and so does what waits behind it for too long", async () => {
  await using setup = await setUp({ central: { operationTimeoutMs: 100 } });
  await using connection = await setup.connect();
  const results = await Promise.allSettled([
    connection.write(CONTROL_POINT, Uint8Array.of(0xee)),
    connection.read(LEVEL),
  ]);
  const [write, read] = results.map((result) =>
    result.status === "rejected" && result.reason instanceof TimeoutError
  );
  assert.deepEqual([write, read], [true, true]);
  assert.deepEqual(await connection.read(LEVEL), Uint8Array.of(77));
});

Deno.test("a connection tells its largest frame and the strength of its signal", async () => {
  await using setup = await setUp();
  const { bluez, strap } = setup;
  await using connection = await setup.connect();
  assert.equal(connection.mtuBytes, 517);
  assert.equal(connection.signalDbm, -60);
  const heard = connection.onSignal.next();
  // Some peripherals advertise while they are connected.
  strap.setSignal(-50);
  bluez.adapter("hci0").device(strap)?.hear();
  assert.deepEqual(await within("the signal", heard), [-50]);
  assert.equal(connection.signalDbm, -50);
});
