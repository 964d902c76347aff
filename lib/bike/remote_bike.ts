/**
 * A bike as programs on other machines know it: by messages, not by a `Bike`.
 *
 * @module
 */
import type { ValueState } from "./reading.ts";
import type { ActuatorName } from "./values.ts";

/** Names of the numbers that a bike reports. */
export const REMOTE_VALUES = [
  "speedMetersPerSecond",
  "cadenceRpm",
  "powerWatts",
  "heartRateBpm",
  "inclinePercent",
  "resistancePercent",
  "fanPercent",
] as const;

/** Name of a number that a bike reports. */
export type RemoteValueName = (typeof REMOTE_VALUES)[number];

/** Names of what a panel sets. */
export const PANEL_CONTROLS = [
  "inclinePercent",
  "resistancePercent",
  "targetPowerWatts",
  "fanPercent",
] as const satisfies readonly ActuatorName[];

/** Name of what a panel sets. */
export type PanelControlName = (typeof PANEL_CONTROLS)[number];

/** What can be set, as it stands at present. */
export interface PanelControl {
  /** What is set. */
  readonly name: PanelControlName;
  /** How far its value can be trusted. */
  readonly state: ValueState;
  /** What it is set to, in the unit of its name; null where nothing is known. */
  readonly value: number | null;
  /** The smallest value that is allowed. */
  readonly min: number;
  /** The largest value that is allowed. */
  readonly max: number;
  /** Distance between two values; null where any number will do. */
  readonly step: number | null;
  /** Whether there is a device that carries it out. */
  readonly isAvailable: boolean;
  /** Id of the controller that holds it; null if nobody does. */
  readonly holder: string | null;
}

/** What is configured of the rider of a bike. */
export interface PanelRider {
  /** Functional threshold power, in watts. */
  readonly ftpWatts: number;
  /** Upper ends of the power zones but the last, in percent of it, rising. */
  readonly zonesPercent: readonly number[];
}

/** What a bike says of itself to those who command it. */
export interface Panel {
  /** Its rider; null where no threshold power is configured. */
  readonly rider: PanelRider | null;
  /** What can be set. */
  readonly controls: readonly PanelControl[];
  /** Ids of devices that can be calibrated. */
  readonly calibratable: readonly string[];
}

/** What a panel asks of a bike. */
export type PanelCommand =
  | {
    readonly command: "set";
    /** What to set. */
    readonly control: PanelControlName;
    /** Where to, in the unit of its name. */
    readonly value: number;
  }
  | { readonly command: "stop" }
  | {
    readonly command: "workout";
    /** What to do with the workout. */
    readonly verb: WorkoutVerb;
  }
  | {
    readonly command: "calibrate";
    /** Id of the device. */
    readonly device: string;
  };

/** What a rider can do with a workout that is ridden. */
export const WORKOUT_VERBS = [
  "pause",
  "resume",
  "skip",
  "back",
  "increase",
  "decrease",
  "stop",
] as const;

/** What a rider can do with a workout that is ridden. */
export type WorkoutVerb = (typeof WORKOUT_VERBS)[number];

/** A workout that is ridden, or was ridden last. */
export interface RemoteWorkout {
  /** Whether it goes on, waits, or there is none. */
  readonly state: "running" | "paused" | "idle";
  /** Its name. */
  readonly name: string | null;
  /** The unit of its places: seconds, or metres of a road. */
  readonly unit: "s" | "m";
  /** How far it is. */
  readonly position: number | null;
  /** How long it is. */
  readonly total: number | null;
  /** The number of the step, from 1. */
  readonly step: number | null;
  /** How many steps there are. */
  readonly stepCount: number | null;
  /** What is left of the step. */
  readonly stepRemaining: number | null;
  /** Turns of the cranks a minute that are asked for. */
  readonly cadenceRpm: number | null;
  /** How many steps it was made harder. */
  readonly adjusted: number;
  /** The newest text for the rider. */
  readonly text: string | null;
}

/** A piece of what a workout or a road looks like. */
export interface RemoteProfileBlock {
  /** How long it is: seconds, or metres of a road. */
  readonly length: number;
  /** Watts, or percent of gradient, at its start; null where nothing is asked for. */
  readonly from: number | null;
  /** The same at its end. */
  readonly to: number | null;
}

