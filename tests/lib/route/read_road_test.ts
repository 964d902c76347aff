import assert from "node:assert/strict";
import { FileError } from "#lib/base/store_errors.ts";
import { readRoad } from "#lib/route/read_road.ts";
import { climbOf, lengthOf, type Road } from "#lib/route/road.ts";
import { fc } from "../../property.ts";

function read(text: string, file = "x.gpx"): Road {
  const road = readRoad(new TextEncoder().encode(text), file);
  assert.ok(road);
  return road;
}

/** Points along a meridian, one each 10 m. */
function points(
  heights: readonly (number | string)[],
  name = "trkpt",
  startMeters = 0,
): string {
  return heights.map((height, i) => {
    const lat = (startMeters + i * 10) / 111_195.08;
    const ele = height === "" ? "" : `<ele>${height}</ele>`;
    return `<${name} lat="${lat}" lon="7">${ele}</${name}>`;
  }).join("\n");
}

function gpx(body: string, version = "1.1"): string {
  return `<?xml version="1.0"?>\n<gpx version="${version}" xmlns="http://www.topografix.com/GPX/1/1"><metadata><name>Hill</name></metadata>${body}</gpx>`;
}

function track(heights: readonly (number | string)[]): string {
  return gpx(`<trk><trkseg>${points(heights)}</trkseg></trk>`);
}

/** Heights of an even slope. */
function slope(count: number, percent: number): readonly number[] {
  return Array.from({ length: count }, (_, i) => 100 + i * percent / 10);
}

Deno.test("an even slope keeps its gradient and its length", () => {
  const road = read(track(slope(101, 6)));
  assert.equal(road.name, "Hill");
  assert.ok(Math.abs(lengthOf(road) - 1000) < 0.5, String(lengthOf(road)));
  assert.ok(Math.abs(climbOf(road) - 60) < 0.1);
  for (const { gradePercent } of road.segments) {
    assert.ok(Math.abs(gradePercent - 6) < 0.1, String(gradePercent));
  }
});

Deno.test("a single wrong height makes no wall", () => {
  const heights = [...slope(101, 0)];
  heights[50] = 180;
  const road = read(track(heights));
  for (const { gradePercent } of road.segments) {
    assert.ok(Math.abs(gradePercent) <= 25);
  }
  assert.deepEqual(road.notices.map(({ code }) => code), ["steep"]);
});

Deno.test("what lies between pieces of a track is no road", () => {
  const text = gpx(
    `<trk><trkseg>${points(slope(11, 3))}</trkseg><trkseg>${
      points(slope(11, 3), "trkpt", 5000)
    }</trkseg></trk>`,
    "1.0",
  );
  const road = read(text);
  assert.ok(Math.abs(lengthOf(road) - 200) < 0.5);
  assert.deepEqual(road.notices.map(({ code }) => code), ["gaps"]);
});

Deno.test("a route stands in for a track", () => {
  const road = read(
    gpx(`<rte><name>Way</name>${points(slope(21, 2), "rtept")}</rte>`),
  );
  assert.equal(road.name, "Way");
  assert.ok(Math.abs(climbOf(road) - 4) < 0.1);
});

Deno.test("a TCX course has its way in its distances", () => {
  const course = [0, 100, 200, 300].map((meters) =>
    `<Trackpoint><DistanceMeters>${meters}</DistanceMeters><AltitudeMeters>${
      100 + meters / 20
    }</AltitudeMeters></Trackpoint>`
  ).join("");
  const road = read(
    `<TrainingCenterDatabase><Courses><Course><Name>C</Name><Track>${course}</Track></Course></Courses></TrainingCenterDatabase>`,
    "x.tcx",
  );
  assert.equal(lengthOf(road), 300);
  assert.ok(Math.abs(climbOf(road) - 15) < 0.01);
});

