/**
 * The API's own description (OpenAPI 3.1).
 *
 * @module
 */
import {
  PANEL_CONTROLS,
  REMOTE_VALUES,
  WORKOUT_VERBS,
} from "#lib/bike/remote_bike.ts";
import { VALUE_STATES } from "#lib/bike/reading.ts";
import { VIEW_STATES } from "./bike_view.ts";
import { SAMPLE_FIELDS } from "./sample_history.ts";

const NUMBER_OR_NULL = { type: ["number", "null"] };
const TEXT_OR_NULL = { type: ["string", "null"] };

const BIKE_PARAMETER = {
  name: "id",
  in: "path",
  required: true,
  description: "Id of the bike, for example 000001",
  schema: { type: "string", pattern: "^[A-Za-z0-9_-]{1,64}$" },
};

function ref(name: string) {
  return { $ref: `#/components/schemas/${name}` };
}

function json(schema: object) {
  return { "application/json": { schema } };
}

function answers(description: string, schema: object) {
  return {
    200: { description, content: json(schema) },
    default: { description: "Why not", content: json(ref("Refusal")) },
  };
}

function events(description: string) {
  return {
    200: { description, content: { "text/event-stream": { schema: {} } } },
    default: { description: "Why not", content: json(ref("Refusal")) },
  };
}

function object(properties: Readonly<Record<string, object>>) {
  return { type: "object", required: Object.keys(properties), properties };
}

const SCHEMAS = {
  Refusal: object({
    error: {
      ...object({ code: { type: "string" }, message: { type: "string" } }),
      description:
        "The code is the bike's own (out_of_range, out_of_step, held, superseded, expired, unavailable, closed, device, timeout, payload, failed) or unknown_bike, connection, busy, host, origin, token, method, not_found",
    },
  }),
  Value: object({
    state: { enum: VIEW_STATES },
    value: NUMBER_OR_NULL,
    timeMs: NUMBER_OR_NULL,
    reason: TEXT_OR_NULL,
  }),
  Control: object({
    name: { enum: PANEL_CONTROLS },
    state: { enum: VALUE_STATES },
    value: NUMBER_OR_NULL,
    min: { type: "number" },
    max: { type: "number" },
    step: NUMBER_OR_NULL,
    isAvailable: { type: "boolean" },
    holder: TEXT_OR_NULL,
  }),
  Device: object({
    id: { type: "string" },
    isOnline: { type: "boolean" },
    driver: TEXT_OR_NULL,
    batteryPercent: NUMBER_OR_NULL,
    signalDbm: NUMBER_OR_NULL,
    lastSeenMs: NUMBER_OR_NULL,
    error: TEXT_OR_NULL,
    canCalibrate: { type: "boolean" },
  }),
  Workout: object({
    state: { enum: ["running", "paused", "idle"] },
    name: TEXT_OR_NULL,
    unit: { enum: ["s", "m"] },
    position: NUMBER_OR_NULL,
    total: NUMBER_OR_NULL,
    step: NUMBER_OR_NULL,
    stepCount: NUMBER_OR_NULL,
    stepRemaining: NUMBER_OR_NULL,
    cadenceRpm: NUMBER_OR_NULL,
    adjusted: { type: "number" },
    text: TEXT_OR_NULL,
  }),
  Ride: object({
    startedSecond: NUMBER_OR_NULL,
    isActive: { type: "boolean" },
    movingSeconds: { type: "number" },
    distanceMeters: { type: "number" },
    workKilojoules: { type: "number" },
    averagePowerWatts: NUMBER_OR_NULL,
    normalizedPowerWatts: NUMBER_OR_NULL,
    maximumPowerWatts: NUMBER_OR_NULL,
    averageHeartRateBpm: NUMBER_OR_NULL,
  }),
  Bike: object({
    id: { type: "string" },
    presence: { enum: ["online", "offline", "unknown"] },
    version: TEXT_OR_NULL,
    values: object(
      Object.fromEntries(REMOTE_VALUES.map((name) => [name, ref("Value")])),
    ),
    controls: { type: "array", items: ref("Control") },
    hasPanel: { type: "boolean" },
    devices: { type: "array", items: ref("Device") },
    workout: { oneOf: [ref("Workout"), { type: "null" }] },
    ride: ref("Ride"),
  }),
};

