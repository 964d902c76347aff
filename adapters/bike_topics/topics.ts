/**
 * The topic names of a bike: `bike/{id}/{topic}/{report|control|status}`.
 *
 * @module
 */
import { isSensorName } from "#lib/bike/sensors.ts";
import { ConfigError } from "#lib/objectapi/mod.ts";

/** What a bike reports, as topics call it. */
export const REPORT_TOPICS = [
  "speed",
  "cadence",
  "power",
  "heartrate",
  "incline",
  "resistance",
  "fan",
] as const;

/** What a bike reports, as topics call it. */
export type ReportTopic = (typeof REPORT_TOPICS)[number];

/** What can be set on a bike, as topics call it. */
export const CONTROL_TOPICS = ["incline", "resistance", "fan"] as const;

/** What can be set on a bike, as topics call it. */
export type ControlTopic = (typeof CONTROL_TOPICS)[number];

/** Names below a bike that mean something else, or did in the predecessor. */
const RESERVED_NAMES: readonly string[] = [
  ...REPORT_TOPICS,
  "button",
  "control",
  "devices",
  "health",
  "history",
  "level",
  "ride",
  "status",
  "workout",
];

/** The longest id, in characters. */
const MAX_ID_LENGTH = 64;

/** Names that older programs read a report on, besides `…/report`. */
const ALIASES: Readonly<Record<ReportTopic, readonly string[]>> = {
  speed: ["speed"],
  cadence: ["cadence"],
  power: ["power"],
  heartrate: ["heartrate"],
  incline: [],
  resistance: [],
  fan: ["fan/status"],
};

/** On which names a report goes out. */
export interface ReportTopicOptions {
  /**
   * Adds the names that the VR game, the mobile app and the old fan script read.
   *
   * @default {true}
   */
  readonly aliases?: boolean;
  /**
   * Adds `bike/{id}/incline`, `…/resistance` and `…/fan`, where some programs
   * send commands.
   *
   * @default {false}
   */
  readonly bareActuators?: boolean;
}

/** On which names commands come in. */
export interface CommandTopicOptions {
  /**
   * Adds `bike/{id}/incline`, `…/resistance` and `…/fan`, where old programs
   * send commands and others report.
   *
   * @default {false}
   */
  readonly legacyCommands?: boolean;
}

/** A topic that commands come in on. */
export interface CommandTopic {
  /** The whole topic name. */
  readonly name: string;
  /** What is set. */
  readonly control: ControlTopic;
  /** Whether the name ends without `/control`, so that reports may come in too. */
  readonly isBare: boolean;
}

/**
 * The topic names of one bike.
 *
 * @example Usage
 * ```ts
 * import { BikeTopics } from "#adapters/bike_topics/topics.ts";
 * import assert from "node:assert/strict";
 *
 * const topics = new BikeTopics("000001");
 * assert.deepEqual(topics.reports("speed"), [
 *   "bike/000001/speed/report",
 *   "bike/000001/speed",
 * ]);
 * ```
 */
export class BikeTopics {
  /** The bike's id. */
  readonly bikeId: string;

  /**
   * Checks the id.
   *
   * @param bikeId 1 to 64 ASCII letters, digits, `_` or `-`, for example `000001`.
   * @throws {ConfigError} If the id is anything else.
   */
  constructor(bikeId: string) {
    if (!isBikeId(bikeId)) {
      throw new ConfigError(
        `Cannot use bike id ${
          JSON.stringify(bikeId.slice(0, MAX_ID_LENGTH))
        }: expected 1 to ${MAX_ID_LENGTH} letters, digits, _ or -`,
        { option: "bike", value: bikeId.slice(0, MAX_ID_LENGTH) },
      );
    }
    this.bikeId = bikeId;
  }

  /** Whether the bike is there: retained, and the last will. */
  get availability(): string {
    return `bike/${this.bikeId}/status`;
  }

  /** How the program that runs the bike is: retained. */
  get health(): string {
    return this.#name("health");
  }

