import assert from "node:assert/strict";
import { FrameError } from "#lib/base/errors.ts";
import { CODECS, decodeFrame, encodeFrame } from "#lib/gatt/catalog.ts";
import type { Codec } from "#lib/gatt/codec.ts";
import { stringifyValue } from "#lib/gatt/decode_line.ts";
import { bytesOf, type Vector, VECTORS } from "./fixtures.ts";
import { assertVector } from "./assert_vector.ts";
import { partOf } from "./names.ts";

/** Well-formed frames that encoders write in another way, and why. */
const OTHER_FORMS: Readonly<Record<string, string>> = {
  "pub-2a37-007": "a heart rate that fits one byte is written in one",
  "pub-2a65-003": "the upper two bytes are always written",
};

function jsonOf(vector: Vector, bytes = bytesOf(vector.hex)): unknown {
  return JSON.parse(stringifyValue(decodeFrame(vector, bytes)));
}

function codecOf({ characteristic, direction }: Vector): Codec {
  const codec = CODECS.find((codec) =>
    codec.characteristic === characteristic &&
    codec.directions.some((known) => known === direction)
  );
  assert(codec, `no codec for ${characteristic} ${direction}`);
  return codec;
}

const good = VECTORS.filter((vector) => !("error" in vector.expected));
const bad = VECTORS.filter((vector) => "error" in vector.expected);

for (const vector of good) {
  Deno.test(`decodeFrame() gives each value of ${vector.id}`, () => {
    assertVector(vector, jsonOf(vector));
  });
}

for (const vector of bad) {
  Deno.test(`decodeFrame() refuses ${vector.id}`, () => {
    assert.throws(() => jsonOf(vector), FrameError);
  });
}

Deno.test("decoding and encoding gives back the bytes of each vector", () => {
  for (const vector of good) {
    const value = jsonOf(vector);
    if (partOf(value, "trailingBytes") !== undefined) continue;
    const again = codecOf(vector).normalize(bytesOf(vector.hex));
    if (vector.id in OTHER_FORMS) {
      assert.notEqual(again.toHex(), vector.hex, vector.id);
      assert.deepEqual(
        { ...decodeFrame(vector, again), featureBits: 0 },
        { ...decodeFrame(vector, bytesOf(vector.hex)), featureBits: 0 },
      );
    } else assert.equal(again.toHex(), vector.hex, vector.id);
  }
});

Deno.test("encodeFrame() takes the JSON that decoding a write gave", () => {
  const writes = good.filter((vector) =>
    vector.direction === "write" || vector.direction === "request"
  );
  assert(writes.length > 100);
  for (const vector of writes) {
    const bytes = encodeFrame(vector.characteristic, jsonOf(vector));
    assert.equal(bytes.toHex(), vector.hex, vector.id);
  }
});

Deno.test("decodeFrame() without a direction finds the one of each vector", () => {
  for (const vector of good) {
    assert.deepEqual(
      decodeFrame(
        { characteristic: vector.characteristic },
        bytesOf(vector.hex),
      ),
      decodeFrame(vector, bytesOf(vector.hex)),
      vector.id,
    );
  }
});

/** What a shorter frame may say otherwise: how long it is. */
const LENGTHS = [
  "trailingBytes",
  "paddingBytes",
  "widthBytes",
  "featureBits",
  "cutShort",
];

/** Ranges whose three bytes are a whole range of another width. */
const RANGES = /^2ad[4568]$/;

function assertPrefix(part: unknown, whole: unknown, path: string) {
  if (typeof part === "string" && typeof whole === "string") {
    // Half a character has become U+FFFD.
    assert(whole.startsWith(part.replace(/\uFFFD$/, "")), path);
  } else if (Array.isArray(part) && Array.isArray(whole)) {
    assert.deepEqual(part, whole.slice(0, part.length), path);
  } else if (typeof part === "object" && part !== null) {
    for (const [key, value] of Object.entries(part)) {
      if (LENGTHS.includes(key)) continue;
      assertPrefix(value, partOf(whole, key), `${path}.${key}`);
    }
  } else assert.equal(part, whole, path);
}

for (const codec of new Set(VECTORS.map(codecOf))) {
  const { characteristic, directions } = codec;
  Deno.test(`a truncated ${characteristic} ${directions.join(", ")} is refused or says less`, () => {
    for (const vector of good.filter((one) => codecOf(one) === codec)) {
      const whole = jsonOf(vector);
      for (let size = 0; size < vector.hex.length / 2; size++) {
        if (RANGES.test(characteristic) && size === 3) continue;
        const bytes = bytesOf(vector.hex).subarray(0, size);
        try {
          assertPrefix(jsonOf(vector, bytes), whole, `${vector.id} ${size}`);
        } catch (error) {
          if (!(error instanceof FrameError)) throw error;
        }
      }
    }
  });
}
