/**
 * GPX 1.0 and 1.1: tracks, else routes.
 *
 * @module
 */
import { fileError } from "#lib/base/text_file.ts";
import type { XmlElement } from "#lib/base/xml_reader.ts";
import { alongPlaces, toPlace } from "./places.ts";
import type { Track, TrackPoint } from "./track.ts";

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
  return alongPlaces(
    line.children
      .filter(({ name }) => name === "trkpt" || name === "rtept")
      .map((point) => ({
        place: toPlace(
          point.attributes.get("lat"),
          point.attributes.get("lon"),
          {
            file,
            line: point.line,
          },
        ),
        elevation: elevationOf(point, file),
      })),
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
