import assert from "node:assert/strict";
import { decodeLine } from "#lib/gatt/decode_line.ts";
import { partOf } from "./names.ts";

function answerTo(request: object): unknown {
  return JSON.parse(decodeLine(JSON.stringify(request)));
}

Deno.test("decodeLine() answers a frame with its value", () => {
  assert.deepEqual(
    answerTo({ characteristic: "2a19", direction: "read", hex: "46" }),
    { value: { chargePercent: 70 } },
  );
});

Deno.test("decodeLine() takes UUIDs, capital letters and spaces", () => {
  const characteristic = "00002A19-0000-1000-8000-00805F9B34FB";
  assert.deepEqual(
    answerTo({ characteristic, hex: "46 " }),
    { value: { chargePercent: 70 } },
  );
  assert.deepEqual(
    answerTo({ characteristic: "0x2AD9", direction: "write", hex: "05 E1 00" }),
    { value: { opCode: 5, name: "setTargetPower", powerWatts: 225 } },
  );
});

Deno.test("decodeLine() writes bytes as hexadecimal digits", () => {
  const hex = "01060000001300002ad900001000800000805f9b34fb800501";
  const answer = answerTo({ characteristic: "dircon", hex });
  assert.equal(partOf(answer, "value.value"), "800501");
});

Deno.test("decodeLine() says where a frame is wrong", () => {
  const answer = answerTo({ characteristic: "2ada", hex: "08" });
  assert.deepEqual(answer, {
    error: {
      code: "frame",
      message:
        'Cannot decode "fitness machine status": the frame ends at offset 1, expected sint16',
      offset: 1,
      expected: "sint16",
    },
  });
});

const BAD_REQUESTS = {
  "that is no JSON": ["nonsense", ""],
  "that is empty": ["", ""],
  "that is a list": ["[]", ""],
  "without a characteristic": ['{"hex":"46"}', "characteristic"],
  "with an unknown characteristic": [
    '{"characteristic":"ffff","hex":"46"}',
    "characteristic",
  ],
  "with a direction that the characteristic lacks": [
    '{"characteristic":"2a19","direction":"write","hex":"46"}',
    "direction",
  ],
  "with a direction that is no text": [
    '{"characteristic":"2a19","direction":1,"hex":"46"}',
    "direction",
  ],
  "without bytes": ['{"characteristic":"2a19"}', "hex"],
  "with half a byte": ['{"characteristic":"2a19","hex":"4"}', "hex"],
} as const;

for (const [condition, [line, path]] of Object.entries(BAD_REQUESTS)) {
  Deno.test(`decodeLine() refuses a line ${condition}`, () => {
    const answer: unknown = JSON.parse(decodeLine(line));
    assert.equal(partOf(answer, "error.code"), "payload");
    assert.equal(partOf(answer, "error.path"), path);
  });
}
