/**
 * How connections are lost over BlueZ, and found again.
 *
 * @module
 */
import assert from "node:assert/strict";
import { pause, systemClock } from "#lib/base/clock.ts";
import { untilAborted } from "#lib/base/deadline.ts";
import { DeviceError, TimeoutError } from "#lib/base/errors.ts";
import { EventHook } from "#lib/base/event_hook.ts";
import type { BlePeripheral } from "#lib/hardware/ble.ts";
import { BluezCentral } from "#lib/hardware/linux/ble.ts";
import type { FakePeripheral } from "#lib/simulator/fake_peripheral.ts";
import { FakeClock } from "../../../fakes/fake_clock.ts";
import { within } from "../../../support/within.ts";
import {
  collect,
  CONTROL_POINT,
  isDeviceError,
  LEVEL,
  MEASUREMENT,
  NEVER,
} from "../ble_setup.ts";
import { type BluezSetup, setUp, test, untilSearch } from "./setup.ts";

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

/** Lets time pass until all is over that must fail. */
async function expire(
  clock: FakeClock,
  ...promises: readonly [Promise<unknown>, ...Promise<unknown>[]]
): Promise<[PromiseRejectedResult, ...PromiseRejectedResult[]]> {
  const over = new AbortController();
  const rejections = promises.map((promise) =>
    promise.then(
      () => Promise.reject(new TypeError("It has not failed")),
      (reason): PromiseRejectedResult => ({ status: "rejected", reason }),
    )
  );
  const all = Promise.all(rejections).finally(() => over.abort());
  while (!over.signal.aborted) {
    await clock.advance(1000);
    await pause(systemClock, 5, over.signal);
  }
  const [first, ...rest] = await all;
  assert(first);
  return [first, ...rest];
}

test("a connection that BlueZ does not report is used, lost and found again", async () => {
  const timings = { isLinkFirst: true };
  await using setup = await setUp({ bluez: { timings } });
  const connection = await ride(setup);
  await setup.bluez.hangUp("TICKR 4");
  await untilLost(connection);
  await using _again = await ride(setup);
});

test("a table that BlueZ reports after it says that it is known is whole", async () => {
  const timings = { isTableLate: true };
  await using setup = await setUp({ bluez: { timings } });
  await using connection = await setup.connect();
  assert.equal(connection.characteristics.length, 4);
});

test("a strap that hangs up is lost, and found again", async () => {
  await using setup = await setUp();
  const connection = await ride(setup);
  await setup.bluez.hangUp("TICKR 4");
  await untilLost(connection);
  await using _again = await ride(setup);
});

test("a radio that is put off loses its connections, and has them again when it is on", async () => {
  await using setup = await setUp();
  const connection = await ride(setup);
  setup.bluez.adapter("hci0").setPowered(false);
  await untilLost(connection);
  setup.bluez.adapter("hci0").setPowered(true);
  await using _again = await ride(setup);
});

