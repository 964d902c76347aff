/**
 * Samples from the reports of a bike on MQTT.
 *
 * @module
 */
import { parseForeignJson } from "#lib/base/foreign_json.ts";
import { isRideMetric, type Sample } from "./sample.ts";

/** Where a payload came from. */
interface ReportSource {
  /** Id of the bike. */
  readonly bike: string;
  /** What is reported, as topics call it. */
  readonly topic: string;
  /** `report` stands for the present, `history` for the past, `status` that a value no longer holds. */
  readonly kind: "report" | "history" | "status";
}

/** The largest payload that is read, in bytes. */
const MAX_PAYLOAD_BYTES = 16_384;

/** The oldest report that is taken, and how far one may lie in the future, in milliseconds. */
const MAX_AGE_MS = 31 * 86_400_000;
const MAX_AHEAD_MS = 60_000;

/** The most times between beats of one report. */
const MAX_BEATS = 64;

/**
 * Reads a report.
 *
 * @param source Where it came from.
 * @param payload What it holds: anything.
 * @param nowMs The time, in milliseconds since 1970-01-01 UTC.
 * @returns The sample; undefined where it is none, or its time cannot be.
 */
export function sampleOfReport(
  { bike, topic, kind }: ReportSource,
  payload: Uint8Array,
  nowMs: number,
): Sample | undefined {
  if (!isRideMetric(topic)) return undefined;
  const report = parseObject(payload);
  if (!report) return undefined;
  const { value, timestamp, metadata, state } = report;
  const timeMs = typeof timestamp === "number"
    ? Math.round(timestamp * 1000)
    : nowMs;
  const isTimely = timeMs >= nowMs - MAX_AGE_MS &&
    timeMs <= nowMs + MAX_AHEAD_MS;
  if (!isTimely) return undefined;
  if (kind === "status") {
    // An error of a command says nothing of the value.
    const isLost = state === "stale" || state === "disconnected";
    return isLost ? { bike, metric: topic, timeMs, value: null } : undefined;
  }
  if (typeof value !== "number" || !Number.isFinite(value)) return undefined;
  const beatsMs = beatsOf(metadata);
  return {
    bike,
    metric: topic,
    timeMs,
    value,
    ...(beatsMs.length > 0 && { beatsMs }),
  };
}

interface ReportFields {
  readonly value?: unknown;
  readonly timestamp?: unknown;
  readonly metadata?: unknown;
  readonly state?: unknown;
}

function parseObject(payload: Uint8Array): ReportFields | undefined {
  const json = parseForeignJson(payload, MAX_PAYLOAD_BYTES);
  return typeof json === "object" && json !== null ? json : undefined;
}

function beatsOf(metadata: unknown): readonly number[] {
  const beats = typeof metadata === "object" && metadata !== null &&
      "rrIntervalsMs" in metadata
    ? metadata.rrIntervalsMs
    : undefined;
  if (!Array.isArray(beats)) return [];
  return beats.slice(0, MAX_BEATS).filter((beat) =>
    typeof beat === "number" && beat > 0 && beat < 65_536
  );
}
