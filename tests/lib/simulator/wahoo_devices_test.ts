import assert from "node:assert/strict";
import { decodeHeadwindMessage } from "#lib/gatt/wahoo_headwind.ts";
import { startRide } from "./ride_setup.ts";

const WAHOO = "-0a7d-4ab3-97fa-f1500f9feb8b";
const TILT = `a026e037${WAHOO}`;
const FAN = `a026e038${WAHOO}`;
const CONTROL = `a026e005${WAHOO}`;

Deno.test("the tilt follows a target, and reports where it is until it is there", async () => {
  await using bed = startRide();
  const trainer = await bed.connect("KICKR");
  const heard = await bed.listen(trainer, TILT);
  await bed.during(trainer.write(TILT, Uint8Array.fromHex("66f401")));
  await bed.clock.advance(10_000);
  assert.equal(bed.ride.trainer.tilt.currentPercent, 5);
  assert.deepEqual(heard.slice(0, 2), ["fe6601", "fd32f401"]);
  assert.equal(heard.at(-1), "fd34f401");
  const way = heard.slice(2);
  assert(way.length >= 4 && way.every((frame) => frame.startsWith("fd34")));
  assert.equal(await bed.ask(trainer, TILT, "68"), "fe6801f401");
  assert.equal(await bed.ask(trainer, TILT, "65"), "fe6501f401");
  assert.equal(
    (await bed.during(trainer.read(TILT))).toHex(),
    "fd34f401",
  );
});

Deno.test("a tilt uphill makes the ride slower", async () => {
  await using bed = startRide();
  const trainer = await bed.connect("KICKR");
  await bed.clock.advance(60_000);
  const before = bed.ride.ride.state.speedMetersPerSecond;
  assert.equal(await bed.ask(trainer, TILT, "662003"), "fe6601");
  await bed.clock.advance(30_000);
  assert(bed.ride.ride.state.speedMetersPerSecond < before / 1.5);
});

Deno.test("the tilt reports its limits and keeps to them", async () => {
  await using bed = startRide();
  const trainer = await bed.connect("KICKR");
  const heard = await bed.listen(trainer, TILT);
  assert.equal(await bed.ask(trainer, TILT, "69"), "fe690118fcd007");
  assert.deepEqual(heard, ["fe690118fcd007", "fd3618fcd007"]);
  assert.equal(await bed.ask(trainer, TILT, "66d107"), "fe6603");
  assert.equal(await bed.ask(trainer, TILT, "6617fc"), "fe6603");
  assert.equal(await bed.ask(trainer, TILT, "6619fc"), "fe6601");
  assert.equal(bed.ride.trainer.tilt.targetPercent, -9.99);
});

Deno.test("a locked tilt refuses, reports its mode, and follows no road", async () => {
  await using bed = startRide();
  const trainer = await bed.connect("KICKR");
  const heard = await bed.listen(trainer, TILT);
  bed.ride.trainer.tilt.setMode("locked");
  assert.deepEqual(heard, ["fd3301"]);
  assert.equal(await bed.ask(trainer, TILT, "67"), "fe670101");
  assert.equal(await bed.ask(trainer, TILT, "66f401"), "fe6604");
  bed.ride.trainer.tilt.follow(4);
  assert.equal(bed.ride.trainer.tilt.targetPercent, 0);
});

Deno.test("the tilt answers to nonsense, and ignores writes before anybody has subscribed", async () => {
  await using bed = startRide();
  const trainer = await bed.connect("KICKR");
  await bed.during(trainer.write(TILT, Uint8Array.fromHex("66f401")));
  await bed.clock.advance(3000);
  assert.equal(bed.ride.trainer.tilt.targetPercent, 0);
  assert.equal(await bed.ask(trainer, TILT, "66f4"), "fe6603");
  assert.equal(await bed.ask(trainer, TILT, "42"), "fe4202");
  assert.equal(await bed.ask(trainer, TILT, "024001"), "fe02014001");
  assert.equal(await bed.ask(trainer, TILT, "01"), "fe01014001");
  assert.equal(await bed.ask(trainer, TILT, "04f203"), "fe0401f203");
});

