/**
 * Files of the largest size that are made to take long: each is decided, where
 * a pattern that tries all ways of fitting would need hours.
 */
import assert from "node:assert/strict";
import { FileError } from "#lib/base/store_errors.ts";
import { parseFit } from "#lib/ride/fit_import.ts";
import { readRoad } from "#lib/route/read_road.ts";
import { MAX_WORKOUT_BYTES, readWorkout } from "#lib/workout/read_workout.ts";

/** So much of a text that the file is still read. */
function fill(text: string): string {
  return text.repeat((MAX_WORKOUT_BYTES - 1000) / text.length);
}

/** Reads a text as a workout and as a road; either may refuse it. */
function decide(text: string): void {
  const bytes = new TextEncoder().encode(text);
  for (const read of [readWorkout, readRoad]) {
    try {
      read(bytes, "x.erg");
    } catch (error) {
      assert.ok(error instanceof FileError, String(error));
    }
  }
}

const HEAD = "[COURSE HEADER]\n";
const DATA = `${HEAD}[COURSE DATA]\n0 100\n1 100\n`;

const TEXTS: readonly (readonly [what: string, text: string])[] = [
  ["CDATA that is never closed", zwo(fill("<![CDATA["))],
  ["elements that nobody knows", zwo(fill("<x/>\n"))],
  ["steps without a duration", zwo(fill("<Ramp/>\n"))],
  ["texts at a distance", zwo(step(fill('<textevent distoffset="1"/>\n')))],
  ["a number of a million digits", zwo(`<Ramp Duration="${fill("1")}x"/>`)],
  ["ampersands", zwo(fill("&#1"))],
  ["a section that is never closed", `${HEAD}[${fill(" ")}x\n`],
  ["a header line of blanks", `${HEAD}a${fill(" ")}x\n`],
  ["a text of tabs", `${DATA}[COURSE TEXT]\n1 a${fill("\t")}x`],
  ["a text behind blanks", `${DATA}[COURSE TEXT]\n1${fill(" ")}a\u2028b`],
  ["texts without a time", `${DATA}[COURSE TEXT]\n${fill("a\n")}`],
  ["a row of digits", `${DATA}${fill("1")}x`],
  ["laps", `${DATA}${fill("LAP\n")}`],
  ["blank lines", `[\n${fill("\n")}`],
  ["lines of blanks", `[\n${fill(" ")}`],
];

function zwo(inner: string): string {
  return `<workout_file><workout>${inner}</workout></workout_file>`;
}

function step(inner: string): string {
  return `<SteadyState Duration="60" Power="0.5">${inner}</SteadyState>`;
}

for (const [what, text] of TEXTS) {
  Deno.test(`a workout or road of four megabytes of ${what} is decided`, () => {
    decide(text);
  });
}

Deno.test("a workout has at most a thousand notices", () => {
  const rows = Array.from({ length: 5000 }, () => "<x/>\n").join("");
  const bytes = new TextEncoder().encode(zwo(step("") + rows));
  assert.equal(readWorkout(bytes, "x.zwo").notices.length, 1000);
});

/** CRC-16/ARC, bit by bit. */
function crcOf(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) {
      crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1;
    }
  }
  return crc;
}

/** A FIT file of zeros behind one definition, so that each byte is a message. */
function fitOf(definition: readonly number[], length: number): Uint8Array {
  const bytes = new Uint8Array(12 + length + 2);
  const view = new DataView(bytes.buffer);
  bytes.set([12, 16]);
  view.setUint32(4, length, true);
  bytes.set(new TextEncoder().encode(".FIT"), 8);
  bytes.set(definition, 12);
  view.setUint16(12 + length, crcOf(bytes.subarray(0, 12 + length)), true);
  return bytes;
}

const RECORD = [0x40, 0, 0, 20, 0];
const EMPTY_FIELDS = Array.from({ length: 255 }, (_, i) => [i, 0, 0]).flat();

for (
  const [what, definition] of [
    ["without fields", [...RECORD, 0]],
    ["whose fields are empty", [...RECORD, 255, ...EMPTY_FIELDS]],
  ] as const
) {
  Deno.test(`a FIT file of a million messages ${what} is refused`, () => {
    assert.throws(
      () => parseFit(fitOf(definition, 1_000_000), "x.fit", "1"),
      /it has more than 500000 messages, expected fewer/,
    );
  });
}
