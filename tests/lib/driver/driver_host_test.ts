import assert from "node:assert/strict";
import {
  ConfigError,
  DeviceError,
  HardwareUnavailableError,
} from "#lib/base/errors.ts";
import type { DriverContext } from "#lib/driver/driver.ts";
import { startLog } from "#lib/base/logger.ts";
import { driverOf, setUp, untilStopped } from "./setup.ts";

const GONE = new DeviceError("Cannot use thing: gone", "thing", "disconnected");

Deno.test("a driver gets its side of the bike, its options, hardware, clock and a signal", async () => {
  const { bike, clock, host } = setUp();
  const contexts: DriverContext[] = [];
  const driver = driverOf(async (context) => {
    contexts.push(context);
    context.device.report({ powerWatts: 200 });
    await untilStopped(context.signal);
  }, { source: { priority: 3 } });
  const id = host.start({ definition: driver, options: { adapter: "hci1" } });
  await clock.advance(0);
  assert.equal(id, "thing");
  assert.equal(bike.read("powerWatts").device, "thing");
  const [context] = contexts;
  assert.deepEqual(context?.options, { adapter: "hci1" });
  assert.equal(context?.bike, bike);
  assert.equal(context?.clock, clock);
  await host[Symbol.asyncDispose]();
  assert(context?.signal.aborted);
});

Deno.test("a device is on the bike from the start, and shown as not connected until its driver has it", async () => {
  const { bike, clock, host } = setUp();
  const found = Promise.withResolvers<void>();
  const driver = driverOf(async ({ device, signal }) => {
    await found.promise;
    device.setConnected(true);
    await untilStopped(signal);
  });
  host.start({ definition: driver });
  assert.equal(bike.devices[0]?.isConnected, false);
  found.resolve();
  await clock.advance(0);
  assert.equal(bike.devices[0]?.isConnected, true);
  await host[Symbol.asyncDispose]();
  assert.deepEqual(bike.devices, []);
});

Deno.test("ids are the driver's name, then numbered, and a given one must be free", async () => {
  const { host } = setUp();
  const definition = driverOf(({ signal }) => untilStopped(signal));
  assert.equal(host.start({ definition }), "thing");
  assert.equal(host.start({ definition }), "thing-2");
  assert.equal(host.start({ definition, id: "left" }), "left");
  assert.throws(() => host.start({ definition, id: "left" }), RangeError);
  await host[Symbol.asyncDispose]();
});

Deno.test("the priority that an operator gives comes before the driver's own", async () => {
  const { bike, clock, host } = setUp();
  const reporting = (powerWatts: number, priority: number) =>
    driverOf(async ({ device, signal }) => {
      device.report({ powerWatts });
      await untilStopped(signal);
    }, { source: { priority } });
  host.start({ definition: reporting(100, 5) });
  host.start({ definition: reporting(200, 0), options: { priority: 10 } });
  await clock.advance(0);
  assert.equal(bike.read("powerWatts").value, 200);
  await host[Symbol.asyncDispose]();
});

Deno.test("a driver that fails is run again after waits that double up to half a minute", async () => {
  const { clock, host } = setUp();
  const runs: number[] = [];
  host.start({
    definition: driverOf(() => {
      runs.push(clock.monotonicMs());
      return Promise.reject(GONE);
    }),
  });
  await clock.advance(100_000);
  const waits = runs.slice(1).map((ms, index) => ms - (runs[index] ?? 0));
  assert.deepEqual(waits, [
    500,
    1000,
    2000,
    4000,
    8000,
    16_000,
    30_000,
    30_000,
  ]);
  await host[Symbol.asyncDispose]();
  assert.equal(clock.timerCount, 0);
});

Deno.test("the wait is short again after a run of more than half a minute", async () => {
  const { clock, host } = setUp();
  const runs: number[] = [];
  let worksMs = 0;
  host.start({
    definition: driverOf(async ({ clock }) => {
      runs.push(clock.monotonicMs());
      await new Promise<void>((resolve) => clock.setTimeout(resolve, worksMs));
      throw GONE;
    }),
  });
  await clock.advance(20_000);
  worksMs = 40_000;
  await clock.advance(60_000);
  runs.length = 0;
  worksMs = 0;
  await clock.advance(60_000);
  const [first = 0, second = 0, third = 0] = runs;
  assert.deepEqual([second - first, third - second], [1000, 2000]);
  await host[Symbol.asyncDispose]();
});

Deno.test("a driver that throws a TypeError, at once or later, hurts no other one and is run again", async () => {
  const { bike, clock, host } = setUp();
  let runs = 0;
  host.start({
    definition: driverOf(() => {
      runs++;
      throw new TypeError("undefined is not a function");
    }),
  });
  host.start({
    definition: driverOf(async ({ device, clock, signal }) => {
      while (!signal.aborted) {
        device.report({ powerWatts: clock.monotonicMs() });
        await new Promise<void>((resolve) => clock.setTimeout(resolve, 1000));
      }
    }, { name: "other" }),
  });
  await clock.advance(10_000);
  assert.equal(bike.read("powerWatts").value, 10_000);
  assert.equal(bike.read("powerWatts").state, "live");
  assert(runs >= 4);
  const [status] = host.statuses;
  assert(status?.error instanceof TypeError);
  const disposed = host[Symbol.asyncDispose]();
  await clock.advance(1000);
  await disposed;
});

