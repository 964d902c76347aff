/**
 * Values of any type of an interface: one that differs from the default, and
 * random ones.
 *
 * @module
 */
import type { TypeDescriptor } from "#lib/objectapi/mod.ts";
import { fc } from "../../property.ts";

/** Structs that hold lists of themselves end here. */
const DEPTH = 3;

/**
 * A value that differs from the default wherever the type has another one.
 *
 * @param type The type.
 * @param depth How deep it stands.
 * @returns The value.
 */
export function sampleValue(type: TypeDescriptor, depth = 0): unknown {
  switch (type.kind) {
    case "bool":
      return true;
    case "string":
      return 'a "ä" \\ 🚲';
    case "bytes":
      return new Uint8Array([0, 127, 255]);
    case "any":
    case "extern":
      return { x: 1, list: [null, "a", { deep: true }] };
    case "enum":
      return Object.values(type.members).at(-1);
    case "array": {
      if (depth > DEPTH) return [];
      return [1, 2].map(() => sampleValue(type.element, depth + 1));
    }
    case "struct":
      return Object.fromEntries(
        Object.entries(type.fields).map(([name, field]) => [
          name,
          sampleValue(field, depth + 1),
        ]),
      );
    case "int64":
      return 2n ** 62n + 1n;
    case "int":
    case "int32":
      return -(2 ** 31);
    default:
      return 0.5;
  }
}

/**
 * Random values of a type.
 *
 * @param type The type.
 * @param depth How deep they stand.
 * @returns All values that can travel.
 */
export function randomValue(
  type: TypeDescriptor,
  depth = 0,
): fc.Arbitrary<unknown> {
  switch (type.kind) {
    case "bool":
      return fc.boolean();
    case "string":
      return fc.string({ unit: "grapheme" });
    case "bytes":
      return fc.uint8Array({ maxLength: 9 });
    case "any":
    case "extern":
      return fc.jsonValue({ noUnicodeString: false }).map((value) =>
        JSON.parse(JSON.stringify(value).replace(/\d{16,}/g, "7"))
      );
    case "enum":
      return fc.constantFrom(...Object.values(type.members));
    case "array":
      return fc.array(randomValue(type.element, depth + 1), {
        maxLength: depth > DEPTH ? 0 : 3,
      });
    case "struct":
      return fc.record(
        Object.fromEntries(
          Object.entries(type.fields).map(([name, field]) => [
            name,
            depth > 2 * DEPTH && field.kind === "array"
              ? fc.constant([])
              : randomValue(field, depth + 1),
          ]),
        ),
        { noNullPrototype: true },
      );
    case "int64":
      return fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n).map((value) =>
        type.as === undefined && Number.isSafeInteger(Number(value))
          ? Number(value)
          : value
      );
    case "int":
    case "int32":
      return fc.integer();
    case "float64":
      return fc.double({ noNaN: true, noDefaultInfinity: true });
    default:
      return fc.float({ noNaN: true, noDefaultInfinity: true });
  }
}
