/**
 * The keys of a terminal while a workout or a road is ridden.
 *
 * @module
 */
import type { WorkoutTopicNames } from "#lib/app/bike_adapters.ts";
import type { MqttEndpoint } from "#lib/mqtt/endpoint.ts";
import type { RunVerb } from "#lib/workout/command.ts";
import type { CliContext } from "../command.ts";
import { parseReport, type RunFollower } from "./run_follower.ts";

/** What is ridden, and where keys go to. */
interface RunKeysOptions {
  /** Whether it is a road, which is shifted on; a workout is made harder. */
  readonly isRoad: boolean;
  /** The connection. */
  readonly endpoint: MqttEndpoint;
  /** Names of the topics. */
  readonly topics: WorkoutTopicNames;
  /** How it stands. */
  readonly follower: RunFollower;
  /** Ends it. */
  readonly quit: () => void;
}

/** What keys do to a workout. */
const VERBS: ReadonlyMap<string, RunVerb> = new Map([
  ["+", "increase"],
  ["=", "increase"],
  ["-", "decrease"],
  ["s", "skip"],
  ["b", "back"],
]);

/** What keys do to the gear. */
const SHIFTS: ReadonlyMap<string, string> = new Map([
  ["+", "up"],
  ["=", "up"],
  ["-", "down"],
]);

/**
 * Takes keys, where there is a terminal, and says which.
 *
 * @returns Gives the terminal back when disposed; undefined where there is none.
 */
export function takeRunKeys(
  { io, output }: CliContext,
  options: RunKeysOptions,
): Disposable | undefined {
  const { isRoad, endpoint, topics, follower, quit } = options;
  const send = (topic: string, payload: string) => {
    // Without a connection a key does nothing: later nobody wants it any more.
    if (!endpoint.connected) return;
    endpoint.publish(topic, payload, { qos: 1 }).catch(() => {});
  };
  const keys = io.onKey((key) => {
    const shift = isRoad ? SHIFTS.get(key) : undefined;
    const verb = isRoad ? undefined : VERBS.get(key);
    if (key === "q") quit();
    else if (key === " ") {
      send(topics.control, follower.isPaused ? "resume" : "pause");
    } else if (shift) send(topics.gearControl, shift);
    else if (verb) send(topics.control, verb);
  });
  if (!keys) return undefined;
  output.note(
    isRoad
      ? "keys: + and - shift the gear, space pauses, q quits"
      : "keys: + and - change it by 5 %, space pauses, s skips, b goes back, q quits",
  );
  if (isRoad) {
    endpoint.subscribe(topics.gearReport, ({ payload, retain }) => {
      const gear = parseReport(payload)?.["value"];
      if (!retain && typeof gear === "number") output.line(`gear ${gear}`);
    }).ready.catch(() => {});
  }
  return keys;
}
