/**
 * Commands to a workout, as they come over MQTT: the program's own, and both
 * contracts of the predecessor.
 *
 * @module
 */
import { FileError } from "#lib/base/store_errors.ts";
import { PayloadError } from "#lib/base/errors.ts";
import { parseForeignText } from "#lib/base/foreign_json.ts";
import { decodeText } from "#lib/base/text_file.ts";
import type { Road } from "#lib/route/road.ts";
import { readRoad } from "#lib/route/read_road.ts";
import { readWorkout } from "./read_workout.ts";
import { type Session, sessionOf, SESSIONS } from "./sessions.ts";
import type { RiderSettings, Workout } from "./workout.ts";

/** What a rider can do with a workout that is ridden. */
const RUN_VERBS = [
  "stop",
  "pause",
  "resume",
  "skip",
  "back",
  "increase",
  "decrease",
  "keepAlive",
] as const;

/** What a rider can do with a workout that is ridden. */
export type RunVerb = (typeof RUN_VERBS)[number];

/** A command. */
export type WorkoutCommand =
  | {
    /** Begins something. */
    readonly kind: "run";
    /** The workout; a road in its place. */
    readonly workout?: Workout;
    /** The road. */
    readonly road?: Road;
    /** Which of the program's own it is. */
    readonly session?: Session;
    /** What is known of the rider. */
    readonly rider: Partial<RiderSettings>;
    /** Whether it ends where `keepAlive` does not come again and again. */
    readonly hasLease: boolean;
  }
  | {
    /** Changes what is ridden. */
    readonly kind: "verb";
    /** How. */
    readonly verb: RunVerb;
    /** What the sender takes to be ridden. */
    readonly session?: Session;
  };

/** The largest command that is read, in bytes. */
export const MAX_COMMAND_BYTES = 1024 * 1024;

/** Other names of sessions, from the predecessor's first scripts. */
const ALIASES: ReadonlyMap<string, Session> = new Map([
  ["interval", "threshold"],
  ["steady", "ftp"],
]);

/**
 * Reads a command: a session's name or a verb as plain text, the predecessor's
 * `{"type", "command", "duration"}`, or ours, `{"command": "run", "file",
 * "content", "ftp", "intensity", "lease"}` with the file in base64.
 *
 * @param topic Where it came in, for errors.
 * @throws {PayloadError} If it is none.
 * @throws {FileError} If its file cannot be read.
 */
export function parseWorkoutCommand(
  topic: string,
  payload: Uint8Array,
): WorkoutCommand {
  const fail = (path: string, received: string, expected: string): never => {
    throw new PayloadError({ topic, path, received, expected });
  };
  if (payload.length > MAX_COMMAND_BYTES) {
    fail("", `${payload.length} bytes`, `at most ${MAX_COMMAND_BYTES}`);
  }
  const text = decodeText(payload).text.trim();
  if (!text.startsWith("{")) return parseWord(text, fail);
  const fields = parseObject(text) ??
    fail("", shorten(text), "a JSON object, or the name of a workout");
  const { command } = fields;
  if (command === "run") return parseRun(fields, fail);
  const session = fields.type === undefined
    ? undefined
    : sessionNamed(fields.type) ??
      fail("type", shorten(fields.type), SESSIONS.join(", "));
  if (command === "start") return parseStart(session, fields, fail);
  const verb = RUN_VERBS.find((one) => one === command) ??
    fail("command", shorten(command), `start, run, ${RUN_VERBS.join(", ")}`);
  return { kind: "verb", verb, ...session && { session } };
}

type Fail = (path: string, received: string, expected: string) => never;

interface Fields {
  readonly command?: unknown;
  readonly type?: unknown;
  readonly duration?: unknown;
  readonly file?: unknown;
  readonly content?: unknown;
  readonly ftp?: unknown;
  readonly intensity?: unknown;
  readonly lease?: unknown;
}

function parseWord(text: string, fail: Fail): WorkoutCommand {
  const session = sessionNamed(text);
  if (session) return begin(session, undefined, {}, false);
  const verb =
    RUN_VERBS.find((one) => one.toLowerCase() === text.toLowerCase()) ??
      fail(
        "",
        shorten(text),
        `${SESSIONS.join(", ")}, ${RUN_VERBS.join(", ")}`,
      );
  return { kind: "verb", verb };
}

function parseStart(
  session: Session | undefined,
  { duration = -1, ftp }: Fields,
  fail: Fail,
): WorkoutCommand {
  if (session === undefined) {
    return fail("type", "nothing", SESSIONS.join(", "));
  }
  const isDuration = duration === -1 ||
    (typeof duration === "number" && duration >= 1 && duration <= 60);
  if (!isDuration) {
    return fail("duration", shorten(duration), "-1, or 1 to 60 minutes");
  }
  const minutes = typeof duration === "number" && duration > 0
    ? duration
    : undefined;
  return begin(session, minutes, riderOf({ ftp }, fail), false);
}

function parseRun(fields: Fields, fail: Fail): WorkoutCommand {
  const { file, content, lease } = fields;
  const rider = riderOf(fields, fail);
  const hasLease = lease === true;
  if (typeof file !== "string" || file.length > 255) {
    return fail("file", shorten(file), "a file's name, or a workout's");
  }
  const session = content === undefined ? sessionNamed(file) : undefined;
  if (session) return begin(session, undefined, rider, hasLease);
  if (typeof content !== "string") {
    return fail("content", shorten(content), "the file's bytes in base64");
  }
  const bytes = fromBase64(content) ??
    fail("content", shorten(content), "the file's bytes in base64");
  const road = readRoad(bytes, file);
  if (road) return { kind: "run", road, rider, hasLease };
  return { kind: "run", workout: readWorkout(bytes, file), rider, hasLease };
}

function begin(
  session: Session,
  minutes: number | undefined,
  rider: Partial<RiderSettings>,
  hasLease: boolean,
): WorkoutCommand {
  const workout = sessionOf(session, minutes === undefined ? {} : { minutes });
  return { kind: "run", session, workout, rider, hasLease };
}

function riderOf(
  { ftp, intensity }: Fields,
  fail: Fail,
): Partial<RiderSettings> {
  const read = (name: string, value: unknown, min: number, max: number) => {
    if (value === undefined) return undefined;
    if (typeof value === "number" && value >= min && value <= max) return value;
    return fail(name, shorten(value), `a number from ${min} to ${max}`);
  };
  const ftpWatts = read("ftp", ftp, 50, 600);
  const factor = read("intensity", intensity, 0.5, 1.5);
  return {
    ...(ftpWatts !== undefined && { ftpWatts }),
    ...(factor !== undefined && { intensity: factor }),
  };
}

function sessionNamed(name: unknown): Session | undefined {
  if (typeof name !== "string") return undefined;
  const lower = name.toLowerCase();
  return SESSIONS.find((one) => one === lower) ?? ALIASES.get(lower);
}

function parseObject(text: string): Fields | undefined {
  const json = parseForeignText(text);
  return typeof json === "object" && json !== null && !Array.isArray(json)
    ? json
    : undefined;
}

function fromBase64(text: string): Uint8Array | undefined {
  try {
    return Uint8Array.fromBase64(text);
  } catch {
    return undefined;
  }
}

function shorten(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text === undefined ? "nothing" : JSON.stringify(text.slice(0, 60));
}

/**
 * Checks whether a command failed because of what it held.
 *
 * @returns True for a bad payload or file.
 */
export function isBadCommand(
  error: unknown,
): error is PayloadError | FileError {
  return error instanceof PayloadError || error instanceof FileError;
}
