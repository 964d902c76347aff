import assert from "node:assert/strict";
import { driver as click } from "#drivers/click.ts";
import { FrameError } from "#lib/base/errors.ts";
import { CHARACTERISTICS } from "#lib/gatt/uuids.ts";
import { decodeZwiftEvent } from "#lib/gatt/zwift_controller.ts";
import type { DeviceScript } from "./scripted_device.ts";
import { TestBench } from "./test_bench.ts";

const { zwiftAnswers, zwiftCommands, zwiftEvents } = CHARACTERISTICS;

const CLICK: DeviceScript = {
  name: "Zwift Click",
  address: "C1:1C:00:00:00:01",
  services: ["zwiftController"],
  table: {
    [zwiftEvents]: ["notify"],
    [zwiftCommands]: ["write-without-response"],
    [zwiftAnswers]: ["indicate"],
  },
  answers: { [zwiftCommands]: () => "526964654f6e0103" },
  answersFrom: { [zwiftCommands]: zwiftAnswers },
};

function pressed(hex: string): readonly string[] {
  return decodeZwiftEvent(Uint8Array.fromHex(hex))
    .filter(({ isPressed }) => isPressed).map(({ button }) => button);
}

Deno.test("a Click is greeted, and its buttons end in the hub", async () => {
  await using bench = new TestBench();
  const device = bench.add(CLICK);
  await bench.start(click);
  assert.deepEqual(device.written, [`${zwiftCommands} 526964654f6e`]);
  const seen: string[] = [];
  bench.bike.onButton.add(({ button, isPressed }) =>
    seen.push(`${button} ${isPressed ? "down" : "up"}`)
  );
  device.notify(zwiftEvents, "3708001001");
  device.notify(zwiftEvents, "3708011001");
  assert.deepEqual(seen, ["PLUS down", "MINUS up", "PLUS up"]);
});

Deno.test("buttons of Play are those of its side", () => {
  assert.deepEqual(pressed("070800100020013001"), ["Y"]);
  assert.deepEqual(pressed("070801100120003001"), ["RIGHT"]);
});

Deno.test("buttons of Ride are the zeros of a map", () => {
  assert.deepEqual(pressed("2308ffffffff0f"), []);
  assert.deepEqual(pressed("2308feffffff0f"), ["LEFT"]);
  assert.deepEqual(pressed("2308fffbffff0f"), ["SHIFT_LEFT"]);
});

Deno.test("events of other kinds report no button", () => {
  assert.deepEqual(pressed("15"), []);
  assert.deepEqual(pressed("190a02"), []);
});

for (const hex of ["", "3708", "370880", "3707"]) {
  Deno.test(`an event that is cut off or none is dropped: ${hex || "nothing"}`, () => {
    assert.throws(() => decodeZwiftEvent(Uint8Array.fromHex(hex)), FrameError);
  });
}
