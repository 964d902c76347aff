/**
 * TCX courses: track points with distance and height.
 *
 * @module
 */
import { fileError } from "#lib/base/text_file.ts";
import type { XmlElement } from "#lib/base/xml_reader.ts";
import { elevationOf } from "./gpx.ts";
import type { Track, TrackPoint } from "./track.ts";

/**
 * Reads the track of a TCX file.
 *
 * @param file Its name, for errors.
 * @returns The track, in one piece.
 * @throws {FileError} If a distance goes back, or is none.
 */
export function tcxTrack(root: XmlElement, file: string): Track {
  const course = find(root, "course") ?? root;
  const points: TrackPoint[] = [];
  let start: number | undefined;
  for (const point of all(course, "trackpoint")) {
    const element = point.children.find(({ name }) =>
      name === "distancemeters"
    );
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
    const elevation = elevationOf(point, file, "altitudemeters");
    points.push({ meters, elevation });
  }
  const name = course.children.find(({ name }) => name === "name")?.text ?? "";
  return { name, pieces: [points] };
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