Deno.test("the fan takes a speed only in manual mode, and cools the rider", async () => {
  await using bed = startRide();
  const fan = await bed.connect("HEADWIND");
  assert.equal(await bed.ask(fan, FAN, "021e"), "fe0202");
  assert.equal(await bed.ask(fan, FAN, "0404"), "fe040104");
  assert.equal(await bed.ask(fan, FAN, "021e"), "fe02011e");
  assert.equal(await bed.ask(fan, FAN, "01"), "fe01011e");
  assert.equal(await bed.ask(fan, FAN, "03"), "fe030104");
  await bed.clock.advance(250);
  assert.equal(bed.ride.ride.controls.fanPercent, 30);
  assert.equal((await bed.during(fan.read(FAN))).toHex(), "fd011e04");
  assert.equal(await bed.ask(fan, FAN, "0401"), "fe040101");
  await bed.clock.advance(250);
  assert.equal(bed.ride.ride.controls.fanPercent, 0);
});

Deno.test("the fan reports its state once a second", async () => {
  await using bed = startRide();
  const fan = await bed.connect("HEADWIND");
  const heard = await bed.listen(fan, FAN);
  await bed.clock.advance(10_000);
  assert.deepEqual(heard, Array(10).fill("fd010005"));
});

Deno.test("the fan refuses impossible speeds, modes and commands, and stays as it is", async () => {
  await using bed = startRide();
  const fan = await bed.connect("HEADWIND");
  assert.equal(await bed.ask(fan, FAN, "0404"), "fe040104");
  assert.equal(await bed.ask(fan, FAN, "0265"), "fe0202");
  assert.equal(await bed.ask(fan, FAN, "02"), "fe0202");
  assert.equal(await bed.ask(fan, FAN, "0409"), "fe0402");
  assert.equal(await bed.ask(fan, FAN, "77"), "fe7702");
  assert.equal(bed.ride.fan.mode, "manual");
});

Deno.test("the fan follows heart and speed when commanded to", async () => {
  await using bed = startRide();
  const fan = await bed.connect("HEADWIND");
  await bed.clock.advance(120_000);
  for (const [write, mode] of [["0402", "heartRate"], ["0403", "speed"]]) {
    await bed.ask(fan, FAN, write ?? "");
    const state = decodeHeadwindMessage(await bed.during(fan.read(FAN)));
    assert(state.name === "state" && state.mode === mode);
    assert(state.speedPercent > 20 && state.speedPercent <= 100);
  }
});

Deno.test("the fan advertises nothing but its name", async () => {
  await using bed = startRide();
  const { name, services } = bed.ride.fan.peripheral.advertisement("hci0");
  assert.match(name, /^HEADWIND /);
  assert.deepEqual(services, []);
});

Deno.test("Wahoo's own control takes nothing before it is unlocked, in each connection anew", async () => {
  await using bed = startRide();
  const trainer = await bed.connect("KICKR");
  const { ride } = bed.ride;
  assert.equal(await bed.ask(trainer, CONTROL, "427300"), "0242");
  assert.equal(await bed.ask(trainer, CONTROL, "20eefd"), "0220");
  assert.equal(ride.controls.brake.mode, "resistance");
  assert.equal(await bed.ask(trainer, CONTROL, "20eefc"), "012002");
  assert.equal(await bed.ask(trainer, CONTROL, "427300"), "014201007300");
  assert.deepEqual(ride.controls.brake, { mode: "power", watts: 115 });
  await trainer[Symbol.asyncDispose]();
  const again = await bed.connect("KICKR");
  assert.equal(await bed.ask(again, CONTROL, "427300"), "0242");
});

Deno.test("Wahoo's own control sets level, force and road", async () => {
  await using bed = startRide();
  const trainer = await bed.connect("KICKR");
  const ask = (hex: string) => bed.ask(trainer, CONTROL, hex);
  const { ride } = bed.ride;
  await ask("20eefc");
  await ask("4109");
  assert.deepEqual(ride.controls.brake, { mode: "resistance", percent: 100 });
  await ask("409939");
  assert.deepEqual(ride.controls.brake, { mode: "resistance", percent: 10 });
  assert.equal(await ask("43b01d28007001"), "01430100b01d");
  assert.equal(await ask("46008a"), "01460100008a");
  await ask("47a08f");
  const { brake, massKilograms } = bed.ride.ride.controls;
  assert.equal(massKilograms, 76);
  assert(brake.mode === "simulation");
  assert.deepEqual(
    { ...brake.road, gradePercent: Math.round(brake.road.gradePercent * 10) },
    {
      gradePercent: 78,
      windSpeedMetersPerSecond: 4,
      rollingResistanceCoefficient: 0.004,
      windResistanceKilogramsPerMeter: 0.368,
    },
  );
  assert.equal(await ask("41"), "0241");
  assert.equal(await ask("99"), "0299");
});
