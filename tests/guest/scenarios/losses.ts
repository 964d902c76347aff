/**
 * How connections are lost on the real BlueZ, and found again.
 *
 * @module
 */
import assert from "node:assert/strict";
import { pause, systemClock } from "#lib/base/clock.ts";
import { MEASUREMENT, NEVER } from "../../lib/hardware/ble_setup.ts";
import { within } from "../../support/within.ts";
import { CentralBench, OTHER, untilLost } from "../inside/central_bench.ts";
import { holdIndex } from "../inside/hci_socket.ts";
import { INTERFACES } from "../inside/system_bus.ts";

/** BlueZ gives a silent peripheral 40 s, in milliseconds. */
const SILENT_MS = { min: 39_000, max: 42_000 };

/** Longer than BlueZ takes to take an advertisement off the air, in milliseconds. */
const SILENCE_MS = 2000;

const bench = await CentralBench.start();
const { air, parts: { strap, other } } = bench;
const { bluetooth } = air;

Deno.test.afterAll(() => bench[Symbol.asyncDispose]());

Deno.test("a strap that hangs up is lost, and found again", async () => {
  const connection = await bench.ride();
  strap.drop();
  await untilLost(connection);
  await using _again = await bench.ride();
});

Deno.test("a strap that comes back is asked by BlueZ for what was subscribed to before", async () => {
  const connection = await bench.ride();
  strap.drop();
  await untilLost(connection);
  const asked = strap.onSubscribed.next();
  await using _again = await bench.connectAgain();
  await within("BlueZ to subscribe", asked);
  assert(strap.isSubscribed(MEASUREMENT));
});

Deno.test("a strap whose link is cut is lost, and found again", async () => {
  const connection = await bench.ride();
  await bluetooth.cut(1);
  await untilLost(connection);
  await using _again = await bench.ride();
});

Deno.test("a strap that sleeps is lost, and found when it wakes", async () => {
  const connection = await bench.ride();
  strap.sleep();
  await untilLost(connection);
  const waiting = bench.ride();
  strap.wake();
  await using _again = await waiting;
});

Deno.test("BlueZ gives up on a silent peripheral after 40 s", async () => {
  const known = await bench.connect(OTHER);
  other.sleep();
  await untilLost(known);
  await pause(systemClock, SILENCE_MS, NEVER);
  const adapter = await bluetooth.adapterPath(0);
  const device = `${adapter}/dev_${other.address.replaceAll(":", "_")}`;
  const startMs = performance.now();
  const connecting = bluetooth.bus.call(device, INTERFACES.device, "Connect");
  await assert.rejects(connecting, { dbusName: "org.bluez.Error.Failed" });
  const tookMs = performance.now() - startMs;
  const isInTime = tookMs > SILENT_MS.min && tookMs < SILENT_MS.max;
  assert(isInTime, `it took ${tookMs} ms`);
  other.wake();
});

Deno.test("a bluetoothd that is killed loses the connection, and the next one works", async () => {
  const connection = await bench.ride();
  await bluetooth.killDaemon();
  await untilLost(connection);
  await bluetooth.startDaemon();
  await air.publish();
  await using _again = await bench.ride();
});

Deno.test("a radio that is pulled out and put back is used under its new name", async () => {
  const connection = await bench.ride();
  assert.equal(connection.adapter, "hci0");
  using _held = holdIndex(0);
  await bluetooth.unplug();
  await untilLost(connection);
  bluetooth.plug();
  await air.publish();
  await using again = await bench.ride();
  assert.notEqual(again.adapter, "hci0");
});
