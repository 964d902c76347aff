/**
 * Indoor Bike Data split over notifications: one record, merged field by
 * field.
 *
 * @module
 */

import type { IndoorBikeData } from "#lib/gatt/indoor_bike_data.ts";

/** What is known of a bike after some notifications. */
export type IndoorBikeRecord = Omit<
  IndoorBikeData,
  "moreData" | "trailingBytes"
>;

/**
 * Adds a notification to what is known: fields it lacks keep their value
 * (Fitness Machine Service 1.0, section 4.9.1). A heart rate of 0 is no
 * reading and changes nothing.
 *
 * @param record What is known; an empty object before the first notification.
 * @param data The notification.
 * @returns What is known now; `record` stays as it is.
 *
 * @example Usage
 * ```ts
 * import { mergeIndoorBikeData } from "#lib/gatt/indoor_bike_record.ts";
 * import assert from "node:assert/strict";
 *
 * const first = mergeIndoorBikeData({}, { moreData: true, powerWatts: 189 });
 * assert.deepEqual(
 *   mergeIndoorBikeData(first, { moreData: false, speedKph: 24.57 }),
 *   { powerWatts: 189, speedKph: 24.57 },
 * );
 * ```
 */
export function mergeIndoorBikeData(
  record: IndoorBikeRecord,
  data: IndoorBikeData,
): IndoorBikeRecord {
  const { moreData: _moreData, trailingBytes: _trailingBytes, ...fresh } = data;
  const { heartRateBpm, ...others } = fresh;
  return {
    ...record,
    ...others,
    ...(heartRateBpm !== undefined && heartRateBpm > 0 && { heartRateBpm }),
  };
}
