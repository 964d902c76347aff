import assert from "node:assert/strict";
import { DeviceError, TimeoutError } from "#lib/base/errors.ts";
import { CHARACTERISTICS } from "#lib/gatt/uuids.ts";
import type { BleSession } from "#lib/driver/ble_session.ts";
import { ControlPoint } from "#lib/driver/control_point.ts";
import { connect, POINT } from "./ble_setup.ts";

/** Commands and answers are bytes; an answer begins with the command's first byte. */
function open(session: BleSession): Promise<ControlPoint<string, string>> {
  return ControlPoint.open(session, {
    commands: POINT,
    encode: (hex) => Uint8Array.fromHex(hex),
    decode: (bytes) => bytes.toHex(),
    isAnswer: (message, command) => message.slice(0, 2) === command.slice(0, 2),
  });
}

/** Runs a control point on a device whose answers the test sends. */
async function setUp() {
  const rig = await connect();
  const point = await open(rig.session);
  return { ...rig, point };
}

Deno.test("a request resolves with its own answer, however many others come before", async () => {
  await using rig = await setUp();
  const { bench, device, point } = rig;
  const events: string[] = [];
  point.onMessage.add((message) => events.push(message));
  const answer = point.request("0a01");
  await bench.pass(50);
  device.notify("2ad9", "0bff", "0aee", "0add");
  assert.equal(await answer, "0aee");
  assert.deepEqual(events, ["0bff", "0aee", "0add"]);
});

Deno.test("requests are written one after another, each when the one before is answered", async () => {
  await using rig = await setUp();
  const { bench, device, point } = rig;
  const answers = Promise.all([point.request("0a"), point.request("0b")]);
  await bench.pass(50);
  assert.deepEqual(device.writtenTo("2ad9"), ["0a"]);
  device.notify("2ad9", "0a01");
  await bench.pass(0);
  assert.deepEqual(device.writtenTo("2ad9"), ["0a", "0b"]);
  device.notify("2ad9", "0b02");
  assert.deepEqual(await answers, ["0a01", "0b02"]);
});

Deno.test("a request without an answer ends after three seconds, or when asked to, and the next one goes on", async () => {
  await using rig = await setUp();
  const { bench, device, point } = rig;
  const first = assert.rejects(point.request("0a"), TimeoutError);
  const second = assert.rejects(
    point.request("0b", { timeoutMs: 10_000 }),
    TimeoutError,
  );
  const third = point.request("0c");
  await bench.pass(3000);
  await first;
  await bench.pass(9999);
  assert.deepEqual(device.writtenTo("2ad9"), ["0a", "0b"]);
  await bench.pass(1);
  await second;
  device.notify("2ad9", "0c01");
  assert.equal(await third, "0c01");
});

Deno.test("a request that is given up before its turn is never written", async () => {
  await using rig = await setUp();
  const { bench, device, point } = rig;
  const first = point.request("0a");
  const end = new AbortController();
  const reason = new RangeError("enough");
  const second = assert.rejects(
    point.request("0b", { signal: end.signal }),
    (error) => error === reason,
  );
  end.abort(reason);
  await bench.pass(50);
  device.notify("2ad9", "0a01");
  await first;
  await second;
  await bench.pass(50);
  assert.deepEqual(device.writtenTo("2ad9"), ["0a"]);
});

Deno.test("a request that is given up while it waits ends at once", async () => {
  await using rig = await setUp();
  const end = new AbortController();
  const reason = new RangeError("enough");
  const request = assert.rejects(
    rig.point.request("0a", { signal: end.signal }),
    (error) => error === reason,
  );
  await rig.bench.pass(50);
  end.abort(reason);
  await request;
});

Deno.test("a request that has ended while the radio was busy is not written later", async () => {
  await using rig = await setUp();
  const { bench, device, point, session } = rig;
  device.peripheral.answerMs = () => 10_000;
  const reading = session.peripheral.read(CHARACTERISTICS.softwareRevision);
  const late = assert.rejects(point.request("0a"), TimeoutError);
  await bench.pass(3000);
  await late;
  await bench.pass(60_000);
  await reading;
  assert.deepEqual(device.writtenTo("2ad9"), []);
});

Deno.test("a write that the device refuses ends its request at once", async () => {
  await using rig = await setUp();
  const refusal = new DeviceError("Cannot write: no", "thing", "refused");
  rig.device.answers["2ad9"] = () => {
    throw refusal;
  };
  await assert.rejects(rig.point.request("0a"), (error) => error === refusal);
});

Deno.test("requests that run and wait end when the connection is lost", async () => {
  await using rig = await setUp();
  const { bench, device, point } = rig;
  const lost = ["0a", "0b"].map((hex) =>
    assert.rejects(
      point.request(hex),
      (error) =>
        error instanceof DeviceError && error.reason === "disconnected",
    )
  );
  await bench.pass(50);
  device.peripheral.drop();
  await Promise.all(lost);
  assert.deepEqual(device.writtenTo("2ad9"), ["0a"]);
});

Deno.test("what is sent waits for no answer, but for its turn", async () => {
  await using rig = await setUp();
  const { bench, device, point } = rig;
  const request = point.request("0a");
  const sent = point.send("0b");
  await bench.pass(50);
  assert.deepEqual(device.writtenTo("2ad9"), ["0a"]);
  device.notify("2ad9", "0a01");
  await request;
  await sent;
  assert.deepEqual(device.writtenTo("2ad9"), ["0a", "0b"]);
});

/** A control point on which `0000` keeps late answers apart. */
async function setUpBarrier() {
  const rig = await connect();
  const point: ControlPoint<string, string> = await ControlPoint.open(
    rig.session,
    {
      commands: POINT,
      encode: (hex) => Uint8Array.fromHex(hex),
      decode: (bytes) => bytes.toHex(),
      isAnswer: (message, command) =>
        message.slice(0, 2) === command.slice(0, 2),
      barrier: {
        command: "0000",
        isSameKind: (one, other) => one.slice(0, 2) === other.slice(0, 2),
      },
    },
  );
  const giveUp = async (command: string) => {
    const late = assert.rejects(point.request(command), TimeoutError);
    await rig.bench.pass(3000);
    await late;
  };
  return { ...rig, point, giveUp };
}

Deno.test("each of several late answers is kept apart, whichever command comes next", async () => {
  await using rig = await setUpBarrier();
  const { bench, device, giveUp, point } = rig;
  await giveUp("0a01");
  await giveUp("0b01");
  const answer = point.request("0a02");
  await bench.pass(0);
  assert.deepEqual(device.writtenTo("2ad9"), ["0a01", "0b01", "0000"]);
  device.notify("2ad9", "0aff", "0bff", "00");
  await bench.pass(0);
  device.notify("2ad9", "0a02");
  assert.equal(await answer, "0a02");
  const next = point.request("0b02");
  await bench.pass(0);
  device.notify("2ad9", "0b02");
  assert.equal(await next, "0b02");
  assert.deepEqual(device.writtenTo("2ad9").slice(3), ["0a02", "0b02"]);
});

Deno.test("a device that does not answer to what keeps answers apart has each command, and that no more", async () => {
  await using rig = await setUpBarrier();
  const { bench, device, giveUp, point } = rig;
  await giveUp("0a01");
  for (const command of ["0a02", "0a03"]) {
    const answer = point.request(command);
    if (command === "0a02") await bench.pass(3000);
    await bench.pass(0);
    device.notify("2ad9", command);
    assert.equal(await answer, command);
  }
  assert.deepEqual(device.writtenTo("2ad9"), ["0a01", "0000", "0a02", "0a03"]);
});
