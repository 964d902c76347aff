import assert from "node:assert/strict";
import { driver as climb } from "#drivers/climb.ts";
import { driver as heartRate } from "#drivers/heart_rate.ts";
import { driver as trainer } from "#drivers/trainer.ts";
import {
  ConfigError,
  DeviceError,
  HardwareUnavailableError,
} from "#lib/base/errors.ts";
import { startLog } from "#lib/base/logger.ts";
import { KICKR, STRAP, TRAINER } from "./devices.ts";
import { TestBench } from "./test_bench.ts";

const POWERED_OFF = new HardwareUnavailableError(
  `Cannot use the radio "hci0": it is off, switch it on`,
  "hci0",
  "powered_off",
);

Deno.test("a strap that sleeps at the start is found when it wakes, an hour later", async () => {
  await using bench = new TestBench();
  const strap = bench.add(STRAP);
  strap.peripheral.sleep();
  await bench.start(heartRate);
  await bench.pass(3_600_000);
  assert.equal(bench.isConnected("heart-rate"), false);
  assert.equal(bench.host.statuses[0]?.state, "running");
  strap.peripheral.wake();
  await bench.pass(1000);
  strap.notify("2a37", "0648");
  assert.equal(bench.live("heartRate")?.rateBpm, 72);
});

Deno.test("who waits for a device that was never there is reported after half a minute what to do, and once", async () => {
  const lines: string[] = [];
  await using _log = await startLog({ write: (line) => lines.push(line) });
  await using bench = new TestBench();
  await bench.start(heartRate);
  await bench.pass(29_000);
  assert.deepEqual(lines, []);
  await bench.pass(3_600_000);
  assert.deepEqual(lines, [
    "warning driver: heart-rate is not found yet: wake it, come nearer, and end what else has it, such as an app on a phone\n",
  ]);
  const strap = bench.add(STRAP);
  await bench.pass(2000);
  assert(bench.isConnected("heart-rate"));
  strap.peripheral.sleep();
  await bench.pass(3_600_000);
  assert.equal(lines.length, 1, "a strap may sleep");
});

Deno.test("a device that comes within reach later is found", async () => {
  await using bench = new TestBench();
  await bench.start(heartRate);
  await bench.pass(60_000);
  const strap = bench.add(STRAP);
  await bench.pass(1000);
  assert(strap.peripheral.isConnected);
});

Deno.test("a lost device is shown as disconnected, and is live again with its first value", async () => {
  await using bench = new TestBench();
  const strap = bench.add(STRAP);
  await bench.start(heartRate);
  strap.notify("2a37", "0648");
  strap.peripheral.sleep();
  await bench.pass(0);
  assert.equal(bench.isConnected("heart-rate"), false);
  assert.equal(bench.bike.read("heartRate").state, "disconnected");
  assert.equal(bench.bike.devices[0]?.batteryPercent.state, "disconnected");
  await bench.pass(30_000);
  strap.peripheral.wake();
  await bench.pass(30_000);
  assert.equal(bench.bike.read("heartRate").state, "stale");
  strap.notify("2a37", "0650");
  assert.equal(bench.bike.read("heartRate").state, "live");
  assert.equal(bench.live("heartRate")?.rateBpm, 80);
});

Deno.test("a driver keeps to its device over a lost connection, though another one is nearer", async () => {
  await using bench = new TestBench();
  const own = bench.add(STRAP);
  const neighbour = bench.add({ ...STRAP, address: "EC:B2:8A:26:85:C6" });
  await bench.start(heartRate);
  own.peripheral.sleep();
  await bench.pass(600_000);
  assert(!neighbour.peripheral.isConnected);
  own.peripheral.wake();
  await bench.pass(31_000);
  assert(own.peripheral.isConnected);
});

Deno.test("refused connections are tried again after waits that grow", async () => {
  await using bench = new TestBench();
  const strap = bench.add(STRAP);
  strap.peripheral.refusedConnections = 4;
  const tries: number[] = [];
  bench.host.onStatusChanged.add(({ state }) => {
    if (state === "running") tries.push(bench.clock.monotonicMs());
  });
  await bench.start(heartRate);
  await bench.pass(60_000);
  assert.deepEqual(tries, [0, 500, 1500, 3500, 7500]);
  assert(strap.peripheral.isConnected);
  assert.equal(bench.host.statuses[0]?.state, "running");
});

Deno.test("a connection that drops again and again is made again, and the wait is short after a good one", async () => {
  await using bench = new TestBench();
  const strap = bench.add(STRAP);
  await bench.start(heartRate);
  for (let drop = 0; drop < 10; drop++) {
    strap.peripheral.drop();
    await bench.pass(31_000);
    assert(strap.peripheral.isConnected, `after drop ${drop + 1}`);
  }
  await bench.pass(31_000);
  strap.peripheral.drop();
  await bench.pass(500);
  assert(strap.peripheral.isConnected);
});

Deno.test("a radio that is off at the start is used when it is on", async () => {
  await using bench = new TestBench();
  const strap = bench.add(STRAP);
  bench.central.unavailable = POWERED_OFF;
  await bench.start(heartRate);
  assert.equal(bench.host.statuses[0]?.error, POWERED_OFF);
  assert.equal(bench.host.statuses[0]?.state, "waiting");
  await bench.pass(3_600_000);
  bench.central.unavailable = undefined;
  await bench.pass(30_000);
  strap.notify("2a37", "0648");
  assert.equal(bench.live("heartRate")?.rateBpm, 72);
});

