import assert from "node:assert/strict";
import { ByteReader, ByteWriter } from "#lib/base/bytes.ts";
import { FrameError } from "#lib/base/errors.ts";

const BYTES = Uint8Array.of(0x01, 0x02, 0x03, 0x04, 0xff, 0xfe);

Deno.test("ByteReader reads the least significant byte first", () => {
  assert.equal(new ByteReader(BYTES, "sample").uint8(), 0x01);
  assert.equal(new ByteReader(BYTES, "sample").uint16(), 0x0201);
  assert.equal(new ByteReader(BYTES, "sample").uint24(), 0x030201);
  assert.equal(new ByteReader(BYTES, "sample").uint32(), 0x04030201);
  assert.equal(new ByteReader(BYTES.subarray(4), "sample").sint16(), -257);
});

Deno.test("ByteReader reads the most significant byte first when asked to", () => {
  const options = { bigEndian: true };
  assert.equal(new ByteReader(BYTES, "sample", options).uint16(), 0x0102);
  assert.equal(new ByteReader(BYTES, "sample", options).uint24(), 0x010203);
  assert.equal(new ByteReader(BYTES, "sample", options).uint32(), 0x01020304);
  const tail = new ByteReader(BYTES.subarray(4), "sample", options);
  assert.equal(tail.sint16(), -2);
});

Deno.test("ByteReader names the place where a frame ends too early", () => {
  const reader = new ByteReader(BYTES.subarray(0, 3), "sample");
  reader.uint16();
  assert.throws(() => reader.uint32(), (error) => {
    assert(error instanceof FrameError);
    assert.equal(error.offset, 3);
    assert.equal(error.expected, "uint32");
    assert.equal(
      error.message,
      'Cannot decode "sample": the frame ends at offset 3, expected uint32',
    );
    return true;
  });
});

Deno.test("ByteReader stays where it was after a field that did not fit", () => {
  const reader = new ByteReader(BYTES.subarray(0, 1), "sample");
  assert.throws(() => reader.uint16(), FrameError);
  assert.equal(reader.uint8(), 0x01);
});

Deno.test("ByteReader gives copies of bytes", () => {
  const frame = BYTES.slice();
  const rest = new ByteReader(frame, "sample").rest();
  frame[0] = 0x77;
  assert.deepEqual(rest, BYTES);
});

Deno.test("ByteWriter writes what ByteReader reads, in both byte orders", () => {
  for (const bigEndian of [false, true]) {
    const bytes = new ByteWriter({ bigEndian }).uint8(0xab).uint16(0xabcd)
      .uint24(0xabcdef).uint32(0xabcdef01).sint16(-2).bytes(BYTES).toBytes();
    const reader = new ByteReader(bytes, "sample", { bigEndian });
    assert.equal(reader.uint8(), 0xab);
    assert.equal(reader.uint16(), 0xabcd);
    assert.equal(reader.uint24(), 0xabcdef);
    assert.equal(reader.uint32(), 0xabcdef01);
    assert.equal(reader.sint16(), -2);
    assert.deepEqual(reader.rest(), BYTES);
  }
});

Deno.test("ByteWriter refuses numbers that do not fit", () => {
  for (const value of [-1, 256, 0.5, NaN, Infinity]) {
    assert.throws(() => new ByteWriter().uint8(value), RangeError);
  }
  assert.throws(() => new ByteWriter().sint16(-32769), RangeError);
  assert.throws(() => new ByteWriter().uint32(2 ** 32), RangeError);
});

Deno.test("ByteWriter fills unused bytes, and ByteReader shows what they hold", () => {
  const bytes = new ByteWriter({ filler: 0x00 }).skip(2).toBytes();
  assert.deepEqual(bytes, Uint8Array.of(0x00, 0x00));
  const reader = new ByteReader(bytes, "sample");
  assert.equal(reader.filler, undefined);
  reader.skip(2);
  assert.equal(reader.filler, 0x00);
  assert.deepEqual(new ByteWriter().skip(1).toBytes(), Uint8Array.of(0xff));
});
