import assert from "node:assert/strict";
import { DeviceError } from "#lib/base/errors.ts";
import { recordCentral } from "#lib/simulator/capture/record_central.ts";
import { ReplayCentral } from "#lib/simulator/capture/replay_central.ts";
import type { BleCentral, BlePeripheral } from "#lib/hardware/ble.ts";
import { assignedUuid } from "#lib/gatt/uuids.ts";
import { attError } from "#lib/simulator/att_error.ts";
import { FakePeripheral } from "#lib/simulator/fake_peripheral.ts";
import { SimulatedCentral } from "#lib/simulator/simulated_central.ts";
import { FakeClock, settle } from "../../../fakes/fake_clock.ts";
import { NEVER } from "../../simulator/setup.ts";
import { startRide } from "../../simulator/ride_setup.ts";

const HEART = assignedUuid(0x2a37);
const BIKE = assignedUuid(0x2ad2);
const CONTROL = assignedUuid(0x2ad9);
const BATTERY = assignedUuid(0x2a19);

/** Lets time pass until something is done. */
async function during<T>(clock: FakeClock, work: Promise<T>): Promise<T> {
  let isDone = false;
  const done = () => void (isDone = true);
  work.then(done, done);
  while (!isDone) await clock.advance(10);
  return await work;
}

/** Rides half a minute with strap and trainer, and notes what they send, from the first subscription on. */
async function session(
  central: BleCentral,
  clock: FakeClock,
): Promise<readonly string[]> {
  const heard: string[] = [];
  let startMs = NaN;
  const listen = async (device: BlePeripheral, uuid: string) => {
    if (Number.isNaN(startMs)) startMs = clock.monotonicMs();
    await during(
      clock,
      device.subscribe(uuid, (value) => {
        const atMs = Math.round(clock.monotonicMs() - startMs);
        heard.push(`${atMs} ${uuid.slice(4, 8)} ${value.toHex()}`);
      }),
    );
  };
  const connect = (namePrefix: string) =>
    during(clock, central.connect({ namePrefix }, { signal: NEVER }));
  const strap = await connect("TICKR");
  const trainer = await connect("KICKR");
  const battery = await during(clock, strap.read(BATTERY));
  heard.push(`battery ${battery.toHex()}`);
  await listen(strap, HEART);
  await listen(trainer, BIKE);
  await listen(trainer, CONTROL);
  for (const hex of ["00", "05b400", "04f401", "00"]) {
    const atMs = clock.monotonicMs() - startMs;
    await clock.advance(5000 - atMs % 5000);
    await during(clock, trainer.write(CONTROL, Uint8Array.fromHex(hex)));
  }
  await clock.advance(5000);
  return heard;
}

/** Captures a ride of half a minute. */
async function captureRide() {
  await using bed = startRide({ seed: 4 });
  const lines: string[] = [];
  const { clock } = bed;
  const central = recordCentral(
    bed.ride.central,
    (line) => lines.push(line),
    clock,
  );
  const heard = await session(central, clock);
  await central[Symbol.asyncDispose]();
  return { heard, text: lines.join("\n") };
}

Deno.test("what was captured is played back: the same bytes, at the same times, from all devices", async () => {
  const { heard, text } = await captureRide();
  const clock = new FakeClock();
  await using replay = ReplayCentral.open(text, "ride.jsonl", { clock });
  const again = await session(replay, clock);
  assert(heard.length > 60, `${heard.length} values`);
  assert(heard.some((one) => one.includes("2ad9 800501")));
  assert.deepEqual(again.toSorted(), heard.toSorted());
});

Deno.test("a replay goes faster by its factor, and reports its end", async () => {
  const { text } = await captureRide();
  const clock = new FakeClock();
  await using replay = ReplayCentral.open(text, "ride.jsonl", {
    clock,
    speedUp: 10,
  });
  const strap = await during(
    clock,
    replay.connect({ namePrefix: "TICKR" }, { signal: NEVER }),
  );
  const times: number[] = [];
  await strap.subscribe(HEART, () => times.push(clock.monotonicMs()));
  await clock.advance(2000);
  assert(!replay.ended.aborted);
  await clock.advance(1000);
  assert(replay.ended.aborted);
  assert(strap.lost.aborted);
  const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
  assert(gaps.length > 20 && gaps.every((gap) => Math.abs(gap - 100) < 1));
});

function setUpFake() {
  const clock = new FakeClock();
  const service = assignedUuid(0x180d);
  const control = assignedUuid(0x2a39);
  const strap = new FakePeripheral({
    address: "EC:B2:8A:26:85:C5",
    name: "TICKR 4A2B",
    services: [service],
    signalDbm: -60,
    clock,
    characteristics: [
      { uuid: HEART, service, properties: ["notify"] },
      {
        uuid: control,
        service,
        properties: ["write"],
        onWrite([byte]) {
          if (byte !== 1) throw attError("unlikelyError", "TICKR", "write");
        },
      },
      {
        uuid: BATTERY,
        service: assignedUuid(0x180f),
        properties: ["read"],
        value: Uint8Array.of(84),
      },
    ],
  });
  const lines: { readonly [key: string]: unknown }[] = [];
  const central = recordCentral(
    new SimulatedCentral([strap], { clock }),
    (line) => lines.push(JSON.parse(line)),
    clock,
  );
  const connect = () => central.connect({}, { signal: NEVER });
  return { clock, strap, lines, central, connect, control };
}

