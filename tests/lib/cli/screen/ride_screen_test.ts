import assert from "node:assert/strict";
import { drawChart } from "#lib/cli/screen/block_chart.ts";
import { describeRide, drawRide } from "#lib/cli/screen/ride_screen.ts";
import { BikeView } from "#lib/dashboard/bike_view.ts";

const NOW_MS = 1_700_000_000_000;

function ridingBike() {
  const bike = new BikeView("000001");
  bike.take({ kind: "presence", isOnline: true }, NOW_MS - 4000);
  bike.take({ kind: "value", name: "powerWatts", value: 211 }, NOW_MS);
  bike.take({ kind: "value", name: "cadenceRpm", value: 88 }, NOW_MS - 4000);
  bike.take({ kind: "loss", name: "cadenceRpm", state: "stale" }, NOW_MS);
  bike.take({
    kind: "device",
    device: "evil\x1b[2J",
    status: {
      isOnline: true,
      batteryPercent: 50,
      signalDbm: null,
      timeMs: null,
    },
  }, NOW_MS);
  const row = bike.tick(NOW_MS / 1000, NOW_MS, true);
  assert.ok(row);
  return {
    bike: bike.snapshot(NOW_MS, true),
    bikeId: "000001",
    broker: { isConnected: true, sinceMs: NOW_MS },
    rows: [row],
    nowMs: NOW_MS,
  };
}

Deno.test("the screen shows live, old and missing numbers, each in words", () => {
  const text = drawRide(ridingBike(), { columns: 80, hasColors: false }).join(
    "\n",
  );
  assert.match(text, /Bike 000001 {2}online/);
  assert.match(text, /power +211 W\n/);
  assert.match(text, /cadence +88 rpm {2}4 s ago\n/);
  assert.match(text, /heart rate +– {2}no device reports this\n/);
  assert.match(text, /0:01 {2}0\.00 km/);
  assert.match(text, /211 W +█/);
  assert.match(text, /evil\\u001b\[2J +connected {2}battery 50 %/);
});

Deno.test("without colours the screen has no control character", () => {
  const lines = drawRide(ridingBike(), { columns: 80, hasColors: false });
  assert.doesNotMatch(lines.join(""), /\p{Cc}/u);
  const colored = drawRide(ridingBike(), { columns: 80, hasColors: true });
  assert.match(colored.join(""), /\p{Cc}\[1m/u);
  assert.deepEqual(
    colored.map((line) => line.replaceAll(/\p{Cc}\[[\d;]*m/gu, "")),
    lines,
  );
});

Deno.test("the screen says that the broker is away, and how long", () => {
  const view = {
    ...ridingBike(),
    broker: { isConnected: false, sinceMs: NOW_MS - 7000 },
  };
  const [head] = drawRide(view, { columns: 80, hasColors: false });
  assert.equal(head, "Bike 000001  the broker is away, 7 s");
});

Deno.test("what is no terminal gets the same in one line", () => {
  assert.match(
    describeRide(ridingBike()),
    /^bike 000001 {2}power 211 W {2}cadence 88 rpm {2}4 s ago {2}heart rate – {2}no device reports this {2}speed –/,
  );
});

Deno.test("a chart shows the newest values, its highest at the top", () => {
  assert.deepEqual(drawChart([9, 0, 4, 8], { width: 3, height: 1 }), [" ▄█"]);
  assert.deepEqual(drawChart([], { width: 3, height: 1 }), ["   "]);
});
