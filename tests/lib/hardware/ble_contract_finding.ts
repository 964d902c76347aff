/**
 * How centrals find peripherals, connect to them, and share connections.
 *
 * @module
 */
import assert from "node:assert/strict";
import { untilAborted } from "#lib/base/deadline.ts";
import { HardwareUnavailableError } from "#lib/base/errors.ts";
import type {
  BleAdvertisement,
  BleCentral,
  BleFilter,
} from "#lib/hardware/ble.ts";
import type { FakePeripheral } from "#lib/simulator/fake_peripheral.ts";
import { STRAP, type Test } from "./ble_contract_parts.ts";
import {
  BATTERY,
  collect,
  COMMANDS,
  CONTROL_POINT,
  FITNESS_MACHINE,
  HEART_RATE,
  isDeviceError,
  LEVEL,
  MEASUREMENT,
  NEVER,
  subscribe,
} from "./ble_setup.ts";

/** The first advertisements of a scan, by name. */
async function scanFor(
  central: BleCentral,
  filter: BleFilter,
  names: readonly string[],
): Promise<ReadonlyMap<string, BleAdvertisement>> {
  const found = new Map<string, BleAdvertisement>();
  const end = new AbortController();
  for await (const heard of central.scan(filter, { signal: end.signal })) {
    found.set(heard.name, heard);
    if (names.every((name) => found.has(name))) end.abort();
  }
  assert.deepEqual([...found.keys()].sort(), [...names].sort());
  return found;
}

/** A real peripheral hears a moment later that its central has gone. */
async function untilFree(peripheral: FakePeripheral): Promise<void> {
  if (peripheral.isConnected) await peripheral.onDisconnected.next();
}

/**
 * Registers the tests of scans.
 *
 * @param test Registers one test.
 */
export function testScans(test: Test): void {
  test("the radios are listed, with their addresses", async ({ central }) => {
    const adapters = await central.adapters();
    const radio = adapters.find(({ name }) => name === "hci0");
    assert.equal(radio?.state, "on");
    assert.match(radio.address, /^([0-9A-F]{2}:){5}[0-9A-F]{2}$/);
  });

  test("a scan reports what a peripheral says about itself", async ({ central, signalDbm }) => {
    const names = ["TICKR 4A2B", "TICKR 77", "KICKR"];
    const found = await scanFor(central, {}, names);
    assert.deepEqual(found.get("TICKR 4A2B"), {
      address: "EC:B2:8A:26:85:C5",
      adapter: "hci0",
      name: "TICKR 4A2B",
      services: [HEART_RATE],
      ...(signalDbm !== undefined && { signalDbm }),
    });
    assert.equal(found.get("KICKR")?.signalDbm, undefined);
  });

  test("a scan reports a peripheral again and again", async ({ central }) => {
    const end = new AbortController();
    let count = 0;
    for await (const { name } of central.scan(STRAP, { signal: end.signal })) {
      assert.equal(name, "TICKR 4A2B");
      if (++count === 3) end.abort();
    }
    assert.equal(count, 3);
  });

  test("a scan reports only what fits", async ({ central }) => {
    await scanFor(central, { namePrefix: "tickr" }, ["TICKR 4A2B", "TICKR 77"]);
    await scanFor(central, { services: [FITNESS_MACHINE] }, ["KICKR"]);
    const exceptAddresses = new Set(["EC:B2:8A:26:85:C5"]);
    const others = { services: [HEART_RATE], exceptAddresses };
    await scanFor(central, others, ["TICKR 77"]);
    await scanFor(central, STRAP, ["TICKR 4A2B"]);
    await scanFor(central, { ...STRAP, adapter: "hci0" }, ["TICKR 4A2B"]);
  });

  test("a scan that was ended before it began reports nothing", async ({ central }) => {
    const options = { signal: AbortSignal.abort() };
    assert.deepEqual(await Array.fromAsync(central.scan({}, options)), []);
  });

  test("a radio that is not there is absent", async ({ central, connect }) => {
    const isAbsent = (error: unknown) =>
      error instanceof HardwareUnavailableError && error.reason === "absent";
    await assert.rejects(connect({ adapter: "hci7" }), isAbsent);
    const scan = central.scan({ adapter: "hci7" }, { signal: NEVER });
    await assert.rejects(Array.fromAsync(scan), isAbsent);
  });
}

/**
 * Registers the tests of looking for a peripheral to connect to.
 *
 * @param test Registers one test.
 */
