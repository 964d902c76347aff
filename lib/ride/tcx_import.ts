/**
 * A ride from a TCX activity.
 *
 * @module
 */
import { decodeText, fileError } from "#lib/base/text_file.ts";
import { readXml, type XmlElement } from "#lib/base/xml_reader.ts";
import type { RideMetric, Sample } from "./sample.ts";

/** What is read of a track point: the path to its number, and its metric. */
const VALUES: readonly (readonly [RideMetric, readonly string[]])[] = [
  ["distance", ["distancemeters"]],
  ["heartrate", ["heartratebpm", "value"]],
  ["cadence", ["cadence"]],
  ["speed", ["extensions", "tpx", "speed"]],
  ["power", ["extensions", "tpx", "watts"]],
];

/**
 * Reads the samples of a TCX activity.
 *
 * @param bytes The file's bytes.
 * @param file Its name, for errors.
 * @param bike Id of the bike that they are stored for.
 * @returns Samples; a speed that the file lacks follows from its distances.
 * @throws {FileError} If it cannot be read, with the line and the reason.
 */
export function parseTcx(
  bytes: Uint8Array,
  file: string,
  bike: string,
): readonly Sample[] {
  const { root } = readXml(decodeText(bytes).text, { file });
  const samples = [...pointsOf(root)].flatMap((point) =>
    samplesOf(point, file, bike)
  );
  if (samples.length === 0) {
    throw fileError(
      file,
      root.line,
      "it has no track points, expected a TCX activity",
    );
  }
  return samples.some(({ metric }) => metric === "speed")
    ? samples
    : [...samples, ...speedsOf(samples)];
}

function* pointsOf(element: XmlElement): Iterable<XmlElement> {
  if (element.name === "trackpoint") yield element;
  else for (const child of element.children) yield* pointsOf(child);
}

function samplesOf(
  point: XmlElement,
  file: string,
  bike: string,
): readonly Sample[] {
  const time = find(point, ["time"])?.text ?? "";
  const timeMs = Date.parse(time);
  if (!Number.isFinite(timeMs)) {
    throw fileError(
      file,
      point.line,
      `the time of a track point is ${
        JSON.stringify(time.slice(0, 40))
      }, expected an ISO 8601 date and time`,
    );
  }
  return VALUES.flatMap(([metric, path]) => {
    const text = find(point, path)?.text;
    if (text === undefined || text === "") return [];
    const value = Number(text);
    if (Number.isFinite(value)) return [{ bike, metric, timeMs, value }];
    throw fileError(
      file,
      point.line,
      `its ${path.at(-1)} is ${
        JSON.stringify(text.slice(0, 40))
      }, expected a number`,
    );
  });
}

function find(
  element: XmlElement,
  path: readonly string[],
): XmlElement | undefined {
  let current: XmlElement | undefined = element;
  for (const name of path) {
    current = current?.children.find((child) => child.name === name);
  }
  return current;
}

function speedsOf(samples: readonly Sample[]): readonly Sample[] {
  const ways = samples.filter(({ metric }) => metric === "distance");
  return ways.flatMap((way, i) => {
    const before = ways[i - 1];
    if (!before || way.value === null || before.value === null) return [];
    const seconds = (way.timeMs - before.timeMs) / 1000;
    if (seconds <= 0) return [];
    const value = Math.max(0, way.value - before.value) / seconds;
    return [{ ...way, metric: "speed" as const, value }];
  });
}
