/**
 * Odd trainers over the bus: the whole exchange between driver and device.
 *
 * @module
 */
import assert from "node:assert/strict";
import { driver as trainer } from "#drivers/trainer.ts";
import { Bike } from "#lib/bike/bike.ts";
import { liveValue } from "#lib/bike/reading.ts";
import { pause, systemClock } from "#lib/base/clock.ts";
import { DriverHost } from "#lib/driver/driver_host.ts";
import { absentHardware } from "#lib/hardware/absent.ts";
import { BluezCentral } from "#lib/hardware/linux/ble.ts";
import { FTMS_SUCCESS, TRAINER } from "../../../drivers/devices.ts";
import {
  type DeviceScript,
  ScriptedDevice,
} from "../../../drivers/scripted_device.ts";
import { FakeBluez } from "../../../fakes/bluez/fake_bluez.ts";
import { within } from "../../../support/within.ts";
import { NEVER } from "../ble_setup.ts";
import { test } from "./setup.ts";

/** 30 km/h, 85 rpm, 180 W. */
const RIDE = "4400b80baa00b400";

/** A driver on a fake BlueZ with one device. */
async function start(script: DeviceScript) {
  const stack = new AsyncDisposableStack();
  const device = new ScriptedDevice(script, systemClock);
  const bluez = stack.use(
    await FakeBluez.start({ peripherals: [device.peripheral] }),
  );
  const ble = stack.use(new BluezCentral({ busAddress: bluez.busAddress }));
  const bike = new Bike();
  stack.defer(() => bike.close());
  const host = stack.use(
    new DriverHost({
      bike,
      hardware: { ...absentHardware("this is a test"), ble },
    }),
  );
  host.start({ definition: trainer });
  const until = (what: string, holds: () => boolean) =>
    within(
      what,
      (async () => {
        while (!holds()) await pause(systemClock, 20, NEVER);
      })(),
    );
  return {
    bike,
    device,
    until,
    app: bike.controller("app"),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

test("a machine that falls silent once control is requested is ridden without it, over the bus", async () => {
  await using rig = await start(TRAINER);
  const { bike, device, until } = rig;
  let isSilent = false;
  device.answers["2ad9"] = (hex) => {
    isSilent = true;
    return FTMS_SUCCESS(hex);
  };
  device.peripheral.onDisconnected.add(() => isSilent = false);
  const stop = new AbortController();
  const riding = (async () => {
    while (!stop.signal.aborted) {
      if (device.peripheral.isConnected && !isSilent) {
        device.notify("2ad2", RIDE);
      }
      await pause(systemClock, 100, stop.signal);
    }
  })().catch(() => {});
  await until(
    "a note",
    () => bike.devices.some(({ notes }) => notes.length > 0),
  );
  assert.equal(liveValue(bike.read("powerWatts")), 180);
  assert.match(String(bike.devices[0]?.notes), /without control/);
  assert.deepEqual(device.written, ["2ad9 00", "2ad9 07"]);
  stop.abort();
  await riding;
});

test("a cut frame, a step of 0, and a width that is refused, over the bus", async () => {
  await using rig = await start({
    ...TRAINER,
    values: { ...TRAINER.values, "2ad6": "000064000000" },
  });
  const { app, bike, device, until } = rig;
  device.answers["2ad9"] = (hex) =>
    hex.startsWith("04") && hex.length === 4 ? "800403" : FTMS_SUCCESS(hex);
  await until("control", () => device.written.length === 2);
  device.notify("2ad2", "4402b80baa00b400");
  await until("values", () => liveValue(bike.read("powerWatts")) === 180);
  assert.equal(await app.set("resistancePercent", 24), 24);
  assert.deepEqual(device.writtenTo("2ad9").slice(2), ["0418", "041800"]);
});
