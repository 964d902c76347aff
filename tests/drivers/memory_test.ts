/**
 * Drivers that remember their device over a restart of the program.
 *
 * @module
 */
import assert from "node:assert/strict";
import { driver as heartRate } from "#drivers/heart_rate.ts";
import { HardwareUnavailableError } from "#lib/base/errors.ts";
import type {
  PeripheralMemory,
  RememberedPeripheral,
} from "#lib/driver/peripheral_memory.ts";
import { STRAP, TRAINER } from "./devices.ts";
import { TestBench } from "./test_bench.ts";

const NEAR = { ...STRAP, name: "TICKR NEAR", address: "EC:B2:8A:26:85:01" };
const OWN = { ...STRAP, name: "TICKR OWN", address: "EC:B2:8A:26:85:02" };
const OTHER = { ...STRAP, name: "TICKR OTHER", address: "EC:B2:8A:26:85:03" };

/** What the program keeps while it does not run. */
class Memory implements PeripheralMemory {
  readonly known: Map<string, RememberedPeripheral>;

  constructor(known: Record<string, { name: string; address: string }> = {}) {
    this.known = new Map(Object.entries(known));
  }

  recall({ device }: { readonly device: string }) {
    return this.known.get(device);
  }

  remember(
    { device }: { readonly device: string },
    peripheral: RememberedPeripheral,
  ) {
    this.known.set(device, peripheral);
  }

  get addresses(): readonly string[] {
    return [...this.known.values()].map(({ address }) => address);
  }
}

Deno.test("a program that is started again finds the strap it had, though another one is nearer", async () => {
  const memory = new Memory();
  {
    await using bench = new TestBench({ memory });
    const own = bench.add(OWN);
    await bench.start(heartRate);
    assert(own.peripheral.isConnected);
  }
  await using bench = new TestBench({ memory });
  const near = bench.add(NEAR);
  const own = bench.add(OWN);
  await bench.start(heartRate);
  assert(own.peripheral.isConnected && !near.peripheral.isConnected);
});

Deno.test("a strap that is put on within half a minute is waited for", async () => {
  await using bench = new TestBench({
    memory: new Memory({ "heart-rate": OWN }),
  });
  const near = bench.add(NEAR);
  const own = bench.add(OWN);
  own.peripheral.sleep();
  await bench.start(heartRate);
  await bench.pass(28_000);
  assert(!near.peripheral.isConnected);
  own.peripheral.wake();
  await bench.pass(1000);
  assert(own.peripheral.isConnected);
});

Deno.test("a rider with a new strap is let in after half a minute, and that is what is remembered then", async () => {
  const memory = new Memory({ "heart-rate": OWN });
  await using bench = new TestBench({ memory });
  const near = bench.add(NEAR);
  await bench.start(heartRate);
  await bench.pass(29_800);
  assert(!near.peripheral.isConnected);
  await bench.pass(200);
  assert(near.peripheral.isConnected);
  assert.deepEqual(memory.addresses, [NEAR.address]);
});

Deno.test("a strap that is found but takes no connection keeps nobody out for longer than half a minute", async () => {
  const memory = new Memory({ "heart-rate": OWN });
  await using bench = new TestBench({ memory });
  const near = bench.add(NEAR);
  const own = bench.add(OWN);
  own.peripheral.refusedConnections = Infinity;
  await bench.start(heartRate);
  await bench.pass(29_000);
  assert(!near.peripheral.isConnected);
  await bench.pass(31_000);
  assert(near.peripheral.isConnected);
});

Deno.test("the half minute begins anew where there was no radio", async () => {
  await using bench = new TestBench({
    memory: new Memory({ "heart-rate": OWN }),
  });
  const near = bench.add(NEAR);
  const own = bench.add(OWN);
  own.peripheral.sleep();
  bench.central.unavailable = new HardwareUnavailableError(
    `Cannot use "hci0": it is off, switch it on`,
    "hci0",
    "powered_off",
  );
  await bench.start(heartRate);
  await bench.pass(120_000);
  bench.central.unavailable = undefined;
  await bench.pass(30_000);
  own.peripheral.wake();
  await bench.pass(1000);
  assert(own.peripheral.isConnected && !near.peripheral.isConnected);
});

