/** The policy of the codecs, see `lib/gatt/README.md`. */
import assert from "node:assert/strict";
import { FrameError } from "#lib/base/errors.ts";
import { decodeFrame } from "#lib/gatt/catalog.ts";
import { fc } from "../../property.ts";
import { partOf } from "./names.ts";
import {
  isThere,
  type RecordField,
  type RecordLayout,
  recordOf,
  RECORDS,
} from "./records.ts";

/** Any flags, those of marks and reserved ones among them; the heart rate in one byte. */
function flagsOf({ flagsSize, characteristic }: RecordLayout) {
  return fc.nat({ max: 2 ** (flagsSize * 8) - 1 }).map((flags) =>
    characteristic === "2a37" ? flags & ~0x11 : flags
  );
}

function decode({ characteristic }: RecordLayout, bytes: Uint8Array): object {
  return decodeFrame({ characteristic, direction: "notify" }, bytes);
}

/** The values of these fields alone. */
function valuesOf(fields: readonly RecordField[], value: object) {
  return fields.map(({ name }) => [name, partOf(value, name)]);
}

for (const layout of RECORDS) {
  const { characteristic, fields, flagsSize, headFields } = layout;

  Deno.test(`${characteristic} keeps the fields before a cut at any byte, marks it, and has no others`, () => {
    fc.assert(fc.property(flagsOf(layout), (flags) => {
      const whole = recordOf(layout, flags);
      const there = fields.filter((field) => isThere(field, flags));
      const full = decode(layout, whole);
      assert.equal(partOf(full, "cutShort"), undefined);
      for (let size = 0; size < whole.length; size++) {
        let end = flagsSize;
        const kept = there.filter((field) => (end += field.size) <= size);
        const bytes = whole.subarray(0, size);
        if (size < flagsSize || kept.length < headFields) {
          assert.throws(() => decode(layout, bytes), FrameError);
          continue;
        }
        const part = decode(layout, bytes);
        assert.equal(partOf(part, "cutShort"), true);
        assert.equal(partOf(part, "trailingBytes"), undefined);
        assert.deepEqual(valuesOf(kept, part), valuesOf(kept, full));
        const lost = there.filter((field) => !kept.includes(field));
        for (const [, value] of valuesOf(lost, part)) {
          assert.equal(value, undefined);
        }
      }
    }));
  });

  for (const field of fields.filter(({ impossible }) => impossible)) {
    const { name, bit } = field;
    Deno.test(`${characteristic} leaves out and names an impossible ${name}, and nothing else`, () => {
      fc.assert(fc.property(flagsOf(layout), (any) => {
        const flags = bit === undefined
          ? any
          : field.isInverted
          ? any & ~(1 << bit)
          : any | 1 << bit;
        const odd = decode(layout, recordOf(layout, flags, field));
        const sound = decode(layout, recordOf(layout, flags));
        const last = name.split(".").at(-1);
        assert.deepEqual(partOf(odd, "impossible"), [last]);
        assert.equal(partOf(odd, name), undefined);
        const others = fields.filter((one) => one !== field);
        assert.deepEqual(valuesOf(others, odd), valuesOf(others, sound));
      }));
    });
  }

  Deno.test(`${characteristic} counts bytes behind its last field`, () => {
    fc.assert(fc.property(flagsOf(layout), (flags) => {
      const bytes = Uint8Array.of(...recordOf(layout, flags), 7, 7);
      assert.equal(partOf(decode(layout, bytes), "trailingBytes"), 2);
    }));
  });
}
