/**
 * The topics that a recorder of rides reads and writes.
 *
 * @module
 */
import {
  BikeTopics,
  isBikeId,
  REPORT_TOPICS,
  type ReportTopic,
} from "./topics.ts";

/** What a topic that a recorder reads carries. */
interface RecordedTopic {
  /** Id of the bike. */
  readonly bike: string;
  /** What is reported. */
  readonly topic: ReportTopic;
  /** `report` stands for the present, `history` for the past, `status` that a value no longer holds. */
  readonly kind: "report" | "history" | "status";
}

const KINDS = ["report", "history", "status"] as const;

/**
 * What to subscribe to for the reports of bikes.
 *
 * @param bikeId Id of the bike; of all bikes if left out.
 * @throws {ConfigError} If the id cannot stand in a topic.
 */
export function recordedFilters(bikeId?: string): readonly string[] {
  const bike = bikeId === undefined ? "+" : new BikeTopics(bikeId).bikeId;
  return KINDS.flatMap((kind) =>
    REPORT_TOPICS.map((topic) => `bike/${bike}/${topic}/${kind}`)
  );
}

/**
 * Reads a topic name.
 *
 * @param name The name of a topic that one of {@linkcode recordedFilters} matches.
 * @returns What it carries; undefined for another topic.
 */
export function parseRecordedTopic(name: string): RecordedTopic | undefined {
  const [root, bike = "", value, last, ...more] = name.split("/");
  const topic = REPORT_TOPICS.find((one) => one === value);
  const kind = KINDS.find((one) => one === last);
  if (root !== "bike" || more.length > 0 || !topic || !kind) return undefined;
  return isBikeId(bike) ? { bike, topic, kind } : undefined;
}
