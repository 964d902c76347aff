/**
 * Follows a workout that a bike rides, by its reports.
 *
 * @module
 */
import type { WorkoutTopicNames } from "#lib/app/bike_adapters.ts";
import { parseForeignJson } from "#lib/base/foreign_json.ts";
import type { MqttEndpoint } from "#lib/mqtt/endpoint.ts";
import { isRecord } from "#lib/objectapi/value.ts";
import { clockText } from "./time_text.ts";

/** What a bike reports of a workout: anything. */
type Report = Readonly<Record<string, unknown>>;

/** Follows a workout: prints what is new, and knows when it is over. */
export class RunFollower {
  /** Resolves when reports come. */
  readonly ready: Promise<void>;
  /** Resolves with the bike's first answer: undefined where it rides, else why not. */
  readonly answer: Promise<string | undefined>;
  readonly #over = new AbortController();
  readonly #print: (line: string) => void;
  readonly #answered = Promise.withResolvers<string | undefined>();
  #wasRidden = false;
  #isPaused = false;
  #last = "";
  #text: unknown;

  /** Subscribes. */
  constructor(
    endpoint: MqttEndpoint,
    topics: WorkoutTopicNames,
    print: (line: string) => void,
  ) {
    this.#print = print;
    this.answer = this.#answered.promise;
    const report = endpoint.subscribe(topics.report, ({ payload }) => {
      const value = parseReport(payload);
      if (value) this.#take(value);
    });
    const status = endpoint.subscribe(topics.status, ({ payload }) => {
      const error = parseReport(payload)?.["error"];
      if (!isRecord(error)) return;
      this.#answered.resolve(String(error["message"] ?? "refused"));
    });
    this.ready = Promise.all([report.ready, status.ready]).then(() => {});
  }

  /** Whether it is paused. */
  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** Aborts when it is over. */
  get over(): AbortSignal {
    return this.#over.signal;
  }

  #take(report: Report): void {
    const isIdle = report["value"] === "idle";
    this.#isPaused = report["value"] === "paused";
    // What was ridden before says nothing of what begins now.
    if (isIdle && !this.#wasRidden) {
      if (report["ended"] !== undefined) this.#answered.resolve(undefined);
      return;
    }
    this.#wasRidden = true;
    this.#answered.resolve(undefined);
    const line = isIdle ? describeEnd(report) : describeStep(report);
    if (line !== this.#last) this.#print(line);
    this.#last = line;
    const { text } = report;
    if (typeof text === "string" && text !== this.#text) {
      this.#print(`  ${text}`);
    }
    this.#text = text;
    if (isIdle) this.#over.abort();
  }
}

/**
 * Reads a report.
 *
 * @returns The report; undefined if it is none.
 */
export function parseReport(payload: Uint8Array): Report | undefined {
  const value = parseForeignJson(payload);
  return isRecord(value) ? value : undefined;
}

/** One line for each step, and for each pause. */
function describeStep(report: Report): string {
  const { target, cadenceRpm } = report;
  const part = `step ${report["step"]} of ${report["stepCount"]}`;
  const cadence = cadenceRpm === undefined ? "" : `, ${cadenceRpm} rpm`;
  const state = report["value"] === "paused" ? "paused, " : "";
  const eased = report["isEased"] === true ? ", brake released" : "";
  return `${state}${part}: ${describeTarget(target)}${cadence}${eased}`;
}

function describeTarget(target: unknown): string {
  if (!isRecord(target)) return "free";
  switch (target["kind"]) {
    case "power":
      return `${target["watts"]} W`;
    case "max":
      return "all you have";
    case "road":
      return `${target["gradePercent"]} %`;
    case "level":
      return `resistance ${target["resistancePercent"]} %, incline ${
        target["inclinePercent"]
      } %`;
    default:
      return "free";
  }
}

function describeEnd(report: Report): string {
  const position = report["positionSeconds"];
  const time = typeof position === "number"
    ? ` after ${clockText(position)}`
    : "";
  const ftp = report["ftpWatts"];
  const result = typeof ftp === "number" ? `, FTP ${ftp} W` : "";
  return `${report["ended"]}${time}${result}`;
}
