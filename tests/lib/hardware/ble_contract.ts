/**
 * What holds for every implementation of `BleCentral`.
 *
 * @module
 */
import assert from "node:assert/strict";
import { untilAborted } from "#lib/deadline.ts";
import { HardwareUnavailableError } from "#lib/errors.ts";
import type {
  BleAdvertisement,
  BleCentral,
  BleFilter,
  BlePeripheral,
} from "#lib/hardware/ble.ts";
import type { FakePeripheral } from "#lib/simulator/fake_peripheral.ts";
import { type Requirements, testWith } from "../../support/requires.ts";
import { within } from "../../support/within.ts";
import {
  BATTERY,
  collect,
  COMMANDS,
  CONTROL_POINT,
  FITNESS_MACHINE,
  HEART_RATE,
  isDeviceError,
  LEVEL,
  makePeripherals,
  MEASUREMENT,
  MISSING,
  NEVER,
} from "./ble_setup.ts";

/** A central within reach of some peripherals; its radio is called `hci0`. */
export interface CentralSetup extends AsyncDisposable {
  /** The central. */
  readonly central: BleCentral;
  /**
   * Whether its radio tells how strong a signal is.
   *
   * @default {true}
   */
  readonly tellsSignal?: boolean;
}

/** Makes a central within reach of peripherals. */
export type MakeCentral = (
  peripherals: readonly FakePeripheral[],
) => Promise<CentralSetup>;

/** What a test works with. */
interface Parts extends ReturnType<typeof makePeripherals> {
  readonly central: BleCentral;
  /** Strength of the first strap's signal as the radio tells it. */
  readonly signalDbm: number | undefined;
  /** Connects, to the first strap unless told otherwise. */
  connect(filter?: BleFilter): Promise<BlePeripheral>;
}

/** Registers one test. */
type Test = (what: string, body: (parts: Parts) => Promise<void>) => void;

/** The first strap, and no other. */
const STRAP: BleFilter = { address: "ec:b2:8a:26:85:c5" };

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

/**
 * Registers the tests.
 *
 * @param name The implementation, for their names.
 * @param make Makes a central.
 * @param requirements What the tests need besides Deno.
 */
export function testBleContract(
  name: string,
  make: MakeCentral,
  requirements: Requirements = { programs: [] },
): void {
  const test: Test = (what, body) =>
    testWith(requirements, `${name}: ${what}`, async () => {
      const parts = makePeripherals();
      const { strap, other, trainer } = parts;
      await using setup = await make([strap, other, trainer]);
      const { central, tellsSignal = true } = setup;
      const signalDbm = tellsSignal ? strap.signalDbm : undefined;
      const connect = (filter = STRAP) =>
        within("a connection", central.connect(filter, { signal: NEVER }));
      await within(what, body({ ...parts, central, signalDbm, connect }));
    });
  testScans(test);
  testConnections(test);
  testSharing(test);
  testReadsAndWrites(test);
  testNotifications(test);
  testLoss(test);
}

