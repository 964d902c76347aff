/**
 * A bike with its drivers, shown on a broker.
 *
 * @module
 */
import type { PanelRider } from "#lib/bike/remote_bike.ts";
import { Bike, type BikeOptions } from "#lib/bike/bike.ts";
import { type Clock, systemClock } from "#lib/base/clock.ts";
import { orAborted, untilAborted } from "#lib/base/deadline.ts";
import type { Hardware } from "#lib/driver/driver.ts";
import { DriverHost, type DriverSetup } from "#lib/driver/driver_host.ts";
import {
  NO_MEMORY,
  type PeripheralMemory,
} from "#lib/driver/peripheral_memory.ts";
import { MqttJsEndpoint } from "#lib/mqtt/mqtt_js_endpoint.ts";
import type { ReportBacklog } from "#lib/ride/report_backlog.ts";
import { StoreAndForward } from "#lib/ride/store_and_forward.ts";
import { Service } from "#lib/objectapi/mod.ts";
import type {
  BikeAdapters,
  HomeAssistantSettings,
  ShownBike,
  TopicSettings,
} from "./bike_adapters.ts";
import type { BrokerSettings } from "./broker_settings.ts";
import { unlessTopicRefused, untilRefused } from "./refusal.ts";
import { Replaceable } from "./replaceable.ts";

/** What a bike is made of. */
export interface BikeSettings {
  /** The broker it is shown on. */
  readonly broker: BrokerSettings;
  /** Its id, and how it is shown on its topics. */
  readonly topics: TopicSettings;
  /** Its drivers. */
  readonly drivers: readonly DriverSetup[];
  /** How it behaves: limits, fail-safe, staleness. */
  readonly bike?: BikeOptions;
  /**
   * What is configured of its rider.
   *
   * @default nothing is
   */
  readonly rider?: PanelRider | undefined;
  /**
   * Whether ApiGear clients find it as `smartbike.Bike`.
   *
   * @default {true}
   */
  readonly hasObject?: boolean;
  /**
   * Identity of that object, such as `bike/000001`.
   *
   * @default none, unless another bike on the broker has none either
   */
  readonly objectId?: string | undefined;
  /**
   * How it is shown in Home Assistant.
   *
   * @default it is not
   */
  readonly home?: ShownHome;
}

/** How a bike is shown in Home Assistant, apart from what it has in common with its topics. */
type ShownHome = Omit<HomeAssistantSettings, "bikeId" | "clock">;

/** The world that a bike stands in. */
interface BikeWorld {
  /** How it is shown. */
  readonly adapters: BikeAdapters;
  /** Radios, ports and pins. */
  readonly hardware: Hardware;
  /**
   * Which devices the drivers of a bike had when the program ran before.
   *
   * @default nothing is remembered
   */
  readonly memoryOf?: (bikeId: string) => PeripheralMemory;
  /**
   * Opens what keeps the reports of a bike while the broker is away.
   *
   * @default they are lost
   */
  readonly backlogOf?: (bikeId: string) => ReportBacklog | undefined;
  /**
   * Where all of it gets its time from.
   *
   * @default {systemClock}
   */
  readonly clock?: Clock;
  /**
   * Starts the drivers only when the bike is on the broker, so that nothing of
   * a replay is lost.
   *
   * @default {false}
   */
  readonly waitsForBroker?: boolean;
  /**
   * Called when the bike runs, before it is on the broker.
   *
   * @returns Disposed first when the bike ends.
   */
  readonly onStarted?: (running: RunningBike) => Promise<AsyncDisposable>;
}

/** A bike that runs. */
export interface RunningBike {
  /** The bike. */
  readonly bike: Bike;
  /** Runs its drivers. */
  readonly host: DriverHost;
  /** Its connection to the broker, for its topics. */
  readonly endpoint: MqttJsEndpoint;
  /** Its connection to the broker, for ApiGear clients; undefined where they do not find it. */
  readonly service: Service | undefined;
  /**
   * Shows it on its topics in another way, under the same id.
   *
   * @param topics How it is shown from now on.
   * @returns Resolves when it is no longer shown as before.
   */
  readonly showTopics: (topics: TopicSettings) => Promise<void>;
  /**
   * Shows it in Home Assistant in another way, or not any more.
   *
   * @param home How it is shown from now on.
   * @returns Resolves when it is no longer shown as before.
   */
  readonly showHome: (home: ShownHome) => Promise<void>;
  /**
   * Shows another rider on its panel.
   *
   * @param rider What is configured of the rider.
   */
  readonly showRider: (rider: PanelRider | undefined) => Promise<void>;
}