Deno.test("a driver that ends by itself is run again", async () => {
  const { bike, clock, host } = setUp();
  let runs = 0;
  host.start({
    definition: driverOf(({ device }) => {
      runs++;
      device.report({ powerWatts: 1 });
      return Promise.resolve();
    }),
  });
  await clock.advance(499);
  assert.equal(runs, 1);
  assert.equal(bike.read("powerWatts").state, "disconnected");
  await clock.advance(1);
  assert.equal(runs, 2);
  await host[Symbol.asyncDispose]();
});

Deno.test("statuses report what each driver does and what its last run ended with", async () => {
  const { clock, host } = setUp();
  const states: string[] = [];
  host.onStatusChanged.add(({ id, state }) => states.push(`${id} ${state}`));
  let isThere = false;
  host.start({
    definition: driverOf(async ({ signal }) => {
      if (!isThere) throw GONE;
      await untilStopped(signal);
    }),
  });
  await clock.advance(0);
  assert.deepEqual(host.statuses, [
    { id: "thing", driver: "thing", state: "waiting", error: GONE },
  ]);
  isThere = true;
  await clock.advance(500);
  assert.equal(host.statuses[0]?.state, "running");
  assert.equal(host.statuses[0]?.error, GONE);
  host.stop("thing");
  await clock.advance(0);
  assert.deepEqual(host.statuses, []);
  assert.deepEqual(states, [
    "thing running",
    "thing waiting",
    "thing running",
    "thing ended",
  ]);
  await host[Symbol.asyncDispose]();
});

Deno.test("a stopped driver leaves the others alone, and its device leaves the bike", async () => {
  const { bike, clock, host } = setUp();
  const definition = driverOf(({ signal }) => untilStopped(signal));
  host.start({ definition });
  host.start({ definition });
  host.stop("thing");
  host.stop("nobody");
  await clock.advance(0);
  assert.deepEqual(bike.devices.map(({ device }) => device), ["thing-2"]);
  assert.equal(host.start({ definition }), "thing");
  await host[Symbol.asyncDispose]();
});

Deno.test("a stopped driver lets go of its peripheral for others, also while it waits", async () => {
  const { clock, host } = setUp();
  const exceptions: boolean[] = [];
  const definition = driverOf(({ lock }) => {
    exceptions.push(lock.except.has("AA"));
    if (!lock.except.has("AA")) lock.keep({ address: "AA", name: "" });
    return Promise.reject(GONE);
  });
  host.start({ definition });
  host.start({ definition });
  await clock.advance(0);
  assert.deepEqual(exceptions, [false, true]);
  host.stop("thing");
  await clock.advance(500);
  assert.deepEqual(exceptions, [false, true, false]);
  await host[Symbol.asyncDispose]();
});

Deno.test("the host ends when every driver has let go, not before", async () => {
  const { clock, host } = setUp();
  const letGo = Promise.withResolvers<void>();
  host.start({
    definition: driverOf(async ({ signal }) => {
      await untilStopped(signal);
      await letGo.promise;
    }),
  });
  let isDisposed = false;
  const disposed = host[Symbol.asyncDispose]().then(() => isDisposed = true);
  await clock.advance(0);
  assert(!isDisposed);
  letGo.resolve();
  await disposed;
  assert.equal(clock.timerCount, 0);
});

Deno.test("drivers on hardware that is not there wait for it, and say why", async () => {
  const { clock, host } = setUp();
  host.start({
    definition: driverOf(async ({ ble, signal }) => {
      await ble.connect({}, { signal });
    }),
  });
  await clock.advance(60_000);
  const [status] = host.statuses;
  assert(status?.error instanceof HardwareUnavailableError);
  assert.equal(status.error.message, "Cannot use BLE: this is a test");
  await host[Symbol.asyncDispose]();
});

Deno.test("the same error again and again is reported once, and mistakes of the driver and of the operator louder than a lost device", async () => {
  const lines: string[] = [];
  await using _log = await startLog({
    level: "info",
    write: (line) => lines.push(line),
  });
  const { clock, host } = setUp();
  const fail = (name: string, error: unknown) =>
    host.start({ definition: driverOf(() => Promise.reject(error), { name }) });
  fail("lost", GONE);
  fail("broken", new TypeError("no such thing"));
  fail("wrong", new ConfigError("Cannot take it", { option: "it" }));
  fail("off", new HardwareUnavailableError("Cannot use it", "hci0", "absent"));
  await clock.advance(60_000);
  await host[Symbol.asyncDispose]();
  assert.deepEqual(lines, [
    "info driver: lost is run again: Cannot use thing: gone\n",
    "error driver: broken is run again: TypeError: no such thing\n",
    "warning driver: wrong is run again: Cannot take it\n",
    "warning driver: off is run again: Cannot use it\n",
  ]);
});
