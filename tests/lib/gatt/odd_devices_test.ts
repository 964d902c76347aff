/** Frames after public reports of odd devices: bytes of our own, and what is right. */
import assert from "node:assert/strict";
import { decodeLine } from "#lib/gatt/decode_line.ts";
import { partOf } from "./names.ts";

const path = new URL("../../fixtures/gatt/odd_devices.json", import.meta.url);
const cases: unknown = JSON.parse(await Deno.readTextFile(path));
assert(Array.isArray(cases));

for (const one of cases) {
  const why = String(partOf(one, "why"));
  const characteristic = String(partOf(one, "characteristic"));
  Deno.test(`decoding ${characteristic} keeps what is good: ${why}`, () => {
    const answer: unknown = JSON.parse(decodeLine(JSON.stringify(one)));
    assert.deepEqual(partOf(answer, "value"), partOf(one, "expected"));
  });
}