/**
 * Runs a bike until a signal aborts. Drivers run while the broker is away,
 * too; a broker that refuses the login at first or whose certificate does not
 * hold then ends it.
 *
 * @param settings What it is made of.
 * @param world What it stands in.
 * @param ended Ends it, in order: drivers release their devices, and the bike is published as offline.
 * @param onReady Called once others can use it.
 * @throws {ConfigError} If the id cannot stand in a topic.
 * @throws {ConnectionError} If the broker refuses.
 */
export async function runBike(
  settings: BikeSettings,
  world: BikeWorld,
  ended: AbortSignal,
  onReady: (running: RunningBike) => Promise<void> | void,
): Promise<void> {
  const { clock = systemClock, adapters, hardware, waitsForBroker } = world;
  const { broker: { broker, connect }, hasObject = true } = settings;
  const { signal, watch, connected, throwIfRefused } = untilRefused(ended);
  const { bikeId } = settings.topics;
  const will = adapters.will({ ...settings.topics, clock });
  using bike = new Bike({ ...settings.bike, clock });
  await using endpoint = new MqttJsEndpoint({
    clientId: `smartbike-driver-${bikeId}`,
  });
  await using service = hasObject ? makeService(bikeId) : undefined;
  watch(endpoint.onError);
  if (service) watch(service.onError);
  await using onTopics = viewOnTopics({ bike, endpoint, world, bikeId });
  await onTopics.show(settings.topics);
  await using panel = new Replaceable((rider: PanelRider | undefined) =>
    adapters.panel(bike, endpoint, { bikeId, clock, rider })
  );
  await panel.set(settings.rider);
  const object = settings.objectId;
  await using asObject = service &&
    adapters.object(bike, service, { bikeId, object });
  const memory = world.memoryOf?.(bikeId) ?? NO_MEMORY;
  await using host = new DriverHost({ bike, hardware, clock, memory });
  // Ends before the drivers do, whose devices would be removed there otherwise.
  await using inHome = new Replaceable((home: ShownHome) =>
    adapters.homeAssistant(bike, endpoint, { ...home, bikeId, clock })
  );
  if (settings.home) await inHome.set(settings.home);
  const startDrivers = () => {
    for (const setup of settings.drivers) host.start(setup);
  };
  if (!waitsForBroker) startDrivers();
  const running: RunningBike = {
    bike,
    host,
    endpoint,
    service,
    showTopics: (changed) => onTopics.show(changed),
    showHome: (changed) => inHome.set(changed),
    showRider: (changed) => panel.set(changed),
  };
  await using _started = await world.onStarted?.(running);
  await Promise.all([
    endpoint.connect(broker, { ...connect, will, signal }),
    service?.connect(broker, undefined, { ...connect, signal }),
  ]);
  const parts = [onTopics.ready, asObject?.ready].map(unlessTopicRefused);
  await orAborted(Promise.all(parts), signal);
  connected();
  if (waitsForBroker) startDrivers();
  await onReady(running);
  await untilAborted(signal);
  throwIfRefused();
}

/** A bike on its topics; one way of showing it at a time. */
interface TopicsView extends AsyncDisposable {
  /** Resolves when others can use it for the first time, in whichever way it is shown then. */
  readonly ready: Promise<void>;
  /** Shows it, in place of how it was shown before. */
  show(topics: TopicSettings): Promise<void>;
}

/** The bike on its topics, with what keeps its reports while the broker is away. */
function viewOnTopics(
  { bike, endpoint, world, bikeId }: {
    readonly bike: Bike;
    readonly endpoint: MqttJsEndpoint;
    readonly world: BikeWorld;
    readonly bikeId: string;
  },
): TopicsView {
  const { adapters, clock = systemClock } = world;
  const stack = new AsyncDisposableStack();
  const backlog = world.backlogOf?.(bikeId);
  const history = backlog &&
    stack.use(new StoreAndForward(backlog, endpoint, { clock }));
  const { promise: ready, resolve, reject } = Promise.withResolvers<void>();
  ready.catch(() => {});
  let shown: ShownBike | undefined;
  let count = 0;
  stack.defer(async () => await shown?.[Symbol.asyncDispose]());
  return {
    ready,
    async show(changed) {
      const own = ++count;
      await shown?.[Symbol.asyncDispose]();
      const settings = { ...changed, clock, ...history && { history } };
      shown = adapters.topics(bike, endpoint, settings);
      shown.ready.then(resolve, (error) => {
        if (own === count) reject(error);
      });
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** The names in calls of a bike are short. */
const MAX_CALL_BYTES = 65_536;

/** The same ids after each start, so that the broker has one program of a bike at a time and keeps nothing of earlier ones. */
function makeService(bikeId: string): Service {
  return new Service(`smartbike-object-${bikeId}`, {
    serviceId: `bike-${bikeId}`,
    maxPayloadBytes: MAX_CALL_BYTES,
  });
}
