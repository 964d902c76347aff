/**
 * What the messages of a bike say. Nothing that comes in is trusted: what is
 * not as expected is left out.
 *
 * @module
 */
import { VALUE_STATES } from "#lib/bike/reading.ts";
import {
  type BikeNews,
  PANEL_CONTROLS,
  type PanelControl,
  type PanelRider,
  type RemoteValueName,
} from "#lib/bike/remote_bike.ts";
import {
  fieldIn,
  type Fields,
  isFields,
  listIn,
  numberIn,
  readFields,
  textIn,
} from "./json_fields.ts";

/** Reads what a JSON object says; undefined where it says nothing. */
export type FieldsReader = (fields: Fields) => BikeNews | undefined;

/** The most entries of a list that are kept. */
const MAX_ENTRIES = 100;

/** The most power zones. */
const MAX_ZONES = 10;

/** The most pieces of a profile that are kept. */
const MAX_BLOCKS = 1000;

/** How a workout can stand. */
const WORKOUT_STATES = ["running", "paused", "idle"] as const;

/** The longest id of a device, in UTF-16 code units. */
const MAX_DEVICE_LENGTH = 200;

/** Reads whether a bike is there. */
export const readPresence: FieldsReader = (fields) => {
  const state = fieldIn(fields, "state");
  if (state !== "online" && state !== "offline") return undefined;
  return { kind: "presence", isOnline: state === "online" };
};

/** Reads a report. */
export function readReport(
  name: RemoteValueName,
  fields: Fields,
): BikeNews | undefined {
  const value = numberIn(fields, "value");
  return value === null ? undefined : { kind: "value", name, value };
}

/** Reads a report that was kept while the broker was away. */
export function readPast(
  name: RemoteValueName,
  fields: Fields,
): BikeNews | undefined {
  const value = numberIn(fields, "value");
  const seconds = numberIn(fields, "timestamp");
  if (value === null || seconds === null) return undefined;
  return { kind: "past", name, value, timeMs: seconds * 1000 };
}

/**
 * Reads why a command failed, or that a value does not hold any more.
 *
 * @param name What it is about.
 */
export function readStatus(
  name: RemoteValueName,
  fields: Fields,
): BikeNews | undefined {
  const error = fieldIn(fields, "error");
  if (isFields(error)) {
    return {
      kind: "refusal",
      name,
      error: readFailure(error),
      received: textIn(error, "received") ?? "",
    };
  }
  const state = VALUE_STATES.find((one) => one === fieldIn(fields, "state"));
  if (state === undefined || state === "live") return undefined;
  return { kind: "loss", name, state };
}

/**
 * Reads whether a device is there.
 *
 * @param level The level of the topic that names it.
 * @param payload The payload; empty where it was taken off the bike.
 */
export function readDevice(
  level: string,
  payload: Uint8Array,
): BikeNews | undefined {
  const device = decodeDevice(level);
  if (device === undefined) return undefined;
  if (payload.length === 0) return { kind: "device", device, status: null };
  const fields = readFields(payload);
  if (!fields) return undefined;
  const seconds = numberIn(fields, "timestamp");
  return {
    kind: "device",
    device,
    status: {
      isOnline: fieldIn(fields, "state") === "online",
      batteryPercent: numberIn(fields, "batteryPercent"),
      signalDbm: numberIn(fields, "signalDbm"),
      timeMs: seconds === null ? null : seconds * 1000,
    },
  };
}

function decodeDevice(level: string): string | undefined {
  if (level === "" || level.length > MAX_DEVICE_LENGTH) return undefined;
  try {
    return decodeURIComponent(level);
  } catch (error) {
    if (error instanceof URIError) return level;
    throw error;
  }
}

/** Reads how the program that runs a bike is. */
export const readHealth: FieldsReader = (fields) => ({
  kind: "health",
  version: textIn(fields, "version"),
  devices: listIn(fields, "devices").slice(0, MAX_ENTRIES).flatMap((one) => {
    const id = textIn(one, "id");
    const seconds = numberIn(one, "lastSeen");
    if (id === null) return [];
    return [{
      id,
      driver: textIn(one, "driver"),
      lastSeenMs: seconds === null ? null : seconds * 1000,
      error: textIn(one, "error"),
    }];
  }),
});

/**
 * Reads how everything that can be set stands.
 *
 * @param payload The payload; empty where the panel has ended.
 */
