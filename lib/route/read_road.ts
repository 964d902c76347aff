/**
 * Roads of any file.
 *
 * @module
 */
import { decodeText } from "#lib/base/text_file.ts";
import { readXml, type XmlElement } from "#lib/base/xml_reader.ts";
import { readCourseFile } from "./course_file.ts";
import { parseCrs } from "./crs.ts";
import { gpxTracks } from "./gpx.ts";
import type { Road } from "./road.ts";
import { tcxTrack } from "./tcx.ts";
import { toRoad } from "./track.ts";

/** The largest road file that is read, in bytes. */
export const MAX_ROAD_BYTES = 64 * 1024 * 1024;

/**
 * Reads a road, by what the file holds.
 *
 * @param file Its name, for errors, and for a road without a name.
 * @returns The road; undefined where it is a file of another kind.
 * @throws {FileError} If it is a road that cannot be read or ridden.
 */
export function readRoad(bytes: Uint8Array, file: string): Road | undefined {
  const { text } = decodeText(bytes);
  if (/^\s*</.test(text)) return readXmlRoad(text, file);
  if (!/^\s*(\[|;)/.test(text)) return undefined;
  const isCourse = /\.crs$/i.test(file) ||
    (/^[ \t;]*DISTANCE[ \t]+GRADE/im.test(text) &&
      readCourseFile(text, file).columns === "distance");
  return isCourse ? parseCrs(text, file) : undefined;
}

function readXmlRoad(text: string, file: string): Road | undefined {
  const name = /<(?:[\w.-]+:)?(gpx|TrainingCenterDatabase)\b/i.exec(
    text.slice(0, 4096),
  )?.[1]?.toLowerCase();
  if (name === undefined) return undefined;
  const { root }: { root: XmlElement } = readXml(text, { file });
  return name === "gpx"
    ? toRoad(gpxTracks(root, file), "gpx", file)
    : toRoad(tcxTrack(root, file), "tcx", file);
}
