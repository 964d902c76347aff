/**
 * What the parts of the adapter stand on.
 *
 * @module
 */
import type { Bike } from "#lib/bike/bike.ts";
import type { ControllerOptions } from "#lib/bike/controller.ts";
import { type Clock, systemClock } from "#lib/base/clock.ts";
import type { MqttEndpoint, Qos } from "#lib/mqtt/endpoint.ts";
import { LinkAge, type LinkAgeOptions } from "#lib/objectapi/link_age.ts";
import type { CommandOptions } from "./command.ts";
import { MAX_COMMAND_AGE_MS } from "./command_guard.ts";
import type { ReportBuffer } from "./history.ts";
import { IDLE, type IdleOptions } from "./idle_rule.ts";
import type { ReportOptions } from "./report.ts";
import {
  BikeTopics,
  type CommandTopicOptions,
  type ReportTopicOptions,
} from "./topics.ts";

/** How a bike is shown on its topics. */
export interface BikeTopicsOptions
  extends
    ReportOptions,
    ReportTopicOptions,
    CommandOptions,
    CommandTopicOptions {
  /** Id of the bike in its topics: 1 to 64 ASCII letters, digits, `_` or `-`, for example `000001`. */
  readonly bikeId: string;
  /**
   * Name of the bike's computer, in the metadata of each report.
   *
   * @default {"bike"} and the id
   */
  readonly deviceName?: string;
  /**
   * Quality of service of all messages, in and out.
   *
   * @default {1}
   */
  readonly qos?: Qos;
  /** How often values that do not change are repeated; parts that are left out are those of {@linkcode IDLE}. */
  readonly idle?: Partial<IdleOptions>;
  /**
   * Keeps the reports that are due while the broker is away.
   *
   * @default they are lost
   */
  readonly history?: ReportBuffer;
  /**
   * Also reports the buttons `LEFT` and `RIGHT` as text on `Turn/Left` and
   * `Turn/Right`, which have no bike id: for one bike a broker.
   *
   * @default {false}
   */
  readonly turnTopics?: boolean;
  /**
   * Id of the controller on the hub, which others see.
   *
   * @default {"topics"}
   */
  readonly controllerId?: string;
  /**
   * How commands are taken.
   *
   * @default the hub's defaults
   */
  readonly controller?: ControllerOptions;
  /**
   * Where the time comes from; the same as the bike's.
   *
   * @default {systemClock}
   */
  readonly clock?: Clock;
  /**
   * Measures how long messages were on their way; the broker lives in the
   * machine's time, whatever the bike lives in.
   *
   * @default {systemClock}
   */
  readonly linkClock?: Clock;
}

/** What the parts of the adapter stand on. */
export interface TopicsContext {
  /** The bike. */
  readonly bike: Bike;
  /** The connection. */
  readonly endpoint: MqttEndpoint;
  /** The names. */
  readonly topics: BikeTopics;
  /** Name of the bike's computer. */
  readonly deviceName: string;
  /** Quality of service of all messages. */
  readonly qos: Qos;
  /** How often values are repeated. */
  readonly idle: IdleOptions;
  /** Where the time comes from. */
  readonly clock: Clock;
  /** How old a command that comes now may be. */
  readonly age: LinkAge;
  /** What the caller chose. */
  readonly options: BikeTopicsOptions;
  /** Aborts when the adapter ends. */
  readonly signal: AbortSignal;
}

/**
 * Completes the caller's choice.
 *
 * @param end Aborts when the adapter ends, and how it asks for an echo.
 * @returns What the parts stand on.
 * @throws {ConfigError} If the id cannot stand in a topic.
 */
export function makeContext(
  bike: Bike,
  endpoint: MqttEndpoint,
  options: BikeTopicsOptions,
  end: Pick<LinkAgeOptions, "signal" | "askForEcho">,
): TopicsContext {
  const { bikeId, qos = 1, clock = systemClock } = options;
  const { linkClock = systemClock } = options;
  const link = { ...end, clock: linkClock, patienceMs: MAX_COMMAND_AGE_MS };
  return {
    bike,
    endpoint,
    topics: new BikeTopics(bikeId),
    deviceName: deviceNameOf(options),
    qos,
    idle: { ...IDLE, ...options.idle },
    clock,
    age: new LinkAge(endpoint, link),
    options,
    signal: end.signal,
  };
}

/**
 * The name of a bike's computer.
 *
 * @param options Its id, and its name where the caller chose one.
 */
export function deviceNameOf(
  { bikeId, deviceName }: Pick<BikeTopicsOptions, "bikeId" | "deviceName">,
): string {
  return deviceName ?? `bike${bikeId}`;
}
