/**
 * How a bike is shown to the world: what the composition root puts in.
 *
 * @module
 */
import type { Bike } from "#lib/bike/bike.ts";
import type { Clock } from "#lib/base/clock.ts";
import type { MqttEndpoint, Qos, Will } from "#lib/mqtt/endpoint.ts";
import type { BikeWire, PanelRider } from "#lib/bike/remote_bike.ts";
import type { StoreAndForward } from "#lib/ride/store_and_forward.ts";
import type { WorkoutServiceOptions } from "#lib/workout/workout_service.ts";
import type { InterfaceDescriptor, Service } from "#lib/objectapi/mod.ts";
import type { TopicAccess } from "#lib/objectapi/access_topics.ts";

/** How a bike is shown on its topics. */
export interface TopicSettings {
  /** Id of the bike: 1 to 64 ASCII letters, digits, `_` or `-`. */
  readonly bikeId: string;
  /** Which numbers have a decimal point: all with `always`. */
  readonly decimal?: "auto" | "always";
  /** Whether values are published on the older names too; they are unless this is false. */
  readonly aliases?: boolean;
  /** Whether commands on the older names are taken. */
  readonly legacyCommands?: boolean;
  /** Whether buttons are published on `Turn/Left` and `Turn/Right` too. */
  readonly turnTopics?: boolean;
  /** Name of the bike's computer in reports; `bike` and the id if left out. */
  readonly deviceName?: string;
  /** How often values that do not change are repeated; the adapter's defaults where left out. */
  readonly idle?: {
    /** Time between two reports of a value that does not change, in milliseconds. */
    readonly repeatMs?: number;
    /** After so many zeros in a row a value counts as idle. */
    readonly maxZeros?: number;
    /** Time between two reports of an idle value, in milliseconds. */
    readonly idleRepeatMs?: number;
  };
  /** Quality of service of all messages. */
  readonly qos?: Qos;
  /** Where the time comes from. */
  readonly clock?: Clock;
  /** Keeps the reports that are due while the broker is away; they are lost if left out. */
  readonly history?: StoreAndForward;
}

/** How a bike is shown in Home Assistant. */
export interface HomeAssistantSettings {
  /** Id of the bike. */
  readonly bikeId: string;
  /** Whether it is shown. */
  readonly isEnabled: boolean;
  /** Discovery prefix of Home Assistant. */
  readonly prefix: string;
  /** The program's version. */
  readonly version: string;
  /** Where the dashboard is, if there is one. */
  readonly url?: string | undefined;
  /** Where the time comes from. */
  readonly clock?: Clock;
}

/** A bike that is shown somewhere; it ends when disposed. */
export interface ShownBike extends AsyncDisposable {
  /** Resolves when others can use it for the first time. */
  readonly ready: Promise<void>;
}

/** Names of the topics of a bike's state. */
export interface BikeTopicNames {
  /** Whether the bike is there: retained, and the last will. */
  readonly availability: string;
  /** How the program that runs the bike is: retained. */
  readonly health: string;
  /** How the recording of its rides is. */
  readonly ride: string;
  /** What is wrong with the recording of its rides: retained. */
  readonly rideStatus: string;
  /** Whether a device is there: retained. */
  device(device: string): string;
}

/** Topic filters of a bike, by what somebody does with it. */
interface BikeAccess {
  /** Shows the bike and carries out its commands. */
  readonly run: TopicAccess;
  /** Shows it in Home Assistant. */
  readonly home: TopicAccess;
  /** Commands it and reads what it reports. */
  readonly use: TopicAccess;
  /** Reads what it reports. */
  readonly watch: TopicAccess;
}

/** What a topic that a recorder reads carries. */
interface RecordedTopic {
  /** Id of the bike. */
  readonly bike: string;
  /** What is reported: `speed`, `cadence`, `power`, `heartrate`, `incline`, `resistance` or `fan`. */
  readonly topic: string;
  /** `report` stands for the present, `history` for the past, `status` that a value no longer holds. */
  readonly kind: "report" | "history" | "status";
}

