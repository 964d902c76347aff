/**
 * Places on earth, and the way along them.
 *
 * @module
 */
import { fileError } from "#lib/base/text_file.ts";
import type { TrackPoint } from "./track.ts";

/** The mean radius of the earth, in metres. */
const EARTH_METERS = 6_371_008.8;

/** A place on earth, in degrees. */
interface Place {
  readonly lat: number;
  readonly lon: number;
}

/**
 * Reads a place.
 *
 * @param at Where it stands, for errors.
 * @throws {FileError} If it lies nowhere on earth.
 */
export function toPlace(
  latitude: string | undefined,
  longitude: string | undefined,
  at: { readonly file: string; readonly line: number },
): Place {
  const lat = Number(latitude || NaN);
  const lon = Number(longitude || NaN);
  if (Math.abs(lat) <= 90 && Math.abs(lon) <= 180) return { lat, lon };
  throw fileError(
    at.file,
    at.line,
    `its point is at ${latitude?.slice(0, 40)}, ${
      longitude?.slice(0, 40)
    }, expected a latitude to ±90 and a longitude to ±180`,
  );
}

/** Measures the way from the first place, along great circles. */
export function alongPlaces(
  points: readonly {
    readonly place: Place;
    readonly elevation: number | undefined;
  }[],
): readonly TrackPoint[] {
  let meters = 0;
  let before: Place | undefined;
  return points.map(({ place, elevation }) => {
    if (before) meters += metersBetween(before, place);
    before = place;
    return { meters, elevation };
  });
}

/** The great circle between two places (haversine). */
function metersBetween(from: Place, to: Place): number {
  const radians = (degrees: number) => degrees * Math.PI / 180;
  const [a, b] = [radians(from.lat), radians(to.lat)];
  const h = Math.sin((b - a) / 2) ** 2 +
    Math.cos(a) * Math.cos(b) * Math.sin(radians(to.lon - from.lon) / 2) ** 2;
  return 2 * EARTH_METERS * Math.asin(Math.min(1, Math.sqrt(h)));
}
