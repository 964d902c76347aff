/**
 * A bike on a broker, and a dashboard that shows it.
 *
 * @module
 */
import { offlineWill } from "#adapters/bike_topics/availability.ts";
import { serveBikeTopics } from "#adapters/bike_topics/serve.ts";
import { serveBikePanel } from "#adapters/bike_panel/serve.ts";
import { bikeWire } from "#adapters/bike_panel/wire.ts";
import { serveWorkouts } from "#adapters/workout_topics/serve.ts";
import { Bike, type BikeOptions } from "#lib/bike/bike.ts";
import type { PanelRider } from "#lib/bike/remote_bike.ts";
import type { BikeDevice } from "#lib/bike/device.ts";
import { DashboardServer } from "#lib/dashboard/dashboard_server.ts";
import { Fleet } from "#lib/dashboard/fleet.ts";
import { MqttJsEndpoint } from "#lib/mqtt/mqtt_js_endpoint.ts";
import { FakeActuator } from "../../fakes/fake_actuator.ts";
import { Mosquitto } from "../../support/mosquitto.ts";
import { within } from "../../support/within.ts";

/** Waits are short, so that tests of reconnecting are quick. */
const QUICK = { backoff: { firstMs: 10, longestMs: 40 } };

/** How a bike differs from the usual one. */
export interface BedBikeOptions {
  /** Id of the bike. */
  readonly bikeId?: string;
  /** How it behaves. */
  readonly bike?: BikeOptions;
  /** Id of its trainer. */
  readonly trainer?: string;
  /** Whether it has a panel; older programs have none. */
  readonly hasPanel?: boolean;
  /** What is configured of its rider. */
  readonly rider?: PanelRider | undefined;
}

/** A bike with a trainer and a fan, on its topics and its panel. */
export class BedBike implements AsyncDisposable {
  /** The bike. */
  readonly bike: Bike;
  /** A device with everything but a fan. */
  readonly trainer: BikeDevice;
  /** The trainer's incline. */
  readonly incline: FakeActuator<number> = new FakeActuator();
  /** The trainer's resistance. */
  readonly resistance: FakeActuator<number> = new FakeActuator();
  /** The trainer's target power. */
  readonly target: FakeActuator<number> = new FakeActuator();
  /** The fan's speed. */
  readonly fan: FakeActuator<number> = new FakeActuator();
  /** Its connection. */
  readonly endpoint: MqttJsEndpoint;
  readonly #stack = new AsyncDisposableStack();

  private constructor(options: BedBikeOptions) {
    const { bikeId = "000001", trainer = "kickr" } = options;
    this.bike = this.#stack.use(new Bike(options.bike));
    this.endpoint = this.#stack.use(
      new MqttJsEndpoint({ clientId: `bike-${bikeId}`, ...QUICK }),
    );
    this.trainer = this.bike.source(trainer);
    this.trainer.actuator("inclinePercent", this.incline.carryOut);
    this.trainer.actuator("resistancePercent", this.resistance.carryOut);
    this.trainer.actuator("targetPowerWatts", this.target.carryOut);
    this.trainer.calibration((instruct) => {
      instruct("Stop pedalling");
      return Promise.resolve({ kind: "zero_offset" });
    });
    this.bike.source("headwind").actuator("fanPercent", this.fan.carryOut);
  }

  /**
   * Puts a bike on a broker.
   *
   * @param broker Its address.
   * @param options How the bike differs.
   * @returns The bike.
   */
  static async ride(
    broker: string,
    options: BedBikeOptions = {},
  ): Promise<BedBike> {
    const bed = new BedBike(options);
    const { bikeId = "000001", hasPanel = true, rider } = options;
    const shown = serveBikeTopics(bed.bike, bed.endpoint, { bikeId });
    bed.#stack.use(shown);
    if (hasPanel) {
      bed.#stack.use(
        serveBikePanel(bed.bike, bed.endpoint, { bikeId, rider }),
      );
    }
    bed.#stack.use(
      serveWorkouts(bed.bike, bed.endpoint, {
        bikeId,
        rider: () => ({ ftpWatts: 200 }),
      }),
    );
    await bed.endpoint.connect(broker, { will: offlineWill({ bikeId }) });
    await within("the bike", shown.ready);
    return bed;
  }

  /** Ends it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }
}

/** A broker, a dashboard, and whoever asks it. */
export class DashboardBed implements AsyncDisposable {
  /** The broker. */
  readonly broker: Mosquitto;
  /** All bikes. */
  readonly fleet: Fleet;
  /** The server. */
  readonly server: DashboardServer;
  readonly #stack: AsyncDisposableStack;

  private constructor(
    broker: Mosquitto,
    parts: { readonly fleet: Fleet; readonly server: DashboardServer },
    stack: AsyncDisposableStack,
  ) {
    this.broker = broker;
    this.fleet = parts.fleet;
    this.server = parts.server;
    this.#stack = stack;
  }

  /**
   * Starts a broker and a dashboard.
   *
   * @param options Its token, its names and its port.
   * @returns Both.
   */
  static async start(
    options: {
      readonly token?: string;
      readonly hostNames?: readonly string[];
      readonly port?: number;
    } = {},
  ): Promise<DashboardBed> {
    await using stack = new AsyncDisposableStack();
    const broker = stack.use(await Mosquitto.start());
    const endpoint = stack.use(
      new MqttJsEndpoint({ clientId: "dashboard", ...QUICK }),
    );
    const fleet = stack.use(new Fleet({ endpoint, wire: bikeWire }));
    const server = stack.use(
      DashboardServer.listen({
        fleet,
        host: "127.0.0.1",
        port: 0,
        ...options,
      }),
    );
    await endpoint.connect(broker.url);
    await within("the fleet", fleet.ready);
    return new DashboardBed(broker, { fleet, server }, stack.move());
  }

  /**
   * Asks the server.
   *
   * @param path Path of the address.
   * @param init The request.
   * @returns The response.
   */
  ask(path: string, init?: RequestInit): Promise<Response> {
    return fetch(new URL(path, this.server.url), init);
  }

  /**
   * Sends JSON to the server.
   *
   * @param path Path of the address.
   * @param body What is sent.
   * @returns Status and answer.
   */
  async post(
    path: string,
    body: unknown = {},
  ): Promise<readonly [status: number, answer: unknown]> {
    const response = await this.ask(path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    return [response.status, await response.json()];
  }

  /**
   * Waits until a bike is as it should be.
   *
   * @param bikeId Its id.
   * @param fits Whether it is.
   * @returns The bike as it is shown.
   */
  async seen(
    bikeId: string,
    fits: (
      bike: NonNullable<ReturnType<Fleet["snapshot"]>>,
    ) => boolean | undefined,
  ): Promise<NonNullable<ReturnType<Fleet["snapshot"]>>> {
    const wait = async () => {
      for (;;) {
        const bike = this.fleet.snapshot(bikeId);
        if (bike && fits(bike)) return bike;
        await this.fleet.onChanged.next();
      }
    };
    return await within(`bike ${bikeId}`, wait());
  }

  /** Ends both. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }
}
