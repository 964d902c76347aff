/**
 * A bike on its topics, and somebody who reads them.
 *
 * @module
 */
import { offlineWill } from "#adapters/bike_topics/availability.ts";
import type { BikeTopicsOptions } from "#adapters/bike_topics/context.ts";
import {
  type BikeOnTopics,
  serveBikeTopics,
} from "#adapters/bike_topics/serve.ts";
import { Bike, type BikeOptions } from "#lib/bike/bike.ts";
import type { BikeDevice } from "#lib/bike/device.ts";
import type { ConnectOptions, MqttEndpoint } from "#lib/mqtt/endpoint.ts";
import { FakeActuator } from "../../fakes/fake_actuator.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";
import type { ContractContext } from "../../lib/mqtt/contract.ts";
import { settled } from "../../support/inbox.ts";
import { within } from "../../support/within.ts";
import { TopicLog } from "./topic_log.ts";

/** How a ride differs from the usual one. */
export interface RideOptions extends Partial<BikeTopicsOptions> {
  /** The bike. */
  readonly bike?: BikeOptions;
  /** Its connection. */
  readonly connect?: ConnectOptions & { readonly url?: string };
  /** Whether the link is judged by the bike's own time, too. */
  readonly hasLinkClock?: boolean;
}

/** The id of the bike on every ride. */
const BIKE_ID = "000001";

/** A bike with a trainer and a fan, on its topics, and somebody who reads them. */
export class Ride implements AsyncDisposable {
  /** The time of the bike and of its topics. */
  readonly clock: FakeClock;
  /** The bike. */
  readonly bike: Bike;
  /** The bike's connection. */
  readonly endpoint: MqttEndpoint;
  /** The bike on its topics. */
  readonly shown: BikeOnTopics;
  /** The connection of who reads and commands. */
  readonly app: MqttEndpoint;
  /** What it has read below the bike's id, and on `Turn/…`. */
  readonly log = new TopicLog();
  /** A device with incline and resistance. */
  readonly trainer: BikeDevice;
  /** A device with a fan. */
  readonly fan: BikeDevice;
  /** The trainer's incline. */
  readonly incline: FakeActuator<number> = new FakeActuator();
  /** The trainer's resistance. */
  readonly resistance: FakeActuator<number> = new FakeActuator();
  /** The fan's speed. */
  readonly fanSpeed: FakeActuator<number> = new FakeActuator();

  private constructor(
    endpoint: MqttEndpoint,
    app: MqttEndpoint,
    options: RideOptions,
  ) {
    const { bike, connect: _, hasLinkClock, ...topics } = options;
    this.clock = new FakeClock();
    this.bike = new Bike({ clock: this.clock, ...bike });
    this.trainer = this.bike.source("kickr");
    this.trainer.actuator("inclinePercent", this.incline.carryOut);
    this.trainer.actuator("resistancePercent", this.resistance.carryOut);
    this.fan = this.bike.source("headwind");
    this.fan.actuator("fanPercent", this.fanSpeed.carryOut);
    this.endpoint = endpoint;
    this.app = app;
    const { clock } = this;
    const link = hasLinkClock ? { linkClock: clock } : {};
    const chosen = { bikeId: BIKE_ID, clock, ...link, ...topics };
    this.shown = serveBikeTopics(this.bike, endpoint, chosen);
  }

  /**
   * Starts a ride; everything that it says of itself at first is in the log,
   * and counts as read.
   *
   * @param context A broker, and connections to it.
   * @param options How it differs.
   * @returns The ride.
   */
  static async start(
    { broker, connected, create, version }: ContractContext,
    options: RideOptions = {},
  ): Promise<Ride> {
    const app = await connected();
    const endpoint = create({ clientId: "bike" });
    const ride = new Ride(endpoint, app, options);
    for (const filter of [`bike/${BIKE_ID}/#`, "Turn/#"]) {
      await app.subscribe(filter, ride.log.handler).ready;
    }
    const { url = broker.url, ...connect } = options.connect ?? {};
    if (!endpoint.connected) {
      await endpoint.connect(url, {
        protocolVersion: version,
        will: offlineWill({ bikeId: BIKE_ID }),
        ...connect,
      });
    }
    await within("the bike", ride.shown.ready);
    await ride.settle();
    ride.log.readAll();
    return ride;
  }

  /**
   * Waits for the next message of a topic.
   *
   * @param topic The topic, below the bike.
   * @returns Its payload as text.
   */
  next(topic: string): Promise<string> {
    return this.log.next(`bike/${BIKE_ID}/${topic}`);
  }

  /**
   * Waits for the next message of a topic.
   *
   * @param topic The topic, below the bike.
   * @returns Its payload as JSON.
   */
  async nextJson(topic: string): Promise<Record<string, unknown>> {
    return JSON.parse(await this.next(topic));
  }

  /**
   * Waits until all that the bike has published has been read.
   *
   * @returns What was not read yet, as topics below the bike and payloads.
   */
  async rest(): Promise<readonly (readonly [topic: string, text: string])[]> {
    await this.settle();
    return this.log.readAll().map(({ topic, text }) =>
      [topic.replace(`bike/${BIKE_ID}/`, ""), text] as const
    );
  }

  /** Waits until all that the bike has published has come; what waited for its turn too. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 3; turn++) {
      await within("a barrier", settled(this.app, this.endpoint));
    }
  }

  /**
   * Sends a command.
   *
   * @param topic The topic, below the bike.
   * @param payload The command.
   */
  async send(topic: string, payload: string | Uint8Array): Promise<void> {
    await this.app.publish(`bike/${BIKE_ID}/${topic}`, payload);
  }

  /** Ends the bike and its topics. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.shown[Symbol.asyncDispose]();
    this.bike.close();
  }
}

/**
 * What stands in each report.
 *
 * @param value The value.
 * @param unitName Its unit.
 * @param timeMs When it was measured.
 * @param more More metadata, as JSON.
 * @returns The payload.
 */
export function reportText(
  value: string,
  unitName: string,
  timeMs: number,
  more = "",
): string {
  const seconds = `${timeMs / 1000}`;
  const timestamp = seconds.includes(".") ? seconds : `${seconds}.0`;
  return `{"value": ${value}, "unitName": "${unitName}", "timestamp": ${timestamp}, "metadata": {"deviceName": "bike000001"${more}}}`;
}
