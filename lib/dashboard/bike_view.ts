/**
 * One bike, as its messages show it.
 *
 * @module
 */
import type {
  BikeNews,
  Panel,
  PanelControl,
  PanelRider,
  RemoteDevice,
  RemoteDeviceHealth,
  RemoteProfileBlock,
  RemoteValueName,
  RemoteWorkout,
} from "#lib/bike/remote_bike.ts";
import { REMOTE_VALUES } from "#lib/bike/remote_bike.ts";
import type { ValueState } from "#lib/bike/reading.ts";
import type { RideSummary, Sample } from "#lib/bike/ride_totals.ts";
import type { SampleRow } from "./sample_history.ts";
import { ShownRide } from "./shown_ride.ts";

/** How a number stands: it is current, it is old, or there is none. */
export const VIEW_STATES = ["live", "stale", "gone"] as const;

/** How a number stands. */
type ViewState = (typeof VIEW_STATES)[number];

/** Why a number is not current. */
export type ViewReason =
  | "never_reported"
  | "no_new_report"
  | "device_disconnected"
  | "bike_offline"
  | "broker_lost";

/** A number as it is shown. */
export interface ViewValue {
  /** How it stands. */
  readonly state: ViewState;
  /** The number; the last one while it is stale, null when it is gone. */
  readonly value: number | null;
  /** When it was reported last, in milliseconds since 1970-01-01 UTC; null if it never was. */
  readonly timeMs: number | null;
  /** Why it is not current; null while it is. */
  readonly reason: ViewReason | null;
}

/** A device as it is shown. */
export interface ViewDevice {
  /** Its id. */
  readonly id: string;
  /** Whether it is there. */
  readonly isOnline: boolean;
  /** Name of its driver. */
  readonly driver: string | null;
  /** Charge of its battery, in percent. */
  readonly batteryPercent: number | null;
  /** Strength of its radio signal, in dBm. */
  readonly signalDbm: number | null;
  /** When it reported last, in milliseconds since 1970-01-01 UTC. */
  readonly lastSeenMs: number | null;
  /** What its driver ended with last. */
  readonly error: string | null;
  /** Whether it can be calibrated now. */
  readonly canCalibrate: boolean;
}

/** A bike as it is shown. */
export interface BikeSnapshot {
  /** Its id. */
  readonly id: string;
  /** Whether it is there; `unknown` where it has never said so. */
  readonly presence: "online" | "offline" | "unknown";
  /** Version of the program that runs it. */
  readonly version: string | null;
  /** Its numbers. */
  readonly values: Readonly<Record<RemoteValueName, ViewValue>>;
  /** What can be set; empty where the bike does not say so. */
  readonly controls: readonly PanelControl[];
  /** Whether the bike answers every command of a panel. */
  readonly hasPanel: boolean;
  /** What is configured of the rider; null where nothing is. */
  readonly rider: PanelRider | null;
  /** Its devices. */
  readonly devices: readonly ViewDevice[];
  /** The workout that is ridden, or was ridden last; null where there was none. */
  readonly workout: RemoteWorkout | null;
  /** The ride so far. */
  readonly ride: RideSummary;
}

/** A number that is not zero is repeated each second; after so long there is something wrong, in milliseconds. */
const STALE_AFTER_MS = 5000;

/** A zero is repeated more rarely. */
const STALE_ZERO_AFTER_MS = 40_000;

/** After so long a stale number is not shown any more, in milliseconds. */
const GONE_AFTER_MS = 60_000;

/** The most devices of a bike that are kept. */
const MAX_DEVICES = 100;

/** What is set on an actuator stays, however long ago that was reported. */
const LASTING: readonly RemoteValueName[] = [
  "inclinePercent",
  "resistancePercent",
  "fanPercent",
];

interface Known {
  readonly value: number;
  readonly timeMs: number;
  readonly loss?: Exclude<ValueState, "live">;
}

/** One bike, as its messages show it. */
export class BikeView {
  /** Its id. */
  readonly id: string;
  /** Its ride. */
  readonly ride: ShownRide = new ShownRide();
  readonly #values = new Map<RemoteValueName, Known>();
  readonly #devices = new Map<string, RemoteDevice>();
  #health: readonly RemoteDeviceHealth[] = [];
  #presence: BikeSnapshot["presence"] = "unknown";
  #version: string | null = null;
  #panel: Panel | null = null;
  #workout: RemoteWorkout | null = null;
  #profile: readonly RemoteProfileBlock[] = [];

  /** Starts without knowledge. */
  constructor(id: string) {
    this.id = id;
  }

  /** Whether the bike answers every command of a panel. */
  get hasPanel(): boolean {
    return this.#panel !== null;
  }

  /** What the workout that is ridden looks like; empty where that is not known. */
  get profile(): readonly RemoteProfileBlock[] {
    return this.#profile;
  }

  /** Whether a workout goes on or waits. */
  get hasWorkout(): boolean {
    return this.#workout !== null && this.#workout.state !== "idle";
  }

  /** Takes what a message says. */
  take(news: BikeNews, nowMs: number): void {
    switch (news.kind) {
      case "presence":
        this.#presence = news.isOnline ? "online" : "offline";
        break;
      case "value":
        this.#values.set(news.name, { value: news.value, timeMs: nowMs });
        break;
      case "loss":
        this.#lose(news.name, news.state);
        break;
      case "device":
        this.#takeDevice(news.device, news.status);
        break;
      case "health":
        this.#version = news.version;
        this.#health = news.devices;
        break;
      case "workout":
        this.#workout = news.workout;
        break;
      case "profile":
        this.#profile = news.blocks;
        break;
      case "past":
        this.ride.fill(news.name, news.value, news.timeMs);
        break;
      case "panel":
        this.#panel = news.panel;
        break;
    }
  }