Deno.test("two straps go to the same two drivers again, whichever is started first and nearer", async () => {
  await using bench = new TestBench({
    memory: new Memory({ "heart-rate": OWN, "heart-rate-2": NEAR }),
  });
  const near = bench.add(NEAR);
  bench.add(OWN);
  await bench.start(heartRate);
  await bench.start(heartRate);
  near.notify("2a37", "0650");
  assert.equal(bench.bike.read("heartRate").device, "heart-rate-2");
});

Deno.test("what one driver remembers is left to it by another one for half a minute, not longer", async () => {
  await using bench = new TestBench({
    memory: new Memory({ "heart-rate-2": OWN }),
  });
  const near = bench.add(NEAR);
  const own = bench.add(OWN);
  near.peripheral.sleep();
  own.peripheral.refusedConnections = 1;
  bench.host.start({ definition: heartRate });
  bench.host.start({ definition: heartRate });
  await bench.pass(1000);
  own.notify("2a37", "0650");
  assert.equal(bench.bike.read("heartRate").device, "heart-rate-2");
  near.peripheral.wake();
  await bench.pass(1000);
  assert(near.peripheral.isConnected);
});

Deno.test("what one driver remembers and does not find is free for another one", async () => {
  const memory = new Memory({ "heart-rate-2": OWN });
  await using bench = new TestBench({ memory });
  bench.host.start({
    definition: heartRate,
    options: { "name-prefix": "TICKR OWN" },
  });
  bench.host.start({
    definition: heartRate,
    options: { "name-prefix": "TICKR NEAR" },
  });
  const own = bench.add(OWN);
  await bench.pass(29_000);
  assert(!own.peripheral.isConnected);
  await bench.pass(2000);
  assert(own.peripheral.isConnected);
  assert.deepEqual(memory.known.get("heart-rate")?.address, OWN.address);
});

Deno.test("an address that the operator gives comes before what is remembered, and leaves it as it is", async () => {
  const memory = new Memory({ "heart-rate": OWN });
  await using bench = new TestBench({ memory });
  const own = bench.add(OWN);
  const other = bench.add(OTHER);
  await bench.start(heartRate, {
    options: { address: OTHER.address.toLowerCase() },
  });
  assert(other.peripheral.isConnected && !own.peripheral.isConnected);
  assert.deepEqual(memory.addresses, [OWN.address]);
});

Deno.test("an address that the operator gives is not taken by a driver that remembers it", async () => {
  await using bench = new TestBench({
    memory: new Memory({ "heart-rate": OWN }),
  });
  const own = bench.add(OWN);
  const near = bench.add(NEAR);
  bench.host.start({ definition: heartRate });
  bench.host.start({
    definition: heartRate,
    options: { address: OWN.address },
  });
  await bench.pass(31_000);
  assert(near.peripheral.isConnected);
  own.notify("2a37", "0650");
  assert.equal(bench.bike.read("heartRate").device, "heart-rate-2");
});

Deno.test("a remembered device that is something else now is let go, and another one taken", async () => {
  const memory = new Memory({ "heart-rate": TRAINER });
  await using bench = new TestBench({ memory });
  bench.add(TRAINER);
  const near = bench.add(NEAR);
  await bench.start(heartRate);
  await bench.pass(1000);
  assert(near.peripheral.isConnected);
  assert.deepEqual(memory.addresses, [NEAR.address]);
});

Deno.test("a remembered strap that the operator's prefix rules out is not taken", async () => {
  await using bench = new TestBench({
    memory: new Memory({ "heart-rate": OWN }),
  });
  const own = bench.add(OWN);
  const near = bench.add(NEAR);
  await bench.start(heartRate, { options: { "name-prefix": "TICKR NEAR" } });
  await bench.pass(31_000);
  assert(near.peripheral.isConnected && !own.peripheral.isConnected);
});
