/**
 * The program rides on the real BlueZ: simulated devices on the air on one
 * side, a broker on the other.
 *
 * @module
 */
import assert from "node:assert/strict";
import { pause, systemClock } from "#lib/base/clock.ts";
import { simulatedRide } from "#lib/simulator/simulated_ride.ts";
import { within } from "../../support/within.ts";
import { Air } from "../inside/air.ts";
import { RunningProgram } from "../inside/program.ts";

const DRIVERS = ["heart-rate", "trainer", "climb", "fan"];

/** The central's radio; the peripherals' own radios hear them as well. */
const RADIO = DRIVERS.flatMap((name) => ["--option", `${name}.adapter=hci0`]);

/** What a report of more than 0 says. */
const SOME = /"value": "?[1-9]/;

const HOUR_SECONDS = 3600;

/** The longest time without a heart rate in an undisturbed hour, in seconds. */
const GAP_SECONDS = 5;

const { signal } = new AbortController();

const ride = simulatedRide();
const { strap, trainer, fan } = ride;
const devices = [strap, trainer, fan].map(({ peripheral }) => peripheral);
const air = await Air.start(devices);
const program = await RunningProgram.start([...DRIVERS, ...RADIO]);

Deno.test.afterAll(async () => {
  await program[Symbol.asyncDispose]();
  await air[Symbol.asyncDispose]();
  await ride[Symbol.asyncDispose]();
});

/** A tilt unit and a fan report nothing before they are set, so their presence counts. */
async function untilAllReport(): Promise<void> {
  const names = ["heartrate", "power", "speed", "cadence"];
  const reports = names.map((name) => program.next(`${name}/report`, SOME));
  const presences = DRIVERS.map((name) =>
    program.current(`devices/${name}/status`, /"state": "online"/)
  );
  await Promise.all([...reports, ...presences]);
}

async function command(name: string, value: string): Promise<void> {
  const isDone = new RegExp(`"value": "?${value}`);
  const reported = program.next(`${name}/report`, isDone);
  await program.command(`${name}/control`, value);
  await within(`${name} ${value}`, reported);
}

Deno.test("all devices are found, and reported", untilAllReport);

Deno.test("commands reach the trainer, the tilt and the fan", async () => {
  await command("resistance", "24");
  await command("incline", "5");
  await command("fan", "50");
});

Deno.test("a strap that hangs up is gone, and reported again", async () => {
  const gone = program.next("devices/heart-rate/status", /offline/);
  strap.peripheral.drop();
  await gone;
  await program.next("heartrate/report", SOME);
});

Deno.test("a trainer whose link is cut is gone, and reported again", async () => {
  const gone = program.next("devices/trainer/status", /offline/);
  await air.bluetooth.cut(2);
  await gone;
  await program.next("power/report", SOME);
});

Deno.test("all is reported again after bluetoothd was killed", async () => {
  const gone = program.next("devices/fan/status", /offline/);
  await air.bluetooth.killDaemon();
  await gone;
  await air.bluetooth.startDaemon();
  await air.publish();
  await untilAllReport();
  await command("fan", "30");
});

Deno.test("an hour passes without a gap", async () => {
  const first = program.heard.length;
  await pause(systemClock, HOUR_SECONDS * 1000, signal);
  const times = program.heard.slice(first)
    .filter(({ topic }) => topic === "bike/000001/heartrate/report")
    .map(({ text }) => Number(JSON.parse(text).timestamp));
  assert(times.length > HOUR_SECONDS * 0.98, `${times.length} reports`);
  const gaps = times.slice(1).map((time, at) => time - (times[at] ?? 0));
  assert(Math.max(...gaps) < GAP_SECONDS, `a gap of ${Math.max(...gaps)} s`);
});