Deno.test("a radio that goes off during the ride is used again when it is back", async () => {
  await using bench = new TestBench();
  const strap = bench.add(STRAP);
  await bench.start(heartRate);
  bench.central.unavailable = POWERED_OFF;
  strap.peripheral.drop("the radio is off");
  await bench.pass(120_000);
  assert.equal(bench.isConnected("heart-rate"), false);
  bench.central.unavailable = undefined;
  await bench.pass(30_000);
  assert(bench.isConnected("heart-rate"));
});

Deno.test("a radio that goes off while a driver waits for its device is used again when it is back", async () => {
  await using bench = new TestBench();
  const strap = bench.add(STRAP);
  strap.peripheral.sleep();
  await bench.start(heartRate);
  bench.central.unavailable = POWERED_OFF;
  await bench.pass(60_000);
  bench.central.unavailable = undefined;
  strap.peripheral.wake();
  await bench.pass(30_000);
  assert(bench.isConnected("heart-rate"));
});

Deno.test("a driver without its radio or its device hurts no other one", async () => {
  await using bench = new TestBench();
  const bike = bench.add(TRAINER);
  await bench.start(heartRate, { options: { adapter: "hci7" } });
  await bench.start(climb);
  await bench.start(trainer);
  await bench.pass(60_000);
  bike.notify("2ad2", "4400ca0ca0002c01");
  assert.equal(bench.live("powerWatts"), 300);
  assert.equal(await bench.set("resistancePercent", 24), 24);
});

Deno.test("trainer and tilt unit are two drivers on one connection, and one that goes takes not the other with it", async () => {
  await using bench = new TestBench();
  const kickr = bench.add(KICKR);
  await bench.start(trainer);
  await bench.start(climb);
  assert.equal(await bench.set("inclinePercent", 4), 4);
  bench.host.stop("climb");
  await bench.pass(0);
  kickr.notify("2ad2", "4400ca0ca0002c01");
  assert.equal(bench.live("powerWatts"), 300);
  assert.equal(await bench.set("resistancePercent", 24), 24);
});

Deno.test("commands on their way fail when the device is lost, and go to the new connection afterwards", async () => {
  await using bench = new TestBench();
  const bike = bench.add(TRAINER);
  await bench.start(trainer);
  const { "2ad9": answer } = bike.answers;
  bike.answers["2ad9"] = () => undefined;
  const lost = assert.rejects(
    bench.app.set("resistancePercent", 24),
    (error) => error instanceof DeviceError && error.reason === "disconnected",
  );
  await bench.pass(100);
  bike.peripheral.sleep();
  await lost;
  if (answer) bike.answers["2ad9"] = answer;
  const next = bench.app.set("resistancePercent", 30);
  await bench.pass(2000);
  bike.peripheral.wake();
  await bench.pass(2000);
  assert.equal(await next, 30);
});

Deno.test("a command that comes with the first value of a new connection goes to the new connection", async () => {
  await using bench = new TestBench();
  const bike = bench.add(TRAINER);
  await bench.start(trainer);
  bike.peripheral.drop();
  const { promise: set, resolve } = Promise.withResolvers<unknown>();
  bike.peripheral.onSubscribed.add((uuid) => {
    if (!uuid.startsWith("00002ad2")) return;
    bike.notify("2ad2", "4400ca0ca0002c01");
    resolve(bench.app.set("resistancePercent", 24).catch((error) => error));
  });
  await bench.pass(5000);
  assert.equal(await set, 24);
});

Deno.test("a wrong device is let go at once and looked at again after five minutes", async () => {
  await using bench = new TestBench();
  const bike = bench.add(TRAINER);
  const connections: number[] = [];
  bike.peripheral.onConnected.add(() =>
    connections.push(bench.clock.monotonicMs())
  );
  await bench.start(climb);
  await bench.pass(299_000);
  assert.deepEqual(connections, [0]);
  await bench.pass(2000);
  assert.equal(connections.length, 2);
  assert.equal(bench.host.statuses[0]?.state, "running");
});

Deno.test("a wrong device that the operator has chosen is reported as such, and tried again", async () => {
  await using bench = new TestBench();
  const { peripheral: { address } } = bench.add(TRAINER);
  await bench.start(climb, { options: { address } });
  const { error, state } = bench.host.statuses[0] ?? {};
  assert.equal(state, "waiting");
  assert(error instanceof ConfigError);
  assert.match(error.message, /none of the characteristics a026e037/);
  await bench.pass(60_000);
  const { error: later } = bench.host.statuses[0] ?? {};
  assert(later instanceof ConfigError);
  assert.match(later.message, /none of the characteristics a026e037/);
});

Deno.test("a driver uses no radio but the one that it was given", async () => {
  await using bench = new TestBench();
  const strap = bench.add(STRAP);
  await bench.start(heartRate, { options: { adapter: "hci1" } });
  assert(bench.host.statuses[0]?.error instanceof HardwareUnavailableError);
  assert(!strap.peripheral.isConnected);
});

Deno.test("options choose the device: by address in any case, and by name", async () => {
  for (
    const options of [
      { address: "ec:b2:8a:26:85:c6" },
      { "name-prefix": "tickr 2" },
    ]
  ) {
    await using bench = new TestBench();
    const first = bench.add(STRAP);
    const chosen = bench.add({
      ...STRAP,
      name: "TICKR 2222",
      address: "EC:B2:8A:26:85:C6",
    });
    await bench.start(heartRate, { options });
    assert(chosen.peripheral.isConnected);
    assert(!first.peripheral.isConnected);
  }
});