Deno.test("a TCX course without distances has its way in its positions", () => {
  const course = [0, 1, 2, 3].map((step) =>
    `<Trackpoint><Position><LatitudeDegrees>${
      47 + step * 0.001
    }</LatitudeDegrees><LongitudeDegrees>8</LongitudeDegrees></Position><AltitudeMeters>${
      100 + step * 5
    }</AltitudeMeters></Trackpoint>`
  ).join("");
  const road = read(
    `<TrainingCenterDatabase><Courses><Course><Name>C</Name><Track>${course}</Track></Course></Courses></TrainingCenterDatabase>`,
    "x.tcx",
  );
  assert.ok(Math.abs(lengthOf(road) - 333.6) < 0.1);
  assert.ok(Math.abs(climbOf(road) - 15) < 0.5);
});

Deno.test("a TCX position that lies nowhere on earth is refused with its line", () => {
  const point =
    "<Trackpoint>\n<Position><LatitudeDegrees>97</LatitudeDegrees><LongitudeDegrees>8</LongitudeDegrees></Position></Trackpoint>";
  assert.throws(
    () =>
      read(
        `<TrainingCenterDatabase><Track>${point}</Track></TrainingCenterDatabase>`,
        "x.tcx",
      ),
    /"x\.tcx": line 2: its point is at 97, 8/,
  );
});

Deno.test("a CRS course keeps its pieces, miles and wind", async () => {
  const bytes = await Deno.readFile(
    new URL("../../fixtures/workouts/hill.crs", import.meta.url),
  );
  const road = readRoad(bytes, "hill.crs");
  assert.ok(road);
  assert.ok(Math.abs(lengthOf(road) - 1609.344) < 0.001);
  assert.deepEqual(road.segments.map(({ gradePercent }) => gradePercent), [
    0,
    8,
    -6.5,
  ]);
  assert.ok(
    Math.abs((road.segments[0]?.windMetersPerSecond ?? 0) - 4.4704) < 1e-9,
  );
  assert.equal(road.lapsMeters.length, 2);
});

const REFUSED: Readonly<
  Record<string, readonly [text: string, reason: RegExp]>
> = {
  "no heights": [
    track(Array.from({ length: 20 }, () => "")),
    /heights at 0 of 20/,
  ],
  "no track": [gpx("<wpt lat='1' lon='1'/>"), /no track/],
  "one point": [track([100]), /no track/],
  "a place nowhere": [
    gpx('<trk><trkseg><trkpt lat="north" lon="7"/></trkseg></trk>'),
    /point is at north, 7/,
  ],
  "a height of a word": [track(["high", 2]), /height is "high"/],
  "a distance that goes back": [
    "<TrainingCenterDatabase><Trackpoint><DistanceMeters>5</DistanceMeters></Trackpoint><Trackpoint><DistanceMeters>1</DistanceMeters></Trackpoint></TrainingCenterDatabase>",
    /never goes back/,
  ],
};

for (const [what, [text, reason]] of Object.entries(REFUSED)) {
  Deno.test(`a road with ${what} is refused`, () => {
    assert.throws(() => read(text), (error) => {
      assert.ok(error instanceof FileError);
      assert.match(error.message, reason);
      return true;
    });
  });
}

Deno.test("a workout is no road", () => {
  assert.equal(
    readRoad(new TextEncoder().encode("<workout_file/>"), "x.zwo"),
    undefined,
  );
});

Deno.test("no road of any heights is steeper than 25 %, and its pieces sum up to its length", () => {
  fc.assert(fc.property(
    fc.array(fc.double({ min: -500, max: 5000, noNaN: true }), {
      minLength: 2,
      maxLength: 60,
    }),
    (heights) => {
      const road = read(track(heights));
      assert.ok(Math.abs(lengthOf(road) - (heights.length - 1) * 10) < 0.5);
      assert.ok(
        road.segments.every(({ gradePercent }) => Math.abs(gradePercent) <= 25),
      );
    },
  ));
});
