/**
 * How centrals read, write, and hear notifications.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Test } from "./ble_contract_parts.ts";
import {
  collect,
  COMMANDS,
  CONTROL_POINT,
  isDeviceError,
  LEVEL,
  MEASUREMENT,
  MISSING,
  subscribe,
} from "./ble_setup.ts";

/**
 * Registers the tests of reading and writing.
 *
 * @param test Registers one test.
 */
export function testReadsAndWrites(test: Test): void {
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

  test("a refused write reports the code, and the next one is not hurt", async ({ connect, written }) => {
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

/**
 * Registers the tests of notifications.
 *
 * @param test Registers one test.
 */
export function testNotifications(test: Test): void {
  test("notifications come complete and in order", async ({ strap, connect }) => {
    await using connection = await connect();
    const { values, add, until } = collect();
    await subscribe({ connection, peripheral: strap }, MEASUREMENT, add);
    const sent = Array.from({ length: 100 }, (_, at) => Uint8Array.of(6, at));
    for (const value of sent) strap.notify(MEASUREMENT, value);
    await until(100);
    assert.deepEqual(values, sent.map((value) => value.toHex()));
  });

  test("the same value twice is reported twice", async ({ strap, connect }) => {
    await using connection = await connect();
    const { values, add, until } = collect();
    await subscribe({ connection, peripheral: strap }, MEASUREMENT, add);
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

  test("a value that was read is not reported as a notification", async ({ strap, connect }) => {
    await using connection = await connect();
    const { values, add, until } = collect();
    await subscribe({ connection, peripheral: strap }, LEVEL, add);
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
    await subscribe({ connection, peripheral: strap }, MEASUREMENT, add);
    strap.notify(MEASUREMENT, Uint8Array.of(6, 70));
    await until(1);
  });
}