/** Names of the topics that a recorder of rides reads. */
export interface RecordedTopics {
  /**
   * What to subscribe to.
   *
   * @param bikeId Id of the bike; of all bikes if left out.
   * @throws {ConfigError} If the id cannot stand in a topic.
   */
  filters(bikeId?: string): readonly string[];
  /**
   * Reads a topic name.
   *
   * @returns What it carries; undefined for another topic.
   */
  parse(name: string): RecordedTopic | undefined;
}

/** How workouts are ridden on a bike. */
interface WorkoutSettings extends WorkoutServiceOptions {
  /** Id of the bike. */
  readonly bikeId: string;
}

/** How virtual gears are shifted. */
interface GearSettings {
  /** Id of the bike. */
  readonly bikeId: string;
  /** Name of the button for a heavier gear. */
  readonly up: string;
  /** Name of the button for a lighter gear. */
  readonly down: string;
  /** Where the time comes from. */
  readonly clock?: Clock;
}

/** Names of the topics of a bike's workouts. */
export interface WorkoutTopicNames {
  /** Where commands are sent to. */
  readonly control: string;
  /** How a workout stands: each second while one is ridden. */
  readonly report: string;
  /** Where a refused command is answered. */
  readonly status: string;
  /** Where shifts of virtual gears are sent to. */
  readonly gearControl: string;
  /** The gear: retained. */
  readonly gearReport: string;
}

/** The ways in which a bike is shown. */
export interface BikeAdapters {
  /**
   * Names of the topics of a bike's state.
   *
   * @throws {ConfigError} If the id cannot stand in a topic.
   */
  names(bikeId: string): BikeTopicNames;
  /** Names of the topics that a recorder of rides reads. */
  readonly recorded: RecordedTopics;
  /**
   * The last will of the connection that shows a bike on its topics.
   *
   * @param settings How it is shown.
   * @throws {ConfigError} If the id cannot stand in a topic.
   */
  will(settings: TopicSettings): Will;
  /**
   * Shows a bike on its topics.
   *
   * @param endpoint The connection, with that will.
   * @param settings How it is shown.
   */
  topics(
    bike: Bike,
    endpoint: MqttEndpoint,
    settings: TopicSettings,
  ): ShownBike;
  /**
   * Shows a bike's panel: its limits, who holds what, and commands with an
   * answer to each.
   *
   * @param settings How it is shown.
   */
  panel(
    bike: Bike,
    endpoint: MqttEndpoint,
    settings: Pick<TopicSettings, "bikeId" | "clock"> & {
      readonly rider?: PanelRider | undefined;
    },
  ): ShownBike;
  /**
   * Shows a bike in Home Assistant, or removes what an earlier run showed there.
   *
   * @param settings How it is shown.
   */
  homeAssistant(
    bike: Bike,
    endpoint: MqttEndpoint,
    settings: HomeAssistantSettings,
  ): ShownBike;
  /**
   * Takes workouts over MQTT and rides them on a bike.
   *
   * @param settings Its id, the rider, and where a run is noted.
   */
  workouts(
    bike: Bike,
    endpoint: MqttEndpoint,
    settings: WorkoutSettings,
  ): ShownBike;
  /**
   * Gives a bike virtual gears, shifted by its buttons and over MQTT.
   *
   * @param settings Its id, and the names of the buttons.
   */
  gears(
    bike: Bike,
    endpoint: MqttEndpoint,
    settings: GearSettings,
  ): ShownBike;
  /**
   * Names of the topics of a bike's workouts.
   *
   * @throws {ConfigError} If the id cannot stand in a topic.
   */
  workoutNames(bikeId: string): WorkoutTopicNames;
  /** How bikes are read and commanded from afar. */
  readonly wire: BikeWire;
  /**
   * Names the topics of a bike by what somebody does with it.
   *
   * @param bikeId Id of the bike; `+` for all bikes.
   */
  access(bikeId: string): BikeAccess;
  /** The interface that ApiGear clients use. */
  readonly descriptor: InterfaceDescriptor;
  /**
   * Shows a bike to ApiGear clients.
   *
   * @param settings Its id, and the identity of the object where one is chosen.
   */
  object(
    bike: Bike,
    service: Service,
    settings: {
      readonly bikeId: string;
      readonly object?: string | undefined;
    },
  ): ShownBike;
}
