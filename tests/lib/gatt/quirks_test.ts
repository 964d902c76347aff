import assert from "node:assert/strict";
import { DEFAULT_QUIRKS, type QuirkRow } from "#lib/gatt/quirk.ts";
import { quirksOf } from "#lib/gatt/quirks.ts";

Deno.test("quirksOf() gives the specification's values for an unknown device", () => {
  assert.deepEqual(quirksOf({}), DEFAULT_QUIRKS);
  assert.deepEqual(quirksOf({ name: "Other bike" }), DEFAULT_QUIRKS);
});

Deno.test("quirksOf() joins all rows that fit, whatever the case", () => {
  const quirks = quirksOf({ name: "kickr snap 77", manufacturer: "Wahoo" });
  assert.equal(quirks.tiltAsWahooSends, true);
  assert.deepEqual(quirks.unansweredOpCodes, [0x43]);
  assert.equal(quirks.resistanceWidth, "auto");
});

const FIRMWARE_ROWS: readonly QuirkRow[] = [{
  device: { model: "B1" },
  firmwareFrom: "1.9",
  firmwareBefore: "1.12.2",
  quirks: { resistanceWidth: 2 },
  what: "takes two bytes",
  since: "2020",
  source: "a test",
}];

Deno.test("quirksOf() compares firmware versions by their numbers", () => {
  const widthOf = (firmware: string) =>
    quirksOf({ model: "B1", firmware }, FIRMWARE_ROWS).resistanceWidth;
  assert.equal(widthOf("1.8.9"), "auto");
  assert.equal(widthOf("V1.9"), 2);
  assert.equal(widthOf("1.12.1+3792"), 2);
  assert.equal(widthOf("1.12.2"), "auto");
});

Deno.test("quirksOf() leaves rows for a firmware out while the firmware is not known", () => {
  assert.deepEqual(quirksOf({ model: "B1" }, FIRMWARE_ROWS), DEFAULT_QUIRKS);
});
