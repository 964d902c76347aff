import assert from "node:assert/strict";
import { DeviceError, FrameError, TimeoutError } from "#lib/base/errors.ts";
import { CHARACTERISTICS } from "#lib/gatt/uuids.ts";
import { hasCharacteristic } from "#lib/driver/ble_session.ts";
import { startLog } from "#lib/base/logger.ts";
import { connect, POINT } from "./ble_setup.ts";

/** Takes frames of one byte. */
function decodeByte(bytes: Uint8Array): number {
  const [byte] = bytes;
  if (byte === undefined || bytes.length > 1) {
    throw new FrameError("byte", bytes.length, "one byte");
  }
  if (byte === 0xff) throw new TypeError("a mistake in the codec");
  return byte;
}

Deno.test("frames that cannot be decoded are dropped, the first one is a warning, and the next sound one counts", async () => {
  const lines: string[] = [];
  await using _log = await startLog({ write: (line) => lines.push(line) });
  await using rig = await connect();
  const { device, session } = rig;
  const values: number[] = [];
  await session.onFrame(POINT, decodeByte, (value) => values.push(value));
  device.notify("2ad9", "01", "", "0203", "", "04", "");
  assert.deepEqual(values, [1, 4]);
  assert.equal(lines.length, 1);
  assert.match(lines[0] ?? "", /^warning driver: thing sent a frame/);
});

Deno.test("a codec that makes a mistake loses its frame and nothing else", async () => {
  await using rig = await connect();
  const values: number[] = [];
  await rig.session.onFrame(POINT, decodeByte, (value) => values.push(value));
  rig.device.notify("2ad9", "ff", "01");
  assert.deepEqual(values, [1]);
  assert(rig.bench.isConnected("thing"));
});

Deno.test("what cannot be read is undefined: missing, refused, or nonsense", async () => {
  await using rig = await connect();
  const { session } = rig;
  const { batteryLevel, modelNumber, wahooHeadwind } = CHARACTERISTICS;
  assert(hasCharacteristic(session.peripheral, batteryLevel));
  assert(!hasCharacteristic(session.peripheral, modelNumber));
  for (const uuid of [batteryLevel, modelNumber, wahooHeadwind]) {
    assert.equal(await session.readOptional(uuid, decodeByte), undefined);
  }
});

Deno.test("a codec that makes a mistake about what was read is not taken for a device that sends nonsense", async () => {
  await using rig = await connect();
  await assert.rejects(
    rig.session.readOptional(CHARACTERISTICS.softwareRevision, decodeByte),
    TypeError,
  );
});

Deno.test("an attempt gives its value, and undefined where the device refuses or does not answer", async () => {
  await using rig = await connect();
  const { session } = rig;
  assert.equal(await session.attempt("it", () => Promise.resolve(7)), 7);
  for (
    const error of [
      new DeviceError("Cannot: no", "thing", "refused"),
      new DeviceError("Cannot: none", "thing", "not_found"),
      new TimeoutError("it", 1000),
    ]
  ) {
    const refused = session.attempt("it", () => Promise.reject(error));
    assert.equal(await refused, undefined);
  }
});

Deno.test("an attempt does not hide a mistake, nor that the device is lost", async () => {
  await using rig = await connect();
  const { bench, device, session } = rig;
  const mistake = new TypeError("a mistake");
  await assert.rejects(
    session.attempt("it", () => Promise.reject(mistake)),
    (error) => error === mistake,
  );
  device.peripheral.drop();
  await bench.pass(0);
  await assert.rejects(
    session.attempt("it", () => session.peripheral.read(POINT)),
    (error) => error instanceof DeviceError && error.reason === "disconnected",
  );
});

Deno.test("a driver whose start fails lets its device go, and is run again", async () => {
  let starts = 0;
  await using rig = await connect({
    start() {
      if (starts++ === 0) throw new TypeError("a mistake");
      return Promise.resolve();
    },
  });
  const { bench, device } = rig;
  assert(!device.peripheral.isConnected);
  assert.equal(bench.isConnected("thing"), false);
  await bench.pass(500);
  assert.equal(starts, 2);
  assert(bench.isConnected("thing"));
});

Deno.test("a driver that is stopped while its start waits for an answer lets its device go", async () => {
  await using rig = await connect({
    start: ({ peripheral, signal }) =>
      new Promise((_resolve, reject) =>
        AbortSignal.any([peripheral.lost, signal]).addEventListener(
          "abort",
          () => reject(signal.reason),
        )
      ),
  });
  const { bench, device } = rig;
  assert(device.peripheral.isConnected);
  bench.host.stop("thing");
  await bench.pass(0);
  assert(!device.peripheral.isConnected);
});
