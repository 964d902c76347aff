import assert from "node:assert/strict";
import { stringifyErrorReport } from "#adapters/bike_topics/error_report.ts";
import {
  DeviceError,
  PayloadError,
  type SmartbikeError,
} from "#lib/base/errors.ts";

const encoder = new TextEncoder();
const OUT_OF_RANGE = new PayloadError({
  topic: "bike/000001/incline/control",
  path: "incline",
  received: "19.5",
  expected: "-10 to 19",
});

function report(
  received: string | Uint8Array,
  error: SmartbikeError = OUT_OF_RANGE,
): string {
  return stringifyErrorReport({
    topic: "incline",
    error,
    received: typeof received === "string"
      ? encoder.encode(received)
      : received,
    timeMs: 1722834169500,
    deviceName: "bike000001",
  });
}

Deno.test("stringifyErrorReport writes a report without a value, with code, message and what was received", () => {
  const text = report('{"incline": 19.5}');
  assert.deepEqual(Object.entries(JSON.parse(text)), [
    ["value", null],
    ["error", {
      code: "payload",
      message:
        'Cannot use the payload "incline on bike/000001/incline/control": got 19.5, expected -10 to 19',
      received: '{"incline": 19.5}',
    }],
    ["unitName", "degree"],
    ["timestamp", 1722834169.5],
    ["metadata", { deviceName: "bike000001" }],
  ]);
  assert.ok(
    text.startsWith('{"value": null, "error": {"code": "payload", "message": '),
  );
});

Deno.test("stringifyErrorReport carries the code of any error of ours", () => {
  const error = new DeviceError(
    'Cannot set "resistance": refused',
    "kickr",
    "refused",
  );
  assert.equal(JSON.parse(report("24", error)).error.code, "device");
});

/** What was received, and what is repeated of it. */
const RECEIVED: readonly (readonly [string | Uint8Array, string])[] = [
  ["", ""],
  ["up\n", "up\n"],
  ['"\u0000\\', '"\u0000\\'],
  [Uint8Array.of(0x61, 0xff, 0x62), "a\ufffdb"],
  ["x".repeat(256), "x".repeat(256)],
  ["x".repeat(257), `${"x".repeat(256)}…`],
  ["é".repeat(100_000), `${"é".repeat(256)}…`],
  ["😀".repeat(1000), `${"😀".repeat(128)}…`],
  [`x${"😀".repeat(1000)}`, `x${"😀".repeat(127)}\ufffd…`],
];

for (const [received, repeated] of RECEIVED) {
  Deno.test(`stringifyErrorReport repeats ${repeated.length} characters of ${received.length}: ${JSON.stringify(repeated.slice(0, 8))}`, () => {
    assert.equal(JSON.parse(report(received)).error.received, repeated);
  });
}
