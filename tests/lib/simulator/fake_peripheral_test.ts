import assert from "node:assert/strict";
import { DeviceError, TimeoutError } from "#lib/base/errors.ts";
import { assignedUuid } from "#lib/gatt/uuids.ts";
import { ATT_ERRORS, attError } from "#lib/simulator/att_error.ts";
import { settle } from "../../fakes/fake_clock.ts";
import { COMMAND, DATA, listen, setUp } from "./setup.ts";

function isRefusal(resultCode: number) {
  return (error: unknown) =>
    error instanceof DeviceError && error.reason === "refused" &&
    error.resultCode === resultCode;
}

Deno.test("reading gives the value of the moment", async () => {
  let next = 1;
  const { connect } = setUp({ value: () => Uint8Array.of(next++) });
  await using connection = await connect();
  assert.deepEqual(await connection.read(DATA), Uint8Array.of(1));
  assert.deepEqual(await connection.read(DATA), Uint8Array.of(2));
});

Deno.test("writes come one after another, in the order of the calls", async () => {
  const order: string[] = [];
  const { clock, peripheral, connect } = setUp({
    onWrite: async ([byte]) => {
      order.push(`start ${byte}`);
      await new Promise<void>((resolve) => clock.setTimeout(resolve, 100));
      order.push(`end ${byte}`);
    },
  });
  peripheral.answerMs = () => 30;
  await using connection = await connect();
  const written = [1, 2].map((byte) =>
    connection.write(DATA, Uint8Array.of(byte))
  );
  await clock.advance(260);
  await Promise.all(written);
  assert.deepEqual(order, ["start 1", "end 1", "start 2", "end 2"]);
});

Deno.test("a write without response does not wait, and hears of no refusal", async () => {
  const taken: number[] = [];
  const { connect } = setUp({}, {
    onWrite: ([byte = 0]) => {
      taken.push(byte);
      throw attError("unlikelyError", "Thing 1", "write");
    },
  });
  await using connection = await connect();
  await connection.write(COMMAND, Uint8Array.of(5));
  assert.deepEqual(taken, [5]);
  await assert.rejects(
    connection.write(COMMAND, Uint8Array.of(5), { withoutResponse: false }),
    isRefusal(ATT_ERRORS.writeNotPermitted),
  );
});

Deno.test("a peripheral refuses what a characteristic cannot do, and what it lacks", async () => {
  const { connect } = setUp();
  await using connection = await connect();
  await assert.rejects(
    connection.read(COMMAND),
    isRefusal(ATT_ERRORS.readNotPermitted),
  );
  await assert.rejects(
    connection.subscribe(COMMAND, () => {}),
    isRefusal(ATT_ERRORS.requestNotSupported),
  );
  const isUnknown = (error: unknown) =>
    error instanceof DeviceError && error.reason === "not_found";
  const absent = assignedUuid(0x2a00);
  await assert.rejects(connection.read(absent), isUnknown);
  await assert.rejects(
    connection.write(absent, Uint8Array.of(1)),
    isUnknown,
  );
  await assert.rejects(connection.subscribe(absent, () => {}), isUnknown);
});

Deno.test("what a write handler throws reaches the writer, and only that one", async () => {
  let isTired = true;
  const { connect } = setUp({
    onWrite() {
      if (isTired) throw attError("procedureInProgress", "Thing 1", "write");
    },
  });
  await using connection = await connect();
  await assert.rejects(
    connection.write(DATA, Uint8Array.of(1)),
    isRefusal(0xfe),
  );
  isTired = false;
  await connection.write(DATA, Uint8Array.of(1));
});

Deno.test("only those who have subscribed get values, each its own copy", async () => {
  const { peripheral, connect } = setUp();
  await using connection = await connect();
  peripheral.notify(DATA, Uint8Array.of(1));
  await connection.subscribe(DATA, (value) => value.fill(9));
  const values = await listen(connection, DATA);
  assert(peripheral.isSubscribed(DATA) && !peripheral.isSubscribed(COMMAND));
  const value = Uint8Array.of(2);
  peripheral.notify(DATA, value);
  assert.deepEqual(values, ["02"]);
  assert.deepEqual(value, Uint8Array.of(2));
});

