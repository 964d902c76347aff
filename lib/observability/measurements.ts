/**
 * What can be measured of a running bike: the one list that Prometheus and
 * OpenTelemetry both show.
 *
 * @module
 */
import { liveValue, VALUE_STATES } from "#lib/bike/reading.ts";
import type { Bike } from "#lib/bike/bike.ts";
import { METRIC_NAMES, type MetricName } from "#lib/bike/values.ts";
import type { WatchedBike } from "./watched_bike.ts";

/** One number with its labels. */
interface Sample {
  /** Names and texts that distinguish samples of one measurement. */
  readonly labels: Readonly<Record<string, string>>;
  /** The number. */
  readonly value: number;
}

/** Something that can be measured. */
export interface Measurement {
  /** Its name in Prometheus; one that counts ends with `_total`. */
  readonly name: string;
  /** What it is, in one line. */
  readonly help: string;
  /** Whether it only grows. */
  readonly kind: "counter" | "gauge";
  /** Names of its labels. */
  readonly labels: readonly string[];
  /** Measures it. */
  readonly read: () => readonly Sample[];
}

/**
 * Lists what can be measured.
 *
 * @returns The measurements; they read nothing before they are asked.
 */
export function measurementsOf(watched: WatchedBike): readonly Measurement[] {
  return [
    ...valueMeasurements(watched),
    ...deviceMeasurements(watched),
    ...mqttMeasurements(watched),
    ...PROCESS,
  ];
}

/** Which bike is measured, by which program. */
interface MeasuredProgram {
  /** Id of the bike. */
  readonly bike: string;
  /** The program's version. */
  readonly version: string;
}

/**
 * Puts the bike's id on every sample, and adds what the program is.
 *
 * @param program Which bike is measured, by which program.
 * @returns The measurements, with label `bike` first.
 */
export function identified(
  measurements: readonly Measurement[],
  { bike, version }: MeasuredProgram,
): readonly Measurement[] {
  const info: Measurement = {
    name: "smartbike_build_info",
    help: "1, with what the program is as labels",
    kind: "gauge",
    labels: ["version", "deno"],
    read: () => [{ labels: { version, deno: Deno.version.deno }, value: 1 }],
  };
  return [info, ...measurements].map(({ labels, read, ...rest }) => ({
    ...rest,
    labels: ["bike", ...labels],
    read: () =>
      read().map(({ labels, value }) => ({
        labels: { bike, ...labels },
        value,
      })),
  }));
}

function valueMeasurements(
  { bike, tally }: WatchedBike,
): readonly Measurement[] {
  return [
    {
      name: "smartbike_value",
      help:
        "Live values of the bike, each in the unit of its name, heartRate in beats a minute",
      kind: "gauge",
      labels: ["name"],
      read: () =>
        METRIC_NAMES.flatMap((name) =>
          numbersOf(bike, name).map(([name, value]) => ({
            labels: { name },
            value,
          }))
        ),
    },
    {
      name: "smartbike_value_state",
      help: "1 for the state that a value of the bike is in, else 0",
      kind: "gauge",
      labels: ["name", "state"],
      read: () =>
        METRIC_NAMES.flatMap((name) =>
          VALUE_STATES.map((state) => ({
            labels: { name, state },
            value: Number(bike.read(name).state === state),
          }))
        ),
    },
    {
      name: "smartbike_commands_total",
      help: "Commands by what was driven and how they ended",
      kind: "counter",
      labels: ["actuator", "outcome"],
      read: () =>
        tally.commands.map(({ actuator, outcome, count }) => ({
          labels: { actuator, outcome },
          value: count,
        })),
    },
  ];
}

function numbersOf(
  bike: Bike,
  name: MetricName,
): readonly (readonly [name: string, value: number])[] {
  const value = liveValue(bike.read(name));
  if (typeof value === "number") return [[name, value]];
  if (typeof value !== "object") return [];
  // Under the metric's own name, so that it can be joined with its state.
  return Object.values(value).flatMap((part) =>
    typeof part === "number" ? [[name, part]] : []
  );
}

function deviceMeasurements(
  { bike, host, tally }: WatchedBike,
): readonly Measurement[] {
  const each = (read: (device: string) => number | undefined) => () =>
    bike.devices.flatMap(({ device }) => {
      const value = read(device);
      return value === undefined ? [] : [{ labels: { device }, value }];
    });
  return [
    {
      name: "smartbike_device_connected",
      help: "1 while a driver has a connection to its device, else 0",
      kind: "gauge",
      labels: ["device"],
      read: () =>
        bike.devices.map(({ device, isConnected }) => ({
          labels: { device },
          value: Number(isConnected),
        })),
    },
    {
      name: "smartbike_device_last_seen_seconds",
      help: "When a device reported last, in seconds since 1970-01-01 UTC",
      kind: "gauge",
      labels: ["device"],
      read: each((device) => {
        const timeMs = bike.lastSeenMs(device);
        return timeMs === undefined ? undefined : timeMs / 1000;
      }),
    },
    {
      name: "smartbike_dropped_frames_total",
      help: "Frames of a device that could not be read",
      kind: "counter",
      labels: ["device"],
      read: each((device) => tally.device(device).droppedFrames),
    },
    {
      name: "smartbike_flawed_frames_total",
      help: "Frames of a device of which only a part could be used",
      kind: "counter",
      labels: ["device"],
      read: each((device) => tally.device(device).flawedFrames),
    },
    {
      name: "smartbike_driver_restarts_total",
      help: "How often a driver was run again",
      kind: "counter",
      labels: ["device"],
      read: () =>
        host.statuses.map(({ id }) => ({
          labels: { device: id },
          value: tally.device(id).restarts,
        })),
    },
  ];
}

function mqttMeasurements(
  { endpoints }: WatchedBike,
): readonly Measurement[] {
  const entries = Object.entries(endpoints);
  return [
    {
      name: "smartbike_mqtt_connected",
      help: "1 while connected to the broker, else 0",
      kind: "gauge",
      labels: ["connection"],
      read: () =>
        entries.map(([connection, { connected }]) => ({
          labels: { connection },
          value: Number(connected),
        })),
    },
    {
      name: "smartbike_mqtt_messages_total",
      help: "MQTT messages by direction",
      kind: "counter",
      labels: ["connection", "direction"],
      read: () =>
        entries.flatMap(([connection, { traffic }]) => [
          {
            labels: { connection, direction: "in" },
            value: traffic.received,
          },
          {
            labels: { connection, direction: "out" },
            value: traffic.published,
          },
        ]),
    },
    {
      name: "smartbike_mqtt_reconnects_total",
      help: "How often a lost connection to the broker was made again",
      kind: "counter",
      labels: ["connection"],
      read: () =>
        entries.map(([connection, { traffic }]) => ({
          labels: { connection },
          value: Math.max(0, traffic.connections - 1),
        })),
    },
  ];
}

const PROCESS: readonly Measurement[] = [
  {
    name: "process_resident_memory_bytes",
    help: "Resident memory of the process, in bytes",
    kind: "gauge",
    labels: [],
    read: () => [{ labels: {}, value: Deno.memoryUsage().rss }],
  },
  {
    name: "process_start_time_seconds",
    help: "When the process started, in seconds since 1970-01-01 UTC",
    kind: "gauge",
    labels: [],
    read: () => [{ labels: {}, value: performance.timeOrigin / 1000 }],
  },
];
