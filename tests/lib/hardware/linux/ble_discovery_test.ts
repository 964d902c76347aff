/**
 * How BlueZ's discovery is shared and spared.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { BleAdvertisement } from "#lib/hardware/ble.ts";
import { FITNESS_MACHINE, HEART_RATE, NEVER } from "../ble_setup.ts";
import { searchesOf, setUp, test, untilSearch } from "./setup.ts";

test("BlueZ looks for what all callers want together, and for nothing when all have it", async () => {
  await using setup = await setUp();
  const { bluez, strap, trainer, connect } = setup;
  strap.sleep();
  trainer.sleep();
  const first = connect({ services: [HEART_RATE], namePrefix: "TICKR 4" });
  await untilSearch(bluez, [[HEART_RATE]]);
  const second = connect({ services: [FITNESS_MACHINE] });
  await untilSearch(bluez, [[HEART_RATE, FITNESS_MACHINE].sort()]);
  const third = connect({ namePrefix: "TICKR 4" });
  await untilSearch(bluez, [[]]);
  strap.wake();
  await using _first = await first;
  await using _third = await third;
  await untilSearch(bluez, [[FITNESS_MACHINE]]);
  trainer.wake();
  await using _second = await second;
  await untilSearch(bluez, []);
});

test("a radio does not look while it connects, and goes on for those who still wait", async () => {
  await using setup = await setUp();
  const { bluez, strap, trainer, connect } = setup;
  trainer.sleep();
  const waiting = connect({ services: [FITNESS_MACHINE] });
  await untilSearch(bluez, [[FITNESS_MACHINE]]);
  const searches = new Promise((resolve) =>
    strap.onConnected.add(() => resolve(searchesOf(bluez)))
  );
  await using _strap = await connect();
  assert.deepEqual(await searches, []);
  await untilSearch(bluez, [[FITNESS_MACHINE]]);
  trainer.wake();
  await using _trainer = await waiting;
});

test("only the radio that was asked for looks", async () => {
  await using setup = await setUp({ bluez: { adapters: ["hci0", "hci1"] } });
  const { bluez, strap, connect } = setup;
  strap.sleep();
  const waiting = connect({ namePrefix: "TICKR 4", adapter: "hci1" });
  await untilSearch(bluez, [[]], "hci1");
  assert.deepEqual(searchesOf(bluez, "hci0"), []);
  strap.wake();
  await using connection = await waiting;
  assert.equal(connection.adapter, "hci1");
});

test("a caller takes no peripheral from a radio that another caller uses", async () => {
  await using setup = await setUp({ bluez: { adapters: ["hci0", "hci1"] } });
  const { central, connect } = setup;
  const scan = central.scan({ adapter: "hci0" }, { signal: NEVER });
  for await (const { name } of scan) {
    if (name !== "TICKR 4A2B") continue;
    await using connection = await connect({
      namePrefix: "TICKR 4",
      adapter: "hci1",
    });
    assert.equal(connection.adapter, "hci1");
    break;
  }
});

test("a radio connects to one peripheral after the other", async () => {
  await using setup = await setUp();
  const { bluez, strap, other, connect } = setup;
  strap.sleep();
  other.sleep();
  const adapter = bluez.adapter("hci0");
  const counts: number[] = [];
  for (const peripheral of [strap, other]) {
    peripheral.onConnected.add(() => void counts.push(adapter.connectCount));
  }
  const both = Promise.all([connect(), connect({ namePrefix: "TICKR 77" })]);
  await untilSearch(bluez, [[]]);
  strap.wake();
  other.wake();
  const [first, second] = await both;
  await using _first = first;
  await using _second = second;
  assert.deepEqual(counts, [1, 2]);
});

test("a caller who comes while another connects joins the connection, which BlueZ may never report", async () => {
  await using setup = await setUp({
    bluez: { timings: { isLinkFirst: true, resolveMs: 20 } },
  });
  const { strap, connect } = setup;
  const joined = strap.onConnected.next().then(() => connect());
  await using _first = await connect();
  await using second = await joined;
  assert.equal(second.name, "TICKR 4A2B");
});

test("only low energy is looked for, which spares the radio an inquiry", async () => {
  await using setup = await setUp();
  await using _connection = await setup.connect();
  const { transports } = setup.bluez.adapter("hci0");
  assert.deepEqual([...transports], ["le"]);
});

test("a scan goes on with a radio that is plugged in later, or put off and on", async () => {
  await using setup = await setUp({ bluez: { adapters: ["hci0", "hci1"] } });
  const { bluez, central } = setup;
  const end = new AbortController();
  const scan = central.scan({}, { signal: end.signal });
  const heard: BleAdvertisement[] = [];
  const listening = (async () => {
    for await (const advertisement of scan) heard.push(advertisement);
  })();
  await untilSearch(bluez, [[]], "hci1");
  bluez.adapter("hci1").setPowered(false);
  bluez.adapter("hci1").setPowered(true);
  await untilSearch(bluez, [[]], "hci1");
  bluez.removeAdapter("hci0");
  bluez.addAdapter("hci4", "00:AA:01:00:00:04");
  await untilSearch(bluez, [[]], "hci4");
  end.abort();
  await listening;
});

test("a peripheral that BlueZ forgets in the meantime is found anew", async () => {
  await using setup = await setUp();
  const { bluez, strap, central, connect } = setup;
  for await (const { name } of central.scan({}, { signal: NEVER })) {
    if (name === "TICKR 4A2B") break;
  }
  strap.sleep();
  bluez.adapter("hci0").forget(strap);
  // Whoever has BlueZ's next answers has heard of it.
  await using _other = await connect({ namePrefix: "TICKR 77" });
  const waiting = connect();
  strap.wake();
  await using _connection = await waiting;
});

test("names, UUIDs and strengths from the air are taken as they are, and hurt nobody", async () => {
  await using setup = await setUp({ central: {} });
  const { bluez, central } = setup;
  const odd = bluez.addPeripheral({
    address: "C0:00:00:00:00:02",
    name: "\u001b[2J__proto__\u202e",
    services: ["nonsense", "0000180D-0000-1000-8000-00805F9B34FB"],
    signalDbm: -200,
    characteristics: [],
  });
  const nameless = bluez.addPeripheral({
    address: "C0:00:00:00:00:03",
    name: "",
    characteristics: [],
  });
  const found = new Map<string, BleAdvertisement>();
  for await (const heard of central.scan({}, { signal: NEVER })) {
    found.set(heard.address, heard);
    if (found.has(odd.address) && found.has(nameless.address)) break;
  }
  assert.equal(found.get(odd.address)?.signalDbm, undefined);
  assert.deepEqual(found.get(odd.address)?.services, ["nonsense", HEART_RATE]);
  assert.equal(found.get(nameless.address)?.name, "");
});