  /** How the reports that are kept while the broker is away stand: retained. */
  get historyStatus(): string {
    return this.#name("history/status");
  }

  /** How the recording of this bike's rides is. */
  get ride(): string {
    return this.#name("ride/report");
  }

  /** What is wrong with the recording of this bike's rides: retained. */
  get rideStatus(): string {
    return this.#name("ride/status");
  }

  /** Whether each device is there: a topic filter. */
  get devices(): string {
    return this.#name("devices/+/status");
  }

  /** Presses and releases of all buttons. */
  get button(): string {
    return this.#name("button/report");
  }

  /**
   * Where a value is reported.
   *
   * @param topic The value.
   * @param options Which names besides `…/report`.
   * @returns Topic names, `…/report` first.
   */
  reports(
    topic: ReportTopic,
    options: ReportTopicOptions = {},
  ): readonly string[] {
    const { aliases = true, bareActuators = false } = options;
    const names = [`${topic}/report`];
    if (aliases) names.push(...ALIASES[topic]);
    if (bareActuators && isControlTopic(topic)) names.push(topic);
    return names.map((name) => this.#name(name));
  }

  /**
   * Where it is reported that a command failed, or that a value no longer holds.
   *
   * @param topic The value.
   * @returns A topic name.
   */
  status(topic: ReportTopic): string {
    return this.#name(`${topic}/status`);
  }

  /**
   * Where a value that was measured while the broker was away is reported.
   *
   * @param topic The value.
   * @returns A topic name.
   */
  history(topic: ReportTopic): string {
    return this.#name(`${topic}/history`);
  }

  /**
   * Where a command is sent to.
   *
   * @param control What is set.
   * @returns A topic name.
   */
  control(control: ControlTopic): string {
    return this.#name(`${control}/control`);
  }

  /**
   * What to subscribe to for commands.
   *
   * @param options Which names besides `…/control`.
   * @returns The topics, each with what is set on it.
   */
  commands(options: CommandTopicOptions = {}): readonly CommandTopic[] {
    const { legacyCommands = false } = options;
    const topics = CONTROL_TOPICS.map((control): CommandTopic => ({
      name: this.control(control),
      control,
      isBare: false,
    }));
    if (!legacyCommands) return topics;
    const bare = CONTROL_TOPICS.map((control): CommandTopic => ({
      name: this.#name(control),
      control,
      isBare: true,
    }));
    return [...topics, ...bare];
  }

  /**
   * Where a sensor that is none of the bike's own values is reported.
   *
   * @param sensor A name that {@linkcode isSensorTopic} takes.
   * @returns A topic name.
   */
  sensor(sensor: string): string {
    return this.#name(`${sensor}/report`);
  }

  /**
   * Whether a device is there: retained.
   *
   * @param device Its id, any text; what is not safe in a topic is written as in a URL.
   * @returns A topic name, another one for each id.
   */
  device(device: string): string {
    const level = encodeURIComponent(device.toWellFormed())
      .replaceAll("%3A", ":");
    return this.#name(`devices/${level || "%"}/status`);
  }

  #name(rest: string): string {
    return `bike/${this.bikeId}/${rest}`;
  }
}

/**
 * Checks whether a text can be a bike's id.
 *
 * @param text The text.
 * @returns True for 1 to 64 ASCII letters, digits, `_` or `-`.
 */
export function isBikeId(text: string): boolean {
  return text.length <= MAX_ID_LENGTH && /^[A-Za-z0-9_-]+$/.test(text);
}

/**
 * Checks whether something that is reported can be set.
 *
 * @param topic What is reported.
 * @returns True for actuators.
 */
export function isControlTopic(topic: ReportTopic): topic is ControlTopic {
  return CONTROL_TOPICS.some((control) => control === topic);
}

/**
 * Checks whether a sensor may be reported under its name.
 *
 * @param text The sensor's name.
 * @returns True for a sensor name that is no other topic of a bike.
 */
export function isSensorTopic(text: string): boolean {
  return isSensorName(text) && !RESERVED_NAMES.includes(text);
}
