/**
 * Power over the bus: pedals that are summed, and targets that are held.
 *
 * @module
 */
import assert from "node:assert/strict";
import { driver as power } from "#drivers/power.ts";
import { driver as trainer } from "#drivers/trainer.ts";
import { CRANK, FTMS_SUCCESS, TRAINER } from "../../../drivers/devices.ts";
import type { DeviceScript } from "../../../drivers/scripted_device.ts";
import { within } from "../../../support/within.ts";
import { BusBench } from "./bus_bench.ts";
import { test } from "./setup.ts";

/** A pedal that says that it is one of two. */
function pedal(name: string, address: string): DeviceScript {
  return {
    ...CRANK,
    name,
    address,
    table: { "2a63": ["notify"], "2a65": ["read"] },
    values: { "2a65": "00002000" },
  };
}

test("two pedals that say that they are halves are summed, over the bus", async () => {
  const left = pedal("L", "CE:00:00:00:00:01");
  const right = pedal("R", "CE:00:00:00:00:02");
  await using bench = await BusBench.start([left, right]);
  for (const { address } of [left, right]) {
    await bench.connect(power, { address });
  }
  bench.device(left).notify("2a63", "00006400");
  await bench.hear("powerWatts", 100);
  bench.device(right).notify("2a63", "00005000");
  bench.device(left).notify("2a63", "00006400");
  await bench.hear("powerWatts", 180);
  assert.match(bench.notes, /sum of power and power-2/);
});

function uint16(value: number): string {
  return Uint8Array.of(value & 0xff, value >> 8).toHex();
}

/** A ride at 85 rpm, second by second, until something is so. */
async function ride(
  bench: BusBench,
  { what, report, isSo }: {
    readonly what: string;
    /** Notifies, and gives the power that the hub then has. */
    readonly report: () => number;
    readonly isSo: () => boolean;
  },
): Promise<void> {
  const riding = async () => {
    while (!isSo()) {
      await bench.hear("powerWatts", report());
      await bench.clock.advance(1000);
    }
  };
  await within(what, riding());
}

test("a machine with levels only holds a target power by them, over the bus", async () => {
  const script: DeviceScript = {
    ...TRAINER,
    values: { ...TRAINER.values, "2acc": "8744000004000000" },
  };
  await using bench = await BusBench.start([script]);
  const device = bench.device(script);
  const levels: number[] = [0];
  device.answers["2ad9"] = (hex) => {
    if (hex.startsWith("04")) levels.push(parseInt(hex.slice(2, 4), 16));
    return FTMS_SUCCESS(hex);
  };
  await bench.connect(trainer);
  await bench.until("control", () => device.written.length === 2);
  const watts = () => Math.round(85 * (0.5 + (levels.at(-1) ?? 0) * 0.06));
  let seconds = 0;
  const report = () => {
    const now = watts();
    device.notify("2ad2", `4400b80b${uint16(170)}${uint16(now)}`);
    seconds++;
    return now;
  };
  await ride(bench, { what: "a ride", report, isSo: () => seconds === 3 });
  assert.equal(await bench.set("targetPowerWatts", 220), 220);
  await ride(bench, {
    what: "220 W",
    report,
    isSo: () => Math.abs(watts() - 220) < 10,
  });
  assert(levels.length > 5, levels.join());
  assert.equal(bench.live("targetPowerWatts"), 220);
  assert(!device.written.some((one) => one.startsWith("2ad9 05")));
});

test("power match makes the power meter read the target, over the bus", async () => {
  const script: DeviceScript = { ...TRAINER, services: ["fitnessMachine"] };
  await using bench = await BusBench.start([script, CRANK]);
  const device = bench.device(script);
  const targets: number[] = [0];
  device.answers["2ad9"] = (hex) => {
    if (hex.startsWith("05")) targets.push(parseInt(hex.slice(2, 4), 16));
    return FTMS_SUCCESS(hex);
  };
  await bench.connect(trainer, { "power-match": "on" });
  await bench.until("control", () => device.written.length === 2);
  await bench.connect(power);
  const read = () => Math.round((targets.at(-1) ?? 0) * 0.9);
  assert.equal(await bench.set("targetPowerWatts", 200), 200);
  await ride(bench, {
    what: "200 W on the meter",
    report: () => {
      const now = targets.at(-1) ?? 0;
      device.notify("2ad2", `4400b80b${uint16(170)}${uint16(now)}`);
      bench.device(CRANK).notify("2a63", `0000${uint16(read())}`);
      return read();
    },
    isSo: () => Math.abs(read() - 200) <= 4,
  });
  assert(targets.length > 3, targets.join());
  assert.equal(bench.live("targetPowerWatts"), 200);
});