export function testSearches(test: Test): void {
  test("connecting waits until a peripheral wakes", async ({ strap, connect }) => {
    strap.sleep();
    const connecting = connect();
    strap.wake();
    await using connection = await connecting;
    assert.equal(connection.address, "EC:B2:8A:26:85:C5");
  });

  test("connecting can be given up, with the reason that was given", async ({ strap, central }) => {
    strap.sleep();
    const end = new AbortController();
    const connecting = central.connect(STRAP, { signal: end.signal });
    end.abort(new RangeError("enough"));
    await assert.rejects(connecting, RangeError);
  });

  test("a search can be given up with its own reason, and a connection that it led to goes on", async ({ strap, central }) => {
    strap.sleep();
    const vain = new AbortController();
    const search = (searchSignal: AbortSignal) =>
      central.connect(STRAP, { signal: NEVER, searchSignal });
    const searching = search(vain.signal);
    vain.abort(new RangeError("enough"));
    await assert.rejects(searching, RangeError);
    strap.wake();
    const late = new AbortController();
    strap.onConnected.add(() => late.abort(new RangeError("too late")));
    await using connection = await search(late.signal);
    assert.equal(connection.address, "EC:B2:8A:26:85:C5");
    assert(late.signal.aborted);
  });
}

/**
 * Registers the tests of connecting.
 *
 * @param test Registers one test.
 */
export function testConnections(test: Test): void {
  test("a connection has the peripheral's table, in its order", async ({ connect, signalDbm }) => {
    await using connection = await connect({ namePrefix: "tickr 4" });
    const { address, adapter, name } = connection;
    const expected = ["EC:B2:8A:26:85:C5", "hci0", "TICKR 4A2B"];
    assert.deepEqual([address, adapter, name], expected);
    assert.equal(connection.signalDbm, signalDbm);
    // A real stack adds the services of the protocol itself.
    const own = connection.characteristics.filter(({ service }) =>
      service === HEART_RATE || service === BATTERY
    );
    const table = own.map((one) =>
      [one.uuid, one.service, ...one.properties].join(" ")
    );
    assert.deepEqual(table, [
      `${MEASUREMENT} ${HEART_RATE} notify`,
      `${CONTROL_POINT} ${HEART_RATE} write`,
      `${COMMANDS} ${HEART_RATE} write-without-response`,
      `${LEVEL} ${BATTERY} read notify`,
    ]);
  });

  test("a peripheral that refuses a connection takes the next one", async ({ strap, connect, canRefuse }) => {
    strap.refusedConnections = 1;
    if (canRefuse) await assert.rejects(connect(), isDeviceError("refused"));
    else await untilAborted((await connect()).lost);
    await using connection = await connect();
    assert(!connection.lost.aborted);
  });

  test("several peripherals are connected at once", async ({ connect, strap, other }) => {
    await using _one = await connect();
    await using _two = await connect({ namePrefix: "TICKR 77" });
    assert(strap.isConnected && other.isConnected);
  });
}

/**
 * Registers the tests of connections that several callers have.
 *
 * @param test Registers one test.
 */
export function testSharing(test: Test): void {
  test("two callers share one connection, which ends when both have let go", async ({ strap, connect }) => {
    const [one, two] = await Promise.all([connect(), connect()]);
    const [first, second] = [collect(), collect()];
    const peripheral = strap;
    await subscribe({ connection: one, peripheral }, MEASUREMENT, first.add);
    await subscribe({ connection: two, peripheral }, MEASUREMENT, second.add);
    strap.notify(MEASUREMENT, Uint8Array.of(6, 71));
    await first.until(1);
    await one[Symbol.asyncDispose]();
    assert(one.lost.aborted && !two.lost.aborted);
    strap.notify(MEASUREMENT, Uint8Array.of(6, 72));
    await second.until(2);
    assert.deepEqual(first.values, ["0647"]);
    assert.deepEqual(second.values, ["0647", "0648"]);
    await one[Symbol.asyncDispose]();
    assert(strap.isConnected);
    await two[Symbol.asyncDispose]();
    await untilFree(strap);
  });

  test("a peripheral that was let go can be connected to again at once", async ({ strap, connect }) => {
    const one = await connect();
    const letGo = one[Symbol.asyncDispose]();
    await using two = await connect();
    await letGo;
    assert(strap.isConnected && !two.lost.aborted);
  });

  test("the end of the central is the end of its connections, scans and waits", async ({ strap, central, connect }) => {
    const connection = await connect();
    const scan = Array.fromAsync(central.scan({}, { signal: NEVER }));
    const waiting = connect({ namePrefix: "nobody" });
    await Promise.all([
      assert.rejects(waiting, HardwareUnavailableError),
      central[Symbol.asyncDispose](),
    ]);
    await scan;
    isDeviceError("disconnected")(connection.lost.reason);
    await untilFree(strap);
    await assert.rejects(connect(), HardwareUnavailableError);
  });
}
