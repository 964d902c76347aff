/**
 * What runs beside a bike, and takes other settings while it does.
 *
 * @module
 */
import type { Config } from "#lib/config/schema.ts";
import type { BikeAdapters } from "./bike_adapters.ts";
import { riderOf } from "./bike_settings.ts";
import type { MemoryFiles } from "./device_memory.ts";
import { monitorBike } from "./monitor.ts";
import type { LiveParts } from "./reload.ts";
import { Replaceable } from "./replaceable.ts";
import type { RunningBike } from "./run_bike.ts";
import { serveRide } from "./serve_ride.ts";
import type { World } from "./world.ts";

/** What the parts stand on. */
export interface LiveOptions {
  /** What the bike stands in. */
  readonly world: World;
  /** How the bike is shown. */
  readonly adapters: BikeAdapters;
  /** The program's version, for reports. */
  readonly version: string;
  /**
   * Whether OpenTelemetry is used.
   *
   * @default {false}
   */
  readonly telemetry?: boolean;
  /**
   * Where rides and the place in a workout are kept.
   *
   * @default nothing is kept
   */
  readonly state?: MemoryFiles;
  /** Changes what is logged. */
  readonly setLog?: (config: Config) => Promise<void>;
}

/** What the parts are started with. */
interface LiveContext {
  /** What is configured. */
  readonly config: Config;
  readonly options: LiveOptions;
  /** Where the dashboard is; undefined where there is none. */
  readonly url: string | undefined;
}

/**
 * Monitors a bike and serves its ride.
 *
 * @param stack Ends it.
 * @returns What takes new settings, by the groups that it takes.
 */
export async function startLiveParts(
  running: RunningBike,
  { config, options, url }: LiveContext,
  stack: AsyncDisposableStack,
): Promise<LiveParts> {
  const { adapters, state, world: { clock, isImitated = false } } = options;
  const monitor = stack.use(monitorOf(running, options));
  await monitor.set(config);
  const serving = { config, adapters, state, isImitated, clock };
  const ride = stack.use(await serveRide(running, serving));
  return {
    // The one that may fail comes first, when nothing has changed yet.
    "health metrics": (next) => monitor.set(next),
    log: async (next) => await options.setLog?.(next),
    homeAssistant: (next) => running.showHome(homeOf(next, options, url)),
    async rider(next) {
      ride.setRider(next.rider);
      await running.showRider(riderOf(next));
    },
    rides: (next) => ride.set("rides", next),
    loops: (next) => ride.set("loops", next),
    gears: (next) => ride.set("gears", next),
  };
}

/** How the bike is shown in Home Assistant. */
export function homeOf(
  { homeAssistant: { enabled: isEnabled, prefix } }: Config,
  { version }: LiveOptions,
  url: string | undefined,
) {
  return { isEnabled, prefix, version, url };
}

/** Monitors the bike, in a way that can be changed while it runs. */
function monitorOf(
  running: RunningBike,
  { adapters, telemetry = false, version }: LiveOptions,
): Replaceable<Config> {
  return new Replaceable(({ bike, health, metrics }) =>
    monitorBike(running, {
      bikeId: bike.id,
      healthTopic: adapters.names(bike.id).health,
      healthIntervalMs: health.intervalMs,
      metrics: metrics.listen,
      version,
      telemetry,
    })
  );
}
