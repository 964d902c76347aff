import assert from "node:assert/strict";
import { PacketFramer } from "#lib/mqtt/packet_framer.ts";
import { fc } from "../../property.ts";

/** Cuts bytes, and notes what is taken and what is passed, in their order. */
function feed(chunks: readonly Uint8Array[], takes: (type: number) => boolean) {
  const taken: number[][] = [];
  const order: number[] = [];
  const framer = new PacketFramer({
    take: ({ bytes, start, end }) => {
      const packet = [...bytes.subarray(start, end)];
      if (!takes(packet[0] ?? 0)) return false;
      taken.push(packet);
      order.push(...packet);
      return true;
    },
    pass: (bytes) => void order.push(...bytes),
  });
  for (const chunk of chunks) framer.feed(chunk);
  return { taken, order };
}

function packet(type: number, length: number): readonly number[] {
  const head = [type];
  let rest = length;
  do {
    head.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
    rest >>>= 7;
  } while (rest > 0);
  return [...head, ...new Array<number>(length).fill(type + 1)];
}

const packets = fc.array(
  fc.record({
    type: fc.constantFrom(0x30, 0x40, 0x90, 0xd0),
    length: fc.oneof(
      fc.integer({ min: 0, max: 300 }),
      fc.constantFrom(16_383, 16_384, 65_600),
    ),
  }),
  { maxLength: 6 },
);

Deno.test("PacketFramer finds the same packets wherever the bytes are cut, and passes the others in order", () => {
  const cuts = fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1 });
  fc.assert(
    fc.property(packets, cuts, (all, sizes) => {
      const bytes = Uint8Array.from(
        all.flatMap(({ type, length }) => packet(type, length)),
      );
      const chunks: Uint8Array[] = [];
      let at = 0;
      while (at < bytes.length) {
        const size = sizes[chunks.length % sizes.length] ?? 1;
        chunks.push(bytes.subarray(at, at += size));
      }
      const isPublish = (type: number) => type === 0x30;
      const { taken, order } = feed(chunks, isPublish);
      assert.deepEqual(Uint8Array.from(order), bytes);
      const wanted = all.filter(({ type, length }) =>
        isPublish(type) && length < 65_000
      );
      assert.deepEqual(
        taken.map(({ length }) => length),
        wanted.map(({ type, length }) => packet(type, length).length),
      );
    }),
    { numRuns: 40 },
  );
});

Deno.test("PacketFramer passes all that follows a length which is none", () => {
  const bytes = Uint8Array.of(0x30, 0xff, 0xff, 0xff, 0xff, 0x01, 0x30, 0);
  const { taken, order } = feed([bytes, Uint8Array.of(0x30, 0)], () => true);
  assert.deepEqual(taken, []);
  assert.deepEqual(order, [...bytes, 0x30, 0]);
});