Deno.test("a value that the peripheral sends as it agrees is heard", async () => {
  const { peripheral, connect } = setUp();
  peripheral.onSubscribed.add(() => peripheral.notify(DATA, Uint8Array.of(42)));
  await using connection = await connect();
  assert.deepEqual(await listen(connection, DATA), ["2a"]);
});

Deno.test("subscriptions do not outlive the connection", async () => {
  const { peripheral, connect } = setUp();
  const before = await listen(await connect(), DATA);
  peripheral.drop();
  await using again = await connect();
  peripheral.notify(DATA, Uint8Array.of(1));
  const after = await listen(again, DATA);
  peripheral.notify(DATA, Uint8Array.of(2));
  assert.deepEqual([before, after], [[], ["02"]]);
});

Deno.test("a request that is on its way when the connection is lost fails at once", async () => {
  const { peripheral, connect } = setUp({
    onWrite: () => new Promise<void>(() => {}),
  });
  const connection = await connect();
  const writing = connection.write(DATA, Uint8Array.of(1));
  await settle();
  peripheral.drop();
  await assert.rejects(writing, (error) => error === connection.lost.reason);
  await assert.rejects(
    connection.read(DATA),
    (error) => error === connection.lost.reason,
  );
});

Deno.test("a peripheral that never answers gives a TimeoutError, and the next request its turn", async () => {
  const { clock, connect } = setUp({
    value: Uint8Array.of(1),
    onWrite: () => new Promise<void>(() => {}),
  });
  await using connection = await connect();
  const writing = connection.write(DATA, Uint8Array.of(1));
  const refused = assert.rejects(writing, TimeoutError);
  const reading = connection.read(DATA);
  await clock.advance(30_000);
  await refused;
  assert.deepEqual(await reading, Uint8Array.of(1));
  assert.equal(clock.timerCount, 0);
});

Deno.test("a request can be given up before its turn, and is then not made", async () => {
  const written: string[] = [];
  const { clock, peripheral, connect } = setUp({
    onWrite: (value) => void written.push(value.toHex()),
  });
  peripheral.answerMs = () => 100;
  await using connection = await connect();
  const end = new AbortController();
  const first = connection.write(DATA, Uint8Array.of(1));
  const second = connection.write(DATA, Uint8Array.of(2), {
    signal: end.signal,
  });
  end.abort(new RangeError("enough"));
  await assert.rejects(second, RangeError);
  await clock.advance(300);
  await first;
  assert.deepEqual(written, ["01"]);
});

Deno.test("what tampers with values changes or loses them", async () => {
  const { peripheral, connect } = setUp();
  await using connection = await connect();
  const values = await listen(connection, DATA);
  peripheral.tamper = ({ value }) =>
    value.length > 1 ? value.subarray(0, 1) : undefined;
  peripheral.notify(DATA, Uint8Array.of(1, 2));
  peripheral.notify(DATA, Uint8Array.of(3));
  assert.deepEqual(values, ["01"]);
});

Deno.test("a handler that throws harms neither the peripheral nor other handlers", async () => {
  const { peripheral, connect } = setUp();
  await using connection = await connect();
  await connection.subscribe(DATA, () => {
    throw new RangeError("a driver's mistake");
  });
  const values = await listen(connection, DATA);
  peripheral.notify(DATA, Uint8Array.of(1));
  assert.deepEqual(values, ["01"]);
});

Deno.test("falling asleep and waking are reported once, whatever the reasons", () => {
  const { peripheral } = setUp();
  const changes: boolean[] = [];
  peripheral.onAwakeChanged.add((isAwake) => changes.push(isAwake));
  peripheral.sleep();
  peripheral.sleep();
  peripheral.wake();
  assert.deepEqual(changes, [false]);
  peripheral.wake();
  peripheral.wake();
  assert.deepEqual(changes, [false, true]);
});
