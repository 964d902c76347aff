/**
 * Our central on the real BlueZ: finding, connecting, reading, writing and
 * being told.
 *
 * @module
 */
import assert from "node:assert/strict";
import { assignedUuid, CHARACTERISTICS } from "#lib/gatt/uuids.ts";
import {
  collect,
  COMMANDS,
  CONTROL_POINT,
  HEART_RATE,
  isDeviceError,
  LEVEL,
  MEASUREMENT,
  MISSING,
} from "../../lib/hardware/ble_setup.ts";
import { CentralBench, OTHER, TRAINER } from "../inside/central_bench.ts";

const POINT = CHARACTERISTICS.fitnessMachineControlPoint;

/** Services that BlueZ has on its own side of the peripheral. */
const OWN_SERVICES = [0x1800, 0x1801, 0x180a].map(assignedUuid);

const bench = await CentralBench.start();
const { air: { central }, parts: { strap, other, written } } = bench;

Deno.test.afterAll(() => bench[Symbol.asyncDispose]());

Deno.test("a scan tells names and services, of what fits", async () => {
  const end = new AbortController();
  const filter = { services: [HEART_RATE] };
  const found = new Map<string, readonly string[]>();
  for await (
    const { name, services } of central.scan(filter, { signal: end.signal })
  ) {
    found.set(name, services);
    if (found.size === 2) end.abort();
  }
  assert.deepEqual(found.get("TICKR 4A2B"), [HEART_RATE]);
  assert.deepEqual(found.get("TICKR 77"), [HEART_RATE]);
});

Deno.test("a connection has the peripheral's table, in its order", async () => {
  await using connection = await bench.connect();
  assert.equal(connection.name, "TICKR 4A2B");
  assert.equal(connection.address, strap.address);
  const table = connection.characteristics
    .filter(({ service }) => !OWN_SERVICES.includes(service))
    .map(({ uuid, properties }) => [uuid, ...properties].join(" "));
  assert.deepEqual(table, [
    `${MEASUREMENT} notify`,
    `${CONTROL_POINT} write`,
    `${COMMANDS} write-without-response`,
    `${LEVEL} read notify`,
  ]);
});

Deno.test("the level of a battery is read, and told", async () => {
  await using connection = await bench.connect();
  assert.deepEqual(await connection.read(LEVEL), Uint8Array.of(77));
  const { values, add, until } = collect();
  await connection.subscribe(LEVEL, add);
  strap.notify(LEVEL, Uint8Array.of(76));
  await until(1);
  assert.deepEqual(values, ["4c"]);
});

Deno.test("what a peripheral refuses is refused", async () => {
  await using connection = await bench.connect();
  const read = connection.read(MEASUREMENT);
  await assert.rejects(read, isDeviceError("refused"));
  const write = connection.write(CONTROL_POINT, Uint8Array.of(0xff));
  await assert.rejects(write, isDeviceError("refused", 0x0e));
  const missing = connection.read(MISSING);
  await assert.rejects(missing, isDeviceError("not_found"));
});

Deno.test("values are written in the order of the calls", async () => {
  written.length = 0;
  await using connection = await bench.connect();
  await Promise.all([
    connection.write(CONTROL_POINT, Uint8Array.of(1)),
    connection.write(COMMANDS, Uint8Array.of(2)),
    connection.write(CONTROL_POINT, Uint8Array.of(3)),
  ]);
  assert.deepEqual(written, ["01", "02", "03"]);
});

Deno.test("notifications come complete and in order, the same value twice too", async () => {
  await using connection = await bench.connect();
  const { values, add, until } = collect();
  await bench.subscribe(connection, strap, add);
  const sent = Array.from({ length: 100 }, (_, at) => Uint8Array.of(6, at));
  sent.push(Uint8Array.of(6, 99));
  for (const value of sent) strap.notify(MEASUREMENT, value);
  await until(sent.length);
  assert.deepEqual(values, sent.map((value) => value.toHex()));
});

Deno.test("a control point indicates what it refuses and what it does", async () => {
  await using connection = await bench.connect(TRAINER);
  const { values, add, until } = collect();
  await connection.subscribe(POINT, add);
  const requests = ["05c800", "00", "05c800", "99"];
  for (const [at, request] of requests.entries()) {
    await connection.write(POINT, Uint8Array.fromHex(request));
    await until(at + 1);
  }
  assert.deepEqual(values, ["800505", "800001", "800501", "809902"]);
});

Deno.test("two peripherals are connected at once", async () => {
  await using one = await bench.connect();
  await using two = await bench.connect(OTHER);
  await bench.hear(one);
  const { add, until } = collect();
  await bench.subscribe(two, other, add);
  other.notify(MEASUREMENT, Uint8Array.of(6, 71));
  await until(1);
  assert(strap.isConnected && other.isConnected);
});
