import assert from "node:assert/strict";
import { FrameError } from "#lib/base/errors.ts";
import {
  decodeDirconNotification,
  decodeDirconRequest,
  decodeDirconResponse,
  encodeDirconNotification,
  encodeDirconResponse,
} from "#lib/gatt/dircon.ts";
import { DirconStream } from "#lib/gatt/dircon_stream.ts";
import { assignedUuid, shortNameOf } from "#lib/gatt/uuids.ts";
import { bytesOf } from "./fixtures.ts";

Deno.test("encodeDirconResponse() writes a failure without a body", () => {
  const bytes = encodeDirconResponse({
    name: "failure",
    messageId: 3,
    sequence: 7,
    responseCode: 4,
  });
  assert.equal(bytes.toHex(), "010307040000");
  const failure = decodeDirconResponse(bytes);
  assert(failure.name === "failure");
  assert.equal(failure.requestName, "readCharacteristic");
  assert.equal(failure.response, "characteristicNotFound");
});

Deno.test("decodeDirconNotification() gives back what was encoded", () => {
  const characteristic = assignedUuid(0x2ad2);
  const value = Uint8Array.of(0x44, 0x00);
  const sent = { name: "notification", sequence: 0, characteristic, value };
  const bytes = encodeDirconNotification({ ...sent, name: "notification" });
  const got = decodeDirconNotification(bytes);
  assert.equal(shortNameOf(got.characteristic), "2ad2");
  assert.deepEqual(got.value, value);
});

Deno.test("decodeDirconRequest() keeps a message that it does not know", () => {
  const request = decodeDirconRequest(bytesOf("01630500000100"));
  assert.equal(request.name, "unknown");
  assert.equal(request.messageId, 0x63);
  assert.equal(request.sequence, 5);
});

Deno.test("decodeDirconRequest() refuses a message with bytes behind it", () => {
  assert.throws(
    () => decodeDirconRequest(bytesOf("01010100000000")),
    (error) => error instanceof FrameError && error.offset === 6,
  );
});

Deno.test("decodeDirconRequest() says how many bytes are missing", () => {
  const hex = "01050200001100002a3700001000800000805f9b34fb";
  assert.throws(
    () => decodeDirconRequest(bytesOf(hex)),
    (error) => error instanceof FrameError && error.expected === "1 more bytes",
  );
});

Deno.test("DirconStream refuses another version at once", () => {
  const stream = new DirconStream();
  assert.throws(() => stream.push(bytesOf("02")), FrameError);
});
