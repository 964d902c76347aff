import assert from "node:assert/strict";
import { FileError } from "#lib/base/store_errors.ts";
import { readXml } from "#lib/base/xml_reader.ts";
import { toSvg } from "#lib/ride/chart.ts";
import { toCsv } from "#lib/ride/csv_export.ts";
import { parseRideJson, toRideJson } from "#lib/ride/json_file.ts";
import { summarize } from "#lib/ride/summary.ts";
import { toTcx } from "#lib/ride/tcx_export.ts";
import { parseTcx } from "#lib/ride/tcx_import.ts";
import { timelineOf } from "#lib/ride/timeline.ts";
import { madeUpRide, START_MS } from "./ride_samples.ts";

const SAMPLES = madeUpRide({ seconds: 90 });
const RECORDS = timelineOf(SAMPLES);
const RIDE = {
  id: "000001-20261130T060000Z",
  bike: "000001",
  startMs: START_MS,
  endMs: START_MS + 90_000,
  isEnded: true,
};

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

Deno.test("a TCX file comes back as the ride that it was", () => {
  const again = timelineOf(
    parseTcx(bytes(toTcx(RIDE, RECORDS)), "x.tcx", "000001"),
  );
  assert.equal(again.length, RECORDS.length);
  const [before, after] = [summarize(RECORDS), summarize(again)];
  assert.ok(
    Math.abs(before.distanceMeters - after.distanceMeters) < 0.01,
  );
  assert.equal(
    after.powerWatts?.maximum,
    Math.round(before.powerWatts?.maximum ?? NaN),
  );
});

Deno.test("a TCX file without speeds gets them from its distances", () => {
  const point = (second: number, meters: number) =>
    `<Trackpoint><Time>2026-11-30T06:00:0${second}Z</Time><DistanceMeters>${meters}</DistanceMeters></Trackpoint>`;
  const samples = parseTcx(
    bytes(`<TCX><Track>${point(0, 0)}${point(2, 16)}</Track></TCX>`),
    "x.tcx",
    "1",
  );
  const speed = samples.find(({ metric }) => metric === "speed");
  assert.equal(speed?.value, 8);
});

Deno.test("a TCX file with a time that is none is refused with its line", () => {
  const text =
    "<TCX>\n<Track>\n<Trackpoint><Time>soon</Time></Trackpoint></Track></TCX>";
  assert.throws(() => parseTcx(bytes(text), "x.tcx", "1"), {
    name: "FileError",
    line: 3,
    message: /"soon"/,
  });
});

Deno.test("a CSV file has one line a second and empty cells for what was not recorded", () => {
  const [heading, first, ...rest] = toCsv(RECORDS).split("\r\n");
  assert.match(heading ?? "", /^time,speed_m_s,cadence_rpm,power_w,/);
  assert.match(
    first ?? "",
    /^2026-11-30T06:00:00\.000Z,8,85,180,120,,,,,8,500 490$/,
  );
  assert.equal(rest.length, RECORDS.length);
});

Deno.test("a JSON file comes back with every sample as it was", () => {
  const text = toRideJson({
    ride: RIDE,
    summary: summarize(RECORDS),
    records: RECORDS,
    samples: SAMPLES,
  });
  assert.deepEqual(parseRideJson(text, "x.json", "000001"), SAMPLES);
});

for (
  const text of [
    "",
    "[]",
    "{}",
    '{"samples":[]}',
    '{"samples":[[1,"constructor",2]]}',
    '{"samples":[[1.5,"power",2]]}',
    '{"samples":{"length":1}}',
  ]
) {
  Deno.test(`JSON that is no ride is refused: ${text || "nothing"}`, () => {
    assert.throws(() => parseRideJson(text, "x.json", "1"), FileError);
  });
}

Deno.test("a chart is well-formed SVG with a line for each thing that was recorded", () => {
  const svg = toSvg('A <ride> & "more"', RECORDS);
  const { root, hasBareAmpersand } = readXml(svg, { file: "x.svg" });
  assert.equal(hasBareAmpersand, false);
  assert.equal(root.name, "svg");
  const lines = root.children.filter(({ name }) => name === "polyline");
  assert.equal(lines.length, 4);
  assert.equal(root.children[0]?.text, 'A <ride> & "more"');
});
