/**
 * GPX 1.0 and 1.1: tracks, else routes.
 *
 * @module
 */
import { fileError } from "#lib/base/text_file.ts";
import type { XmlElement } from "#lib/base/xml_reader.ts";
import type { Track, TrackPoint } from "./track.ts";

/** The mean radius of the earth, in metres. */
const EARTH_METERS = 6_371_008.8;

/**
 * Reads the track of a GPX file; where it has none, its route.
 *
 * @param file Its name, for errors.
 * @returns The track, with a piece for each of its segments.
 * @throws {FileError} If a point lies nowhere on earth.
 */
export function gpxTracks(root: XmlElement, file: string): Track {
  const tracks = root.children.filter(({ name }) => name === "trk");
  const segments = tracks.flatMap(({ children }) =>
    children.filter(({ name }) => name === "trkseg")
  );
  const routes = root.children.filter(({ name }) => name === "rte");
  const lines = segments.length > 0 ? segments : routes;
  const [first] = tracks.length > 0 ? tracks : routes;
  const metadata = root.children.find(({ name }) => name === "metadata");
  return {
    name: nameOf(first) || nameOf(metadata) || nameOf(root),
    pieces: lines.map((line) => pieceOf(line, file)),
  };
}

function nameOf(element: XmlElement | undefined): string {
  const text = element?.children.find(({ name }) => name === "name")?.text;
  return (text ?? "").replace(/\s+/g, " ");
}

function pieceOf(line: XmlElement, file: string): readonly TrackPoint[] {
  let meters = 0;
  let before: Place | undefined;
  return line.children
    .filter(({ name }) => name === "trkpt" || name === "rtept")
    .map((point) => {
      const place = placeOf(point, file);
      if (before) meters += metersBetween(before, place);
      before = place;
      return { meters, elevation: elevationOf(point, file) };
    });
}

interface Place {
  readonly lat: number;
  readonly lon: number;
}

function placeOf({ attributes, line }: XmlElement, file: string): Place {
  const lat = Number(attributes.get("lat") || NaN);
  const lon = Number(attributes.get("lon") || NaN);
  if (Math.abs(lat) <= 90 && Math.abs(lon) <= 180) return { lat, lon };
  throw fileError(
    file,
    line,
    `its point is at ${attributes.get("lat")}, ${
      attributes.get("lon")
    }, expected a latitude to ±90 and a longitude to ±180`,
  );
}

/**
 * Reads the height of a point.
 *
 * @param name What the height is called.
 * @returns Metres; undefined where it has none.
 * @throws {FileError} If it is no height on earth.
 */
export function elevationOf(
  point: XmlElement,
  file: string,
  name = "ele",
): number | undefined {
  const element = point.children.find((child) => child.name === name);
  if (!element || element.text === "") return undefined;
  const height = Number(element.text);
  if (height >= -1000 && height <= 10_000) return height;
  throw fileError(
    file,
    element.line,
    `its height is ${
      JSON.stringify(element.text.slice(0, 40))
    }, expected -1000 to 10000 m`,
  );
}

/** The great circle between two places (haversine). */
function metersBetween(from: Place, to: Place): number {
  const radians = (degrees: number) => degrees * Math.PI / 180;
  const [a, b] = [radians(from.lat), radians(to.lat)];
  const h = Math.sin((b - a) / 2) ** 2 +
    Math.cos(a) * Math.cos(b) * Math.sin(radians(to.lon - from.lon) / 2) ** 2;
  return 2 * EARTH_METERS * Math.asin(Math.min(1, Math.sqrt(h)));
}