/** Why a bike did not do what it was asked. */
interface PanelFailure {
  /** One of `COMMAND_REFUSALS`, `device`, `timeout`, `payload` or `failed`. */
  readonly code: string;
  /** A text for people. */
  readonly message: string;
}

/** What a bike answers; steps come before the end. */
export interface PanelAnswer {
  /** The id that the command came with. */
  readonly id: string;
  /** What a rider is to do meanwhile; the end comes later. */
  readonly step?: string;
  /** What the device was set to. */
  readonly value?: number;
  /** Why it failed. */
  readonly error?: PanelFailure;
}

/** A device, as the bike reports it. */
export interface RemoteDevice {
  /** Whether it is there. */
  readonly isOnline: boolean;
  /** Charge of its battery, in percent. */
  readonly batteryPercent: number | null;
  /** Strength of its radio signal, in dBm. */
  readonly signalDbm: number | null;
  /** When this was reported, in milliseconds since 1970-01-01 UTC. */
  readonly timeMs: number | null;
}

/** A device, as the program that runs the bike reports it. */
export interface RemoteDeviceHealth {
  /** Its id. */
  readonly id: string;
  /** Name of its driver. */
  readonly driver: string | null;
  /** When it reported last, in milliseconds since 1970-01-01 UTC. */
  readonly lastSeenMs: number | null;
  /** What its driver ended with last. */
  readonly error: string | null;
}

/** What a message says of a bike. */
export type BikeMessage = { readonly bikeId: string } & BikeNews;

/** What a message says. */
export type BikeNews =
  | { readonly kind: "presence"; readonly isOnline: boolean }
  | {
    readonly kind: "value";
    readonly name: RemoteValueName;
    readonly value: number;
  }
  | {
    readonly kind: "loss";
    readonly name: RemoteValueName;
    readonly state: Exclude<ValueState, "live">;
  }
  | {
    readonly kind: "refusal";
    readonly name: RemoteValueName;
    readonly error: PanelFailure;
    /** What was refused, as text. */
    readonly received: string;
  }
  | {
    readonly kind: "device";
    readonly device: string;
    /** Null where the device was taken off the bike. */
    readonly status: RemoteDevice | null;
  }
  | {
    readonly kind: "health";
    readonly version: string | null;
    readonly devices: readonly RemoteDeviceHealth[];
  }
  | { readonly kind: "workout"; readonly workout: RemoteWorkout }
  | {
    readonly kind: "profile";
    /** What is ridden looks like this as a whole; empty where nothing is. */
    readonly blocks: readonly RemoteProfileBlock[];
  }
  | {
    /** A report that was kept while the broker was away. */
    readonly kind: "past";
    readonly name: RemoteValueName;
    readonly value: number;
    /** When it was measured, in milliseconds since 1970-01-01 UTC. */
    readonly timeMs: number;
  }
  | { readonly kind: "workoutRefusal"; readonly error: PanelFailure }
  | { readonly kind: "panel"; readonly panel: Panel | null }
  | { readonly kind: "answer"; readonly answer: PanelAnswer };

/** A message to send. */
export interface WireMessage {
  /** Topic name. */
  readonly topic: string;
  /** The payload. */
  readonly payload: string;
}

/** How bikes are read and commanded over MQTT. */
export interface BikeWire {
  /** Topic filters that bring all that is known of all bikes. */
  readonly filters: readonly string[];
  /**
   * Reads a message.
   *
   * @returns What it says; undefined where it says nothing about a bike.
   */
  read(topic: string, payload: Uint8Array): BikeMessage | undefined;
  /**
   * Writes a command for a bike with a panel.
   *
   * @param id Comes back with the answer.
   */
  command(bikeId: string, id: string, command: PanelCommand): WireMessage;
  /**
   * Writes a command for a bike without a panel, such as those of older programs.
   *
   * @param id Comes back with a refusal.
   * @returns The message; undefined where such bikes know no such command.
   */
  plainCommand(
    bikeId: string,
    id: string,
    command: PanelCommand,
  ): WireMessage | undefined;
}
