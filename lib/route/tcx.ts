/**
 * TCX courses: track points with distance or position, and height.
 *
 * @module
 */
import { fileError } from "#lib/base/text_file.ts";
import type { XmlElement } from "#lib/base/xml_reader.ts";
import { elevationOf } from "./gpx.ts";
import { alongPlaces, toPlace } from "./places.ts";
import type { Track, TrackPoint } from "./track.ts";

/**
 * Reads the track of a TCX file: by its distances or, where it has none, by its
 * positions.
 *
 * @param file Its name, for errors.
 * @returns The track, in one piece.
 * @throws {FileError} If a distance goes back, or is none, or a point lies nowhere on earth.
 */
export function tcxTrack(root: XmlElement, file: string): Track {
  const course = find(root, "course") ?? root;
  const points = [...all(course, "trackpoint")];
  const hasDistances = points.some((point) => childOf(point, "distancemeters"));
  const name = childOf(course, "name")?.text ?? "";
  const piece = hasDistances
    ? byDistances(points, file)
    : byPositions(points, file);
  return { name, pieces: [piece] };
}

function byDistances(
  elements: readonly XmlElement[],
  file: string,
): readonly TrackPoint[] {
  const points: TrackPoint[] = [];
  let start: number | undefined;
  for (const point of elements) {
    const element = childOf(point, "distancemeters");
    if (!element) continue;
    const distance = Number(element.text || NaN);
    start ??= distance;
    const meters = distance - start;
    if (!(meters >= (points.at(-1)?.meters ?? 0))) {
      throw fileError(
        file,
        element.line,
        `its distance is ${
          JSON.stringify(element.text.slice(0, 40))
        }, expected a number of metres that never goes back`,
      );
    }
    points.push({ meters, elevation: elevationIn(point, file) });
  }
  return points;
}

function byPositions(
  elements: readonly XmlElement[],
  file: string,
): readonly TrackPoint[] {
  return alongPlaces(elements.flatMap((point) => {
    const position = childOf(point, "position");
    if (!position) return [];
    const place = toPlace(
      childOf(position, "latitudedegrees")?.text,
      childOf(position, "longitudedegrees")?.text,
      { file, line: position.line },
    );
    return [{ place, elevation: elevationIn(point, file) }];
  }));
}

function elevationIn(point: XmlElement, file: string): number | undefined {
  return elevationOf(point, file, "altitudemeters");
}

function childOf(element: XmlElement, name: string): XmlElement | undefined {
  return element.children.find((child) => child.name === name);
}

function* all(element: XmlElement, name: string): Iterable<XmlElement> {
  for (const child of element.children) {
    if (child.name === name) yield child;
    else yield* all(child, name);
  }
}

function find(element: XmlElement, name: string): XmlElement | undefined {
  for (const found of all(element, name)) return found;
  return undefined;
}