test("a radio that is pulled out and put back is used under its new name", async () => {
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

test("a radio can be named by its own address", async () => {
  await using setup = await setUp({ bluez: { adapters: ["hci0", "hci1"] } });
  await using connection = await setup.connect({
    adapter: "00:aa:01:00:00:01",
  });
  assert.equal(connection.adapter, "hci1");
});

test("a bluetoothd that is killed loses the connection, and the next one works again", async () => {
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

test("a bus that is killed loses the connection, and the next one works again", async () => {
  await using setup = await setUp();
  const connection = await ride(setup);
  const write = connection.write(CONTROL_POINT, Uint8Array.of(0xee));
  const killed = new Promise<void>((resolve) =>
    setup.strap.onWritten.add(() => resolve(setup.bluez.killBus()))
  );
  await assert.rejects(write, isDeviceError("disconnected"));
  await untilLost(connection);
  await killed;
  await setup.bluez.restartBus();
  await using _again = await ride(setup);
});

test("a connection that bluetoothd holds from before is taken over", async () => {
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

test("a peripheral that another program is connecting to is used by both", async () => {
  await using setup = await setUp({ bluez: { timings: { connectMs: 500 } } });
  const { bluez, connect } = setup;
  await using other = new BluezCentral({ busAddress: bluez.busAddress });
  const first = connect();
  await untilSearch(bluez, [[]]);
  await untilSearch(bluez, []);
  const connecting = other.connect({ namePrefix: "TICKR 4" }, {
    signal: NEVER,
  });
  await using theirs = await within("their connection", connecting);
  await using ours = await first;
  for (const connection of [ours, theirs]) {
    assert.deepEqual(await connection.read(LEVEL), Uint8Array.of(77));
  }
});

test("a silent strap ends in a time-out long before BlueZ gives up, and hurts no other device", async () => {
  const clock = new FakeClock();
  await using setup = await setUp({
    bluez: { timings: { silentMs: 3_600_000 } },
    central: { clock },
  });
  const { strap, connect } = setup;
  strap.refusedConnections = 1;
  const silent = connect();
  const waiting = connect({ namePrefix: "TICKR 77" });
  const [{ reason }] = await expire(clock, silent);
  assert(reason instanceof TimeoutError, String(reason));
  await using _other = await waiting;
  await using _again = await connect();
});

test("a strap that does not report what it has ends in a time-out", async () => {
  const clock = new FakeClock();
  await using setup = await setUp({
    bluez: { timings: { resolveMs: 3_600_000 } },
    central: { clock },
  });
  const [{ reason }] = await expire(clock, setup.connect());
  assert(reason instanceof TimeoutError, String(reason));
  const { strap } = setup;
  if (strap.isConnected) {
    await within("the hang-up", strap.onDisconnected.next());
  }
});

test("a strap that has gone, and that BlueZ still shows for another program's search, is waited for", async () => {
  await using setup = await setUp({ bluez: { timings: { silentMs: 50 } } });
  const { bluez, strap, other, central } = setup;
  await using another = new BluezCentral({ busAddress: bluez.busAddress });
  const end = new AbortController();
  const heard = new EventHook<[address: string]>("heard");
  const searching = (async () => {
    const search = another.scan({}, { signal: end.signal });
    for await (const { address } of search) heard.fire(address);
  })();
  const hears = async (wanted: FakePeripheral) => {
    while ((await heard.next())[0] !== wanted.address);
  };
  await within("the strap", hears(strap));
  strap.sleep();
  const filter = { address: strap.address };
  const connect = () => central.connect(filter, { signal: end.signal });
  await assert.rejects(connect(), isDeviceError("refused"));
  const waiting = connect();
  await untilSearch(bluez, [[], []]);
  for (const signalDbm of [-71, -72, -73, -74, -75]) {
    const heardOther = hears(other);
    other.setSignal(signalDbm);
    await within("the other strap", heardOther);
  }
  assert.equal(bluez.adapter("hci0").connectCount, 1);
  strap.wake();
  strap.setSignal(-66);
  await using _connection = await within("the strap", waiting);
  end.abort();
  await searching;
});

test("a caller that gives up while the radio connects leaves no connection behind", async () => {
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

test("an operation without an answer ends in a time-out, and so does what waits behind it for too long", async () => {
  const clock = new FakeClock();
  await using setup = await setUp({ central: { clock } });
  await using connection = await setup.connect();
  const [write, read] = await expire(
    clock,
    connection.write(CONTROL_POINT, Uint8Array.of(0xee)),
    connection.read(LEVEL),
  );
  assert(write?.reason instanceof TimeoutError, String(write?.reason));
  assert(read?.reason instanceof TimeoutError, String(read?.reason));
  assert.deepEqual(await connection.read(LEVEL), Uint8Array.of(77));
});

test("a connection reports its largest frame and the strength of its signal", async () => {
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
