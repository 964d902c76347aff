/**
 * How centrals lose connections, and find peripherals again.
 *
 * @module
 */
import assert from "node:assert/strict";
import { untilAborted } from "#lib/base/deadline.ts";
import type { Test } from "./ble_contract_parts.ts";
import {
  collect,
  CONTROL_POINT,
  isDeviceError,
  LEVEL,
  MEASUREMENT,
  subscribe,
} from "./ble_setup.ts";

/**
 * Registers the tests of lost connections.
 *
 * @param test Registers one test.
 */
export function testLoss(test: Test): void {
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
    const [earlier, later] = [collect(), collect()];
    const peripheral = strap;
    await subscribe(
      { connection: before, peripheral },
      MEASUREMENT,
      earlier.add,
    );
    strap.drop();
    await untilAborted(before.lost);
    await using after = await connect();
    await subscribe({ connection: after, peripheral }, MEASUREMENT, later.add);
    strap.notify(MEASUREMENT, Uint8Array.of(6, 2));
    await later.until(1);
    assert.deepEqual(later.values, ["0602"]);
    assert.deepEqual(earlier.values, []);
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