  /**
   * Adds a second to the ride, while one goes on.
   *
   * @param isConnected Whether the broker is there.
   * @returns The second as a list; undefined without a ride.
   */
  tick(
    second: number,
    nowMs: number,
    isConnected: boolean,
  ): SampleRow | undefined {
    const read = (name: RemoteValueName) => {
      const { state, value } = this.#view(name, nowMs, isConnected);
      return state === "live" ? value : null;
    };
    const sample: Sample = {
      second: Math.max(second, this.ride.history.lastSecond + 1),
      powerWatts: read("powerWatts"),
      heartRateBpm: read("heartRateBpm"),
      cadenceRpm: read("cadenceRpm"),
      speedMetersPerSecond: read("speedMetersPerSecond"),
      targetPowerWatts: this.#target,
    };
    const isKnown = isConnected && this.#presence !== "offline";
    return this.ride.add(sample, isKnown);
  }

  /**
   * How the bike is shown.
   *
   * @param isConnected Whether the broker is there.
   */
  snapshot(nowMs: number, isConnected: boolean): BikeSnapshot {
    const view = (name: RemoteValueName) =>
      this.#view(name, nowMs, isConnected);
    return {
      id: this.id,
      presence: this.#presence,
      version: this.#version,
      values: {
        speedMetersPerSecond: view("speedMetersPerSecond"),
        cadenceRpm: view("cadenceRpm"),
        powerWatts: view("powerWatts"),
        heartRateBpm: view("heartRateBpm"),
        inclinePercent: view("inclinePercent"),
        resistancePercent: view("resistancePercent"),
        fanPercent: view("fanPercent"),
      },
      controls: this.#panel?.controls ?? [],
      hasPanel: this.hasPanel,
      rider: this.#panel?.rider ?? null,
      devices: this.#deviceIds.map((id) => this.#device(id)),
      workout: this.#workout,
      ride: this.ride.summary,
    };
  }

  /**
   * How all numbers stand, in short: changes when one of them gets old.
   *
   * @param isConnected Whether the broker is there.
   * @returns A text to compare.
   */
  states(nowMs: number, isConnected: boolean): string {
    return REMOTE_VALUES.map((name) =>
      this.#view(name, nowMs, isConnected).state
    ).join();
  }

  get #target(): number | null {
    const target = this.#panel?.controls.find(({ name }) =>
      name === "targetPowerWatts"
    );
    return target?.state === "live" ? target.value : null;
  }

  get #deviceIds(): readonly string[] {
    const running = this.#health.map(({ id }) => id);
    return [...new Set([...this.#devices.keys(), ...running])]
      .slice(0, MAX_DEVICES).sort();
  }

  #takeDevice(device: string, status: RemoteDevice | null): void {
    if (status === null) {
      this.#devices.delete(device);
      this.#health = this.#health.filter(({ id }) => id !== device);
    } else if (this.#devices.has(device) || this.#devices.size < MAX_DEVICES) {
      this.#devices.set(device, status);
    }
  }

  #lose(name: RemoteValueName, loss: Exclude<ValueState, "live">): void {
    const known = this.#values.get(name);
    if (known) this.#values.set(name, { ...known, loss });
  }

  #device(id: string): ViewDevice {
    const status = this.#devices.get(id);
    const health = this.#health.find((one) => one.id === id);
    const isOnline = (status?.isOnline ?? false) &&
      this.#presence !== "offline";
    const times = [health?.lastSeenMs, isOnline ? null : status?.timeMs]
      .filter((time) => typeof time === "number");
    return {
      id,
      isOnline,
      driver: health?.driver ?? null,
      batteryPercent: status?.batteryPercent ?? null,
      signalDbm: status?.signalDbm ?? null,
      lastSeenMs: times.length > 0 ? Math.max(...times) : null,
      error: health?.error ?? null,
      canCalibrate: this.#panel?.calibratable.includes(id) ?? false,
    };
  }

  #view(
    name: RemoteValueName,
    nowMs: number,
    isConnected: boolean,
  ): ViewValue {
    const known = this.#values.get(name);
    if (!known) {
      const reason = this.#presence === "offline"
        ? "bike_offline"
        : "never_reported";
      return { state: "gone", value: null, timeMs: null, reason };
    }
    const { value, timeMs } = known;
    const reason = this.#reason(name, known, nowMs, isConnected);
    if (reason === null) return { state: "live", value, timeMs, reason };
    const isGone = reason === "device_disconnected" ||
      reason === "bike_offline" || nowMs - timeMs > GONE_AFTER_MS;
    return isGone
      ? { state: "gone", value: null, timeMs, reason }
      : { state: "stale", value, timeMs, reason };
  }

  #reason(
    name: RemoteValueName,
    { value, timeMs, loss }: Known,
    nowMs: number,
    isConnected: boolean,
  ): ViewReason | null {
    if (this.#presence === "offline") return "bike_offline";
    if (loss === "disconnected") return "device_disconnected";
    if (loss !== undefined) return "no_new_report";
    if (!isConnected) return "broker_lost";
    if (LASTING.includes(name)) return null;
    const longestMs = value === 0 ? STALE_ZERO_AFTER_MS : STALE_AFTER_MS;
    return nowMs - timeMs > longestMs ? "no_new_report" : null;
  }
}
