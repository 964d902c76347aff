/**
 * Bikes as programs on other machines read and command them: the messages of
 * their topics, and of their panels.
 *
 * @module
 */
import type {
  BikeNews,
  BikeWire,
  PanelCommand,
  PanelControlName,
  RemoteValueName,
  WireMessage,
} from "#lib/bike/remote_bike.ts";
import {
  BikeTopics,
  type ControlTopic,
  isBikeId,
  type ReportTopic,
} from "../bike_topics/topics.ts";
import { workoutTopics } from "../workout_topics/workout_topic_names.ts";
import { readFields } from "./json_fields.ts";
import { panelTopics } from "./panel_topics.ts";
import {
  type FieldsReader,
  readAnswer,
  readDevice,
  readHealth,
  readPanelMessage,
  readPast,
  readPresence,
  readProfile,
  readReport,
  readStatus,
  readWorkout,
  readWorkoutStatus,
} from "./read_news.ts";

/** What each topic reports, as the dashboard calls it. */
const VALUE_OF: ReadonlyMap<string, RemoteValueName> = new Map<
  ReportTopic,
  RemoteValueName
>([
  ["speed", "speedMetersPerSecond"],
  ["cadence", "cadenceRpm"],
  ["power", "powerWatts"],
  ["heartrate", "heartRateBpm"],
  ["incline", "inclinePercent"],
  ["resistance", "resistancePercent"],
  ["fan", "fanPercent"],
]);

/** The topic on which bikes without a panel are commanded. */
const PLAIN_TOPIC_OF: Readonly<
  Record<PanelControlName, ControlTopic | undefined>
> = {
  inclinePercent: "incline",
  resistancePercent: "resistance",
  fanPercent: "fan",
  targetPowerWatts: undefined,
};

/** How bikes are read and commanded over MQTT. */
export const bikeWire: BikeWire = {
  filters: [
    "bike/+/status",
    "bike/+/health",
    "bike/+/+/report",
    "bike/+/+/status",
    "bike/+/+/history",
    "bike/+/workout/profile",
    "bike/+/devices/+/status",
  ],
  read(topic, payload) {
    const [root, bikeId = "", ...rest] = topic.split("/");
    if (root !== "bike" || !isBikeId(bikeId)) return undefined;
    const news = rest[0] === "devices"
      ? readDevice(rest[1] ?? "", payload)
      : readNews(rest.join("/"), payload);
    return news && { bikeId, ...news };
  },
  command(bikeId, id, command) {
    return {
      topic: panelTopics(bikeId).control,
      payload: JSON.stringify({ id, ...command }),
    };
  },
  plainCommand,
};

function plainCommand(
  bikeId: string,
  id: string,
  command: PanelCommand,
): WireMessage | undefined {
  if (command.command === "workout") {
    return {
      topic: workoutTopics(bikeId).control,
      payload: JSON.stringify({ command: command.verb }),
    };
  }
  if (command.command !== "set") return undefined;
  const control = PLAIN_TOPIC_OF[command.control];
  if (control === undefined) return undefined;
  return {
    topic: new BikeTopics(bikeId).control(control),
    payload: JSON.stringify({ [control]: command.value, id }),
  };
}

/** Topics below a bike that have a meaning of their own. */
const READERS: ReadonlyMap<string, FieldsReader> = new Map([
  ["status", readPresence],
  ["health", readHealth],
  ["panel/report", readAnswer],
  ["workout/report", readWorkout],
  ["workout/status", readWorkoutStatus],
]);

function readNews(rest: string, payload: Uint8Array): BikeNews | undefined {
  if (rest === "panel/status") return readPanelMessage(payload);
  if (rest === "workout/profile") return readProfile(payload);
  const fields = readFields(payload);
  if (!fields) return undefined;
  const reader = READERS.get(rest);
  if (reader) return reader(fields);
  const [topic = "", kind] = rest.split("/");
  const name = VALUE_OF.get(topic);
  if (name === undefined) return undefined;
  if (kind === "history") return readPast(name, fields);
  // The fan's older status is one more report: only there is `value` a number.
  return kind === "report"
    ? readReport(name, fields)
    : readStatus(name, fields);
}
