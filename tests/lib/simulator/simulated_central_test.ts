import assert from "node:assert/strict";
import { DeviceError, HardwareUnavailableError } from "#lib/base/errors.ts";
import { FakePeripheral } from "#lib/simulator/fake_peripheral.ts";
import { SimulatedCentral } from "#lib/simulator/simulated_central.ts";
import { FakeClock, settle } from "../../fakes/fake_clock.ts";
import { DATA, listen, NEVER, SERVICE, setUp } from "./setup.ts";

Deno.test("a scan reports each peripheral that fits again and again, until it is ended", async () => {
  const { clock, peripheral, central } = setUp();
  const end = new AbortController();
  const seen: string[] = [];
  const scan = (async () => {
    for await (
      const { name, adapter, signalDbm } of central.scan(
        { services: [SERVICE] },
        { signal: end.signal },
      )
    ) seen.push(`${name} ${adapter} ${signalDbm}`);
  })();
  await settle();
  peripheral.setSignal(-70);
  await clock.advance(1000);
  end.abort();
  await scan;
  assert.deepEqual(seen, ["Thing 1 hci0 -60", "Thing 1 hci0 -70"]);
  assert.equal(clock.timerCount, 0);
});

Deno.test("a scan passes over what sleeps, is connected, or does not fit", async () => {
  const clock = new FakeClock();
  const [asleep, taken, other, free] = ["A", "B", "C", "D"].map((name) =>
    new FakePeripheral({ address: name, name, clock, characteristics: [] })
  );
  assert(asleep && taken && other && free);
  const central = new SimulatedCentral([asleep, taken, other, free], { clock });
  asleep.sleep();
  await using _taken = await central.connect({ address: "b" }, {
    signal: NEVER,
  });
  const end = new AbortController();
  const filter = { exceptAddresses: new Set(["C"]) };
  for await (const { name } of central.scan(filter, { signal: end.signal })) {
    assert.equal(name, "D");
    end.abort();
  }
});

Deno.test("connecting waits until a peripheral that fits is there", async () => {
  const { clock, peripheral, connect } = setUp();
  peripheral.sleep();
  const connecting = connect({ namePrefix: "thing" });
  await clock.advance(10_000);
  assert(!peripheral.isConnected);
  peripheral.wake();
  await clock.advance(1000);
  const connection = await connecting;
  assert.equal(connection.address, "EC:B2:8A:26:85:C5");
  assert.equal(connection.adapter, "hci0");
  assert.equal(connection.signalDbm, -60);
});

Deno.test("connecting can be given up, with the reason that was given", async () => {
  const { clock, peripheral, central } = setUp();
  peripheral.sleep();
  const end = new AbortController();
  const connecting = central.connect({}, { signal: end.signal });
  await clock.advance(500);
  end.abort(new RangeError("enough"));
  await assert.rejects(connecting, RangeError);
  assert.equal(clock.timerCount, 0);
});

Deno.test("a peripheral that refuses the connection gives a DeviceError, and takes the next", async () => {
  const { peripheral, connect } = setUp();
  peripheral.refusedConnections = 1;
  await assert.rejects(
    connect(),
    (error) => error instanceof DeviceError && error.reason === "refused",
  );
  await using connection = await connect();
  assert(!connection.lost.aborted);
});

Deno.test("two callers share one connection, which ends when both have let go", async () => {
  const { peripheral, connect } = setUp({ value: Uint8Array.of(7) });
  const one = await connect();
  const two = await connect();
  const [first, second] = [await listen(one, DATA), await listen(two, DATA)];
  peripheral.notify(DATA, Uint8Array.of(1));
  await one[Symbol.asyncDispose]();
  assert(one.lost.aborted && !two.lost.aborted);
  peripheral.notify(DATA, Uint8Array.of(2));
  assert.deepEqual([first, second], [["01"], ["01", "02"]]);
  assert.deepEqual(await two.read(DATA), Uint8Array.of(7));
  await one[Symbol.asyncDispose]();
  assert(peripheral.isConnected);
  await two[Symbol.asyncDispose]();
  assert(!peripheral.isConnected);
});

Deno.test("both callers hear of a lost connection, and can connect again", async () => {
  const { peripheral, connect } = setUp();
  const one = await connect();
  const two = await connect();
  peripheral.drop();
  for (const { lost } of [one, two]) {
    assert(lost.reason instanceof DeviceError);
    assert.equal(lost.reason.reason, "disconnected");
  }
  await using again = await connect();
  await one[Symbol.asyncDispose]();
  await two[Symbol.asyncDispose]();
  assert(!again.lost.aborted && peripheral.isConnected);
});

Deno.test("a radio that cannot be used says why, to scans and connections", async () => {
  const { central, connect } = setUp();
  const isAbsent = (error: unknown) =>
    error instanceof HardwareUnavailableError && error.reason === "absent";
  await assert.rejects(connect({ adapter: "hci7" }), isAbsent);
  const off = new HardwareUnavailableError("off", "hci0", "powered_off");
  central.unavailable = off;
  await assert.rejects(connect(), (error) => error === off);
  const scan = central.scan({}, { signal: NEVER })[Symbol.asyncIterator]();
  await assert.rejects(scan.next(), (error) => error === off);
  central.unavailable = undefined;
  await using connection = await connect();
  await central[Symbol.asyncDispose]();
  assert(connection.lost.aborted);
  await assert.rejects(connect(), isAbsent);
});
