import assert from "node:assert/strict";
import { Bike } from "#lib/bike/bike.ts";
import type { CalibrationResult } from "#lib/bike/calibration.ts";
import { DeviceError, TimeoutError } from "#lib/base/errors.ts";
import { FakeClock, settle } from "../../fakes/fake_clock.ts";

function setUp() {
  const bike = new Bike({ clock: new FakeClock() });
  const device = bike.source("crank");
  const steps: string[] = [];
  bike.onCalibrationStep.add(({ device, instruction }) =>
    steps.push(`${device}: ${instruction}`)
  );
  return { bike, device, steps };
}

/** A calibration that ends when the test says so. */
function held() {
  const { promise, resolve, reject } = Promise.withResolvers<
    CalibrationResult
  >();
  const signals: AbortSignal[] = [];
  const instructs: ((instruction: string) => void)[] = [];
  const calibrate = (
    instruct: (instruction: string) => void,
    { signal }: { readonly signal: AbortSignal },
  ) => {
    instructs.push(instruct);
    signals.push(signal);
    return promise;
  };
  return { calibrate, resolve, reject, signals, instructs };
}

Deno.test("Bike.calibrate gives what the device's driver gives, and reports each step", async () => {
  const { bike, device, steps } = setUp();
  device.calibration((instruct) => {
    instruct("keep still");
    return Promise.resolve({ kind: "zero_offset", offsetRaw: 12 });
  });
  assert.deepEqual(await bike.calibrate("crank"), {
    kind: "zero_offset",
    offsetRaw: 12,
  });
  assert.deepEqual(steps, ["crank: keep still"]);
});

Deno.test("Bike.calibrate is unavailable without such a device, without a calibration, and without a connection", async () => {
  const { bike, device } = setUp();
  await assert.rejects(bike.calibrate("kickr"), {
    code: "unavailable",
    message: /no such device, expected one of crank/,
  });
  await assert.rejects(bike.calibrate("crank"), { code: "unavailable" });
  device.calibration(() => Promise.resolve({ kind: "spin_down" }));
  device.setConnected(false);
  await assert.rejects(bike.calibrate("crank"), {
    code: "unavailable",
    message: /not connected/,
  });
});

Deno.test("a second calibration of a device is refused while one runs, and allowed afterwards", async () => {
  const { bike, device } = setUp();
  const { calibrate, resolve } = held();
  device.calibration(calibrate);
  const first = bike.calibrate("crank");
  await assert.rejects(bike.calibrate("crank"), { code: "held" });
  resolve({ kind: "spin_down" });
  assert.deepEqual(await first, { kind: "spin_down" });
  assert.deepEqual(await bike.calibrate("crank"), { kind: "spin_down" });
});

Deno.test("two devices are calibrated at the same time", async () => {
  const { bike, device } = setUp();
  device.calibration(held().calibrate);
  const other = bike.source("kickr");
  other.calibration(() => Promise.resolve({ kind: "spin_down" }));
  const first = assert.rejects(bike.calibrate("crank"), DeviceError);
  assert.deepEqual(await bike.calibrate("kickr"), { kind: "spin_down" });
  bike.close();
  await first;
});

Deno.test("the device's own error reaches whoever asked, and the next calibration is allowed", async () => {
  const { bike, device } = setUp();
  const errors = [
    new DeviceError("Cannot zero: moved", "crank", "refused", {
      resultCode: 4,
    }),
    new TimeoutError("zero offset", 30_000),
    new RangeError("a mistake in the driver"),
  ];
  for (const error of errors) {
    device.calibration(() => Promise.reject(error));
    await assert.rejects(bike.calibrate("crank"), (got) => got === error);
    device.calibration(() => {
      throw error;
    });
    await assert.rejects(bike.calibrate("crank"), (got) => got === error);
  }
});

Deno.test("a device that goes ends its calibration at once, and its driver is notified", async () => {
  const { bike, device, steps } = setUp();
  const { calibrate, signals, instructs, reject } = held();
  device.calibration(calibrate);
  const lost = assert.rejects(
    bike.calibrate("crank"),
    (error) => error instanceof DeviceError && error.reason === "disconnected",
  );
  device.setConnected(false);
  await lost;
  assert(signals[0]?.aborted);
  reject(new TypeError("late"));
  instructs[0]?.("late");
  await settle();
  assert.deepEqual(steps, []);
});

Deno.test("a device that came back can be calibrated, though the calibration of before never ended", async () => {
  const { bike, device } = setUp();
  device.calibration(held().calibrate);
  const lost = assert.rejects(bike.calibrate("crank"), DeviceError);
  device.setConnected(false);
  device.setConnected(true);
  await lost;
  device.calibration(() => Promise.resolve({ kind: "zero_offset" }));
  assert.deepEqual(await bike.calibrate("crank"), { kind: "zero_offset" });
});