Deno.test("a capture has what passed, when, and with what result", async () => {
  const { clock, strap, lines, connect, control } = setUpFake();
  const connection = await connect();
  await clock.advance(1000);
  await connection.read(BATTERY);
  await connection.write(control, Uint8Array.of(1));
  await assert.rejects(
    connection.write(control, Uint8Array.of(2)),
    DeviceError,
  );
  await connection.subscribe(HEART, () => {});
  await clock.advance(500);
  strap.notify(HEART, Uint8Array.of(6, 72));
  strap.setSignal(-66);
  strap.drop();
  const [header, connected, ...rest] = lines;
  assert.deepEqual(header, {
    type: "header",
    format: "smartbike.capture/1.0",
    startedAt: "2023-11-14T22:13:20.000Z",
  });
  const device = "EC:B2:8A:26:85:C5";
  assert.equal(connected?.["dir"], "connect");
  assert.deepEqual(
    connected?.["characteristics"],
    connection.characteristics.map((one) => ({ ...one })),
  );
  assert.deepEqual(rest, [
    { tMs: 1000, device, dir: "read", char: BATTERY, hex: "54" },
    { tMs: 1000, device, dir: "write", char: control, hex: "01" },
    { tMs: 1000, device, dir: "write", char: control, hex: "02" },
    {
      tMs: 1000,
      device,
      dir: "error",
      of: "write",
      char: control,
      code: "device",
      reason: "refused",
      resultCode: 14,
    },
    { tMs: 1000, device, dir: "subscribe", char: HEART },
    { tMs: 1500, device, dir: "notify", char: HEART, hex: "0648" },
    { tMs: 1500, device, dir: "signal", signalDbm: -66 },
    { tMs: 1500, device, dir: "lost" },
  ]);
});

Deno.test("what two callers of one device hear is written down once, also after one has gone", async () => {
  const { strap, lines, connect } = setUpFake();
  const [one, two] = [await connect(), await connect()];
  const heard: string[] = [];
  for (const connection of [one, two, two]) {
    await connection.subscribe(HEART, (value) => heard.push(value.toHex()));
  }
  strap.notify(HEART, Uint8Array.of(6, 72));
  await one[Symbol.asyncDispose]();
  strap.notify(HEART, Uint8Array.of(6, 73));
  await two[Symbol.asyncDispose]();
  assert.equal(heard.length, 5);
  const count = (dir: string) =>
    lines.filter((line) => line["dir"] === dir).length;
  assert.deepEqual(
    [count("connect"), count("notify"), count("lost")],
    [1, 2, 1],
  );
});

Deno.test("a scan writes each advertisement down once, and again when it has changed", async () => {
  const { clock, strap, lines, central } = setUpFake();
  const end = new AbortController();
  const scan = (async () => {
    for await (const _ of central.scan({}, { signal: end.signal }));
  })();
  await clock.advance(3000);
  strap.setSignal(-61);
  await clock.advance(3000);
  end.abort();
  await scan;
  assert.deepEqual(lines.slice(1), [{
    tMs: 0,
    device: "EC:B2:8A:26:85:C5",
    dir: "advertise",
    adapter: "hci0",
    name: "TICKR 4A2B",
    services: [assignedUuid(0x180d)],
    signalDbm: -60,
  }]);
});

Deno.test("a capture that cannot be written any more ends, and the ride goes on", async () => {
  const clock = new FakeClock();
  await using bed = startRide();
  let left = 3;
  const central = recordCentral(bed.ride.central, () => {
    if (left-- <= 0) throw new RangeError("the disk is full");
  }, clock);
  const strap = await bed.during(
    central.connect({ namePrefix: "TICKR" }, { signal: NEVER }),
  );
  const values = await bed.listen(strap, HEART);
  await bed.clock.advance(5000);
  assert.equal(values.length, 5);
  assert.equal(left, -1);
});

Deno.test("a device that was lost is lost in the replay, and found again in time", async () => {
  const { clock, strap, lines, connect } = setUpFake();
  const before = await connect();
  await before.subscribe(HEART, () => {});
  await clock.advance(1000);
  strap.sleep();
  await clock.advance(30_000);
  strap.wake();
  const again = await connect();
  await again.subscribe(HEART, () => {});
  await clock.advance(1000);
  strap.notify(HEART, Uint8Array.of(6, 99));
  const text = lines.map((line) => JSON.stringify(line)).join("\n");

  const time = new FakeClock();
  await using replay = ReplayCentral.open(text, "a.jsonl", { clock: time });
  const first = await replay.connect({}, { signal: NEVER });
  await first.subscribe(HEART, () => {});
  await time.advance(999);
  assert(!first.lost.aborted);
  await time.advance(1);
  assert(first.lost.aborted);
  const connecting = replay.connect({}, { signal: NEVER });
  await time.advance(28_000);
  let isThere = false;
  void connecting.then(() => isThere = true);
  await settle();
  assert(!isThere);
  const second = await during(time, connecting);
  const values: string[] = [];
  await second.subscribe(HEART, (value) => values.push(value.toHex()));
  await time.advance(3000);
  assert.deepEqual(values, ["0663"]);
});