export function readPanelMessage(payload: Uint8Array): BikeNews | undefined {
  if (payload.length === 0) return { kind: "panel", panel: null };
  const fields = readFields(payload);
  if (!fields) return undefined;
  const controls = listIn(fields, "controls").slice(0, MAX_ENTRIES)
    .flatMap(readControl);
  const names = fieldIn(fields, "calibratable");
  const calibratable = (Array.isArray(names) ? names : [])
    .filter((name) => typeof name === "string")
    .slice(0, MAX_ENTRIES);
  const rider = readRider(fieldIn(fields, "rider"));
  return { kind: "panel", panel: { rider, controls, calibratable } };
}

function readRider(fields: unknown): PanelRider | null {
  if (!isFields(fields)) return null;
  const ftpWatts = numberIn(fields, "ftpWatts");
  const ends = fieldIn(fields, "zonesPercent");
  const zonesPercent = (Array.isArray(ends) ? ends : []).slice(0, MAX_ZONES)
    .filter((end, index, all) =>
      typeof end === "number" && end > (all[index - 1] ?? 0)
    );
  return ftpWatts !== null && ftpWatts > 0 && zonesPercent.length > 0
    ? { ftpWatts, zonesPercent }
    : null;
}

function readControl(fields: Fields): readonly PanelControl[] {
  const name = PANEL_CONTROLS.find((one) => one === fieldIn(fields, "name"));
  const min = numberIn(fields, "min");
  const max = numberIn(fields, "max");
  const state = VALUE_STATES.find((one) => one === fieldIn(fields, "state"));
  if (name === undefined || state === undefined) return [];
  if (min === null || max === null || min > max) return [];
  const step = numberIn(fields, "step");
  return [{
    name,
    state,
    value: numberIn(fields, "value"),
    min,
    max,
    step: step !== null && step > 0 ? step : null,
    isAvailable: fieldIn(fields, "isAvailable") === true,
    holder: textIn(fields, "holder"),
  }];
}

/** Reads the answer to a command. */
export const readAnswer: FieldsReader = (fields) => {
  const id = textIn(fields, "id");
  if (id === null) return undefined;
  const step = textIn(fields, "step");
  const value = numberIn(fields, "value");
  const error = fieldIn(fields, "error");
  return {
    kind: "answer",
    answer: {
      id,
      ...(step !== null && { step }),
      ...(value !== null && { value }),
      ...(isFields(error) && { error: readFailure(error) }),
    },
  };
};

/** Reads how a workout stands. */
export const readWorkout: FieldsReader = (fields) => {
  const state = WORKOUT_STATES.find((one) => one === fieldIn(fields, "value"));
  if (state === undefined) return undefined;
  const unit = numberIn(fields, "totalMeters") === null ? "s" : "m";
  const place = (name: string) =>
    numberIn(fields, `${name}${unit === "m" ? "Meters" : "Seconds"}`);
  return {
    kind: "workout",
    workout: {
      state,
      name: textIn(fields, "name"),
      unit,
      position: place("position"),
      total: place("total"),
      step: numberIn(fields, "step"),
      stepCount: numberIn(fields, "stepCount"),
      stepRemaining: place("stepRemaining"),
      cadenceRpm: numberIn(fields, "cadenceRpm"),
      adjusted: numberIn(fields, "adjusted") ?? 0,
      text: textIn(fields, "text"),
    },
  };
};

/**
 * Reads what a workout or a road looks like.
 *
 * @param payload The payload; empty where nothing is ridden.
 */
export function readProfile(payload: Uint8Array): BikeNews | undefined {
  if (payload.length === 0) return { kind: "profile", blocks: [] };
  const fields = readFields(payload);
  if (!fields) return undefined;
  const blocks = listIn(fields, "blocks").slice(0, MAX_BLOCKS)
    .flatMap((block) => {
      const seconds = numberIn(block, "durationSeconds");
      const length = seconds ?? numberIn(block, "lengthMeters");
      if (length === null || length <= 0) return [];
      const unit = seconds === null ? "Percent" : "Watts";
      return [{
        length,
        from: numberIn(block, `from${unit}`),
        to: numberIn(block, `to${unit}`),
      }];
    });
  return { kind: "profile", blocks };
}

/** Reads why a command to a workout was refused. */
export const readWorkoutStatus: FieldsReader = (fields) => {
  const error = fieldIn(fields, "error");
  return isFields(error)
    ? { kind: "workoutRefusal", error: readFailure(error) }
    : undefined;
};

function readFailure(fields: Fields) {
  return {
    code: textIn(fields, "code") ?? "failed",
    message: textIn(fields, "message") ?? "no reason was given",
  };
}