function testScans(test: Test): void {
  test("the radios are listed, with their addresses", async ({ central }) => {
    const adapters = await central.adapters();
    const radio = adapters.find(({ name }) => name === "hci0");
    assert.equal(radio?.state, "on");
    assert.match(radio.address, /^([0-9A-F]{2}:){5}[0-9A-F]{2}$/);
  });

  test("a scan tells what a peripheral says about itself", async ({ central, signalDbm }) => {
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

  test("a scan tells only what fits", async ({ central }) => {
    await scanFor(central, { namePrefix: "tickr" }, ["TICKR 4A2B", "TICKR 77"]);
    await scanFor(central, { services: [FITNESS_MACHINE] }, ["KICKR"]);
    const exceptAddresses = new Set(["EC:B2:8A:26:85:C5"]);
    const others = { services: [HEART_RATE], exceptAddresses };
    await scanFor(central, others, ["TICKR 77"]);
    await scanFor(central, STRAP, ["TICKR 4A2B"]);
    await scanFor(central, { ...STRAP, adapter: "hci0" }, ["TICKR 4A2B"]);
  });

  test("a scan that was ended before it began tells nothing", async ({ central }) => {
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

function testConnections(test: Test): void {
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

  test("a connection has the peripheral's table, in its order", async ({ connect, signalDbm }) => {
    await using connection = await connect({ namePrefix: "tickr 4" });
    const { address, adapter, name } = connection;
    const expected = ["EC:B2:8A:26:85:C5", "hci0", "TICKR 4A2B"];
    assert.deepEqual([address, adapter, name], expected);
    assert.equal(connection.signalDbm, signalDbm);
    const table = connection.characteristics.map((one) =>
      [one.uuid, one.service, ...one.properties].join(" ")
    );
    assert.deepEqual(table, [
      `${MEASUREMENT} ${HEART_RATE} notify`,
      `${CONTROL_POINT} ${HEART_RATE} write`,
      `${COMMANDS} ${HEART_RATE} write-without-response`,
      `${LEVEL} ${BATTERY} read notify`,
    ]);
  });

  test("a peripheral that refuses a connection takes the next one", async ({ strap, connect }) => {
    strap.refusedConnections = 1;
    await assert.rejects(connect(), isDeviceError("refused"));
    await using connection = await connect();
    assert(!connection.lost.aborted);
  });

  test("several peripherals are connected at once", async ({ connect, strap, other }) => {
    await using _one = await connect();
    await using _two = await connect({ namePrefix: "TICKR 77" });
    assert(strap.isConnected && other.isConnected);
  });
}

function testSharing(test: Test): void {
  test("two callers share one connection, which ends when both have let go", async ({ strap, connect }) => {
    const [one, two] = await Promise.all([connect(), connect()]);
    const [first, second] = [collect(), collect()];
    await one.subscribe(MEASUREMENT, first.add);
    await two.subscribe(MEASUREMENT, second.add);
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
    assert(!strap.isConnected);
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
    assert(!strap.isConnected);
    await assert.rejects(connect(), HardwareUnavailableError);
  });
}

function testReadsAndWrites(test: Test): void {
  test("values are read, and what cannot be read is refused", async ({ connect }) => {
    await using strap = await connect();
    assert.deepEqual(await strap.read(LEVEL), Uint8Array.of(77));
    const refused = isDeviceError("refused", 0x02);
    await assert.rejects(strap.read(MEASUREMENT), refused);
    await assert.rejects(strap.read(MISSING), isDeviceError("not_found"));
  });

  test("values are written in the order of the calls, as they were at the call", async ({ connect, written }) => {
    await using strap = await connect();
    const value = Uint8Array.of(1);
    const first = strap.write(CONTROL_POINT, value);
    value[0] = 9;
    const second = strap.write(COMMANDS, Uint8Array.of(2));
    const third = strap.write(CONTROL_POINT, Uint8Array.of(3));
    await Promise.all([first, second, third]);
    assert.deepEqual(written, ["01", "02", "03"]);
  });

  test("a refused write tells the code, and the next one is not hurt", async ({ connect, written }) => {
    await using strap = await connect();
    const refused = strap.write(CONTROL_POINT, Uint8Array.of(0xff));
    const next = strap.write(CONTROL_POINT, Uint8Array.of(1));
    await assert.rejects(refused, isDeviceError("refused", 0x0e));
    await next;
    assert.deepEqual(written, ["ff", "01"]);
    const missing = strap.write(MISSING, Uint8Array.of(1));
    await assert.rejects(missing, isDeviceError("not_found"));
  });

  test("an operation can be given up, with the reason that was given", async ({ connect }) => {
    await using strap = await connect();
    const end = new AbortController();
    const write = (first: number, signal: AbortSignal) =>
      strap.write(CONTROL_POINT, Uint8Array.of(first), { signal });
    const unanswered = write(0xee, end.signal);
    end.abort(new RangeError("enough"));
    await assert.rejects(unanswered, RangeError);
    await assert.rejects(write(1, end.signal), RangeError);
    await assert.rejects(strap.read(LEVEL, { signal: end.signal }), RangeError);
  });
}

function testNotifications(test: Test): void {
  test("notifications come complete and in order", async ({ strap, connect }) => {
    await using connection = await connect();
    const { values, add, until } = collect();
    await connection.subscribe(MEASUREMENT, add);
    assert(strap.isSubscribed(MEASUREMENT));
    const sent = Array.from({ length: 100 }, (_, at) => Uint8Array.of(6, at));
    for (const value of sent) strap.notify(MEASUREMENT, value);
    await until(100);
    assert.deepEqual(values, sent.map((value) => value.toHex()));
  });

  test("the same value twice is told twice", async ({ strap, connect }) => {
    await using connection = await connect();
    const { values, add, until } = collect();
    await connection.subscribe(MEASUREMENT, add);
    strap.notify(MEASUREMENT, Uint8Array.of(6, 70));
    strap.notify(MEASUREMENT, Uint8Array.of(6, 70));
    await until(2);
    assert.deepEqual(values, ["0646", "0646"]);
  });

  test("what does not notify refuses a subscription", async ({ connect }) => {
    await using strap = await connect();
    const onValue = () => {};
    const refused = strap.subscribe(CONTROL_POINT, onValue);
    await assert.rejects(refused, isDeviceError("refused"));
    const missing = strap.subscribe(MISSING, onValue);
    await assert.rejects(missing, isDeviceError("not_found"));
  });

  test("a value that was read is not told as a notification", async ({ strap, connect }) => {
    await using connection = await connect();
    const { values, add, until } = collect();
    await connection.subscribe(LEVEL, add);
    await connection.read(LEVEL);
    strap.notify(LEVEL, Uint8Array.of(76));
    await until(1);
    assert.deepEqual(values, ["4c"]);
  });

  test("a handler that throws hurts no other one", async ({ strap, connect }) => {
    await using connection = await connect();
    const { add, until } = collect();
    await connection.subscribe(MEASUREMENT, () => {
      throw new RangeError("a mistake in a driver");
    });
    await connection.subscribe(MEASUREMENT, add);
    strap.notify(MEASUREMENT, Uint8Array.of(6, 70));
    await until(1);
  });
}

function testLoss(test: Test): void {
  test("all callers hear of a lost connection", async ({ strap, connect }) => {
    const [one, two] = [await connect(), await connect()];
    strap.drop();
    for (const connection of [one, two]) {
      await untilAborted(connection.lost);
      isDeviceError("disconnected")(connection.lost.reason);
      const read = connection.read(LEVEL);
      await assert.rejects(read, isDeviceError("disconnected"));
    }
  });

  test("what was under way fails when the connection is lost", async ({ strap, connect }) => {
    const connection = await connect();
    const write = connection.write(CONTROL_POINT, Uint8Array.of(0xee));
    const queued = connection.read(LEVEL);
    strap.onWritten.add(() => strap.drop());
    await assert.rejects(write, isDeviceError("disconnected"));
    await assert.rejects(queued, isDeviceError("disconnected"));
  });

  test("a peripheral that is lost can be connected to again, and subscribed to anew", async ({ strap, connect }) => {
    const before = await connect();
    const { values, add, until } = collect();
    await before.subscribe(MEASUREMENT, add);
    strap.drop();
    await untilAborted(before.lost);
    await using after = await connect();
    strap.notify(MEASUREMENT, Uint8Array.of(6, 1));
    await after.subscribe(MEASUREMENT, add);
    strap.notify(MEASUREMENT, Uint8Array.of(6, 2));
    await until(1);
    assert.deepEqual(values, ["0602"]);
    await before[Symbol.asyncDispose]();
    assert(strap.isConnected && !after.lost.aborted);
  });

  test("a peripheral that falls asleep is lost, and found when it wakes", async ({ strap, connect }) => {
    const before = await connect();
    strap.sleep();
    await untilAborted(before.lost);
    const connecting = connect();
    strap.wake();
    await using after = await connecting;
    assert.deepEqual(await after.read(LEVEL), Uint8Array.of(77));
  });
}