const READS = {
  "/api/bikes": {
    get: {
      summary: "All bikes",
      responses: answers(
        "All bikes that were heard of",
        object({
          broker: object({
            isConnected: { type: "boolean" },
            sinceMs: { type: "number" },
          }),
          nowMs: { type: "number" },
          bikes: { type: "array", items: ref("Bike") },
        }),
      ),
    },
  },
  "/api/bikes/{id}": {
    get: {
      summary: "One bike",
      parameters: [BIKE_PARAMETER],
      responses: answers("The bike", ref("Bike")),
    },
  },
  "/api/bikes/{id}/history": {
    get: {
      summary: "The seconds of the ride",
      parameters: [BIKE_PARAMETER, {
        name: "after",
        in: "query",
        description: "Only seconds later than this one, since 1970-01-01 UTC",
        schema: { type: "integer" },
      }],
      responses: answers(
        "One row for each second",
        object({
          fields: { const: SAMPLE_FIELDS },
          rows: { type: "array", items: { type: "array" } },
        }),
      ),
    },
  },
  "/api/events": {
    get: {
      summary: "Follow all bikes, at most once a second",
      responses: events("Events `status` and `bike`"),
    },
  },
  "/api/bikes/{id}/events": {
    get: {
      summary: "Follow one bike, at most four times a second",
      description:
        "Events `status`, `bike`, `history` (rows), `sample` (one row, its second as the event's id) and `profile` (what the workout that is ridden looks like). A `history` takes the place of all rows from its first second on. With Last-Event-ID, or `after`, the history begins behind that second",
      parameters: [BIKE_PARAMETER],
      responses: events("Events"),
    },
  },
};

const WRITES = {
  "/api/bikes/{id}/controls/{control}": {
    post: {
      summary: "Set an actuator, and wait for the device's answer",
      parameters: [BIKE_PARAMETER, {
        name: "control",
        in: "path",
        required: true,
        schema: { enum: PANEL_CONTROLS },
      }],
      requestBody: {
        required: true,
        content: json(object({ value: { type: "number" } })),
      },
      responses: answers(
        "What the device was set to",
        object({ value: { type: "number" } }),
      ),
    },
  },
  "/api/bikes/{id}/stop": {
    post: {
      summary: "Bring all actuators to rest and release them",
      parameters: [BIKE_PARAMETER],
      requestBody: { required: true, content: json({ type: "object" }) },
      responses: answers("Everything is at rest", { type: "object" }),
    },
  },
  "/api/bikes/{id}/workout/{verb}": {
    post: {
      summary: "Change the workout that is ridden",
      parameters: [BIKE_PARAMETER, {
        name: "verb",
        in: "path",
        required: true,
        schema: { enum: WORKOUT_VERBS },
      }],
      requestBody: { required: true, content: json({ type: "object" }) },
      responses: answers("It was changed", { type: "object" }),
    },
  },
  "/api/bikes/{id}/devices/{device}/calibration": {
    post: {
      summary: "Calibrate a device",
      parameters: [BIKE_PARAMETER, {
        name: "device",
        in: "path",
        required: true,
        schema: { type: "string" },
      }],
      requestBody: { required: true, content: json({ type: "object" }) },
      responses: answers("It is calibrated", { type: "object" }),
    },
  },
};

/** The API's own description. */
export const OPEN_API = {
  openapi: "3.1.0",
  info: {
    title: "smartbike dashboard",
    version: "1",
    description:
      "Where a token is needed, send it as `Authorization: Bearer …`, or post it to /api/session for a cookie.",
  },
  paths: { ...READS, ...WRITES },
  components: {
    schemas: SCHEMAS,
    securitySchemes: { token: { type: "http", scheme: "bearer" } },
  },
  security: [{ token: [] }, {}],
};
