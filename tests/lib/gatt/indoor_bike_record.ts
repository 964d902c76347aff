/**
 * Indoor Bike Data split over notifications, merged as the bike merges it.
 *
 * @module
 */
import type { IndoorBikeData } from "#lib/gatt/indoor_bike_data.ts";

/** What is known of a bike after some notifications. */
export type IndoorBikeRecord = Omit<
  IndoorBikeData,
  "moreData" | "trailingBytes"
>;

/** Adds a notification to what is known; a heart rate of 0 is no reading. */
export function mergeIndoorBikeData(
  record: IndoorBikeRecord,
  data: IndoorBikeData,
): IndoorBikeRecord {
  const { moreData: _more, trailingBytes: _rest, ...fresh } = data;
  const { heartRateBpm, ...others } = fresh;
  return {
    ...record,
    ...others,
    ...(heartRateBpm !== undefined && heartRateBpm > 0 && { heartRateBpm }),
  };
}
