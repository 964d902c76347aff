/**
 * All that a configuration names: the embedded broker, the bike with its
 * devices, and what monitors it.
 *
 * @module
 */
import { SmartbikeError } from "#lib/base/errors.ts";
import { getLogger } from "#lib/base/logger.ts";
import type { Configuration } from "#lib/config/configuration.ts";
import type { ReportBacklog } from "#lib/ride/report_backlog.ts";
import { bikeSettingsOf, withoutPlaces } from "./bike_settings.ts";
import { type BrokerSettings, brokerSettingsOf } from "./broker_settings.ts";
import { homeOf, type LiveOptions, startLiveParts } from "./live_parts.ts";
import { type OwnBrokerTopics, startOwnBroker } from "./own_broker.ts";
import { openReportBacklog } from "./ride_store.ts";
import { isRecorded } from "./serve_ride.ts";
import { Reloader, type ReloadOutcome } from "./reload.ts";
import { runBike, type RunningBike } from "./run_bike.ts";
import { readDashboardToken, type SecretSources } from "./secrets.ts";
import type { RunningDashboard } from "./serve_dashboard.ts";

const logger = getLogger("config");

/** What an application is made of. */
export interface AppOptions extends LiveOptions {
  /** What is configured, without mistakes. */
  readonly configuration: Configuration;
  /**
   * Objects besides the bike that accounts of the embedded broker may serve and call.
   *
   * @default none
   */
  readonly interfaces?: OwnBrokerTopics["interfaces"];
  /** Where secrets are read from. */
  readonly secrets: SecretSources;
  /**
   * Called when the bike runs, before it is on the broker.
   *
   * @returns Disposed when the bike ends.
   */
  readonly onStarted?: (app: RunningApp) => AsyncDisposable;
  /** Called once others can use the bike. */
  readonly onReady?: (app: RunningApp) => void;
}

/** An application that runs. */
export interface RunningApp {
  /** The bike. */
  readonly running: RunningBike;
  /**
   * Applies another configuration while the bike runs.
   *
   * @returns What changed, and what a restart would change.
   */
  reload(configuration: Configuration): Promise<ReloadOutcome>;
}

/**
 * Runs what a configuration names until a signal aborts, or a replayed ride is
 * over. Drivers run while the broker is away, too.
 *
 * @param options What the application is made of.
 * @param ended Ends it, in order: drivers release their devices, and the bike is published as offline.
 * @throws {ConfigError} If a secret or a certificate cannot be read.
 * @throws {ConnectionError} If the broker refuses, or a port to listen on is in use.
 */
export async function runApp(
  options: AppOptions,
  ended: AbortSignal,
): Promise<void> {
  const { world, secrets, adapters, onReady } = options;
  const adapt = (configuration: Configuration) =>
    world.isImitated ? withoutPlaces(configuration) : configuration;
  const configuration = adapt(options.configuration);
  const topics = { adapters, interfaces: options.interfaces ?? [] };
  await using broker = await startOwnBroker(configuration, secrets, topics);
  const brokerSettings = await brokerSettingsOf(configuration, secrets, broker);
  if (configuration.config.broker.tls.insecure) {
    logger.warn("The broker's certificate is not checked");
  }
  await using dashboard = await startDashboard(
    configuration,
    brokerSettings,
    { options, signal: ended },
  );
  let app: RunningApp | undefined;
  await runBike(
    {
      ...bikeSettingsOf(configuration, brokerSettings),
      home: homeOf(configuration.config, options, dashboard?.url),
    },
    {
      ...world,
      adapters,
      backlogOf: (bikeId) => openBacklog(bikeId, options),
      async onStarted(running) {
        await using stack = new AsyncDisposableStack();
        const { config } = configuration;
        const context = { config, options, url: dashboard?.url };
        const parts = await startLiveParts(running, context, stack);
        const reloader = new Reloader(configuration, running, parts);
        app = { running, reload: (next) => reloader.apply(adapt(next)) };
        if (options.onStarted) stack.use(options.onStarted(app));
        return stack.move();
      },
    },
    AbortSignal.any([ended, world.ended]),
    () => {
      if (app) onReady?.(app);
    },
  );
}

/** Opens what keeps reports while the broker is away; a ride goes on without it. */
function openBacklog(
  bikeId: string,
  { configuration, state, world }: AppOptions,
): ReportBacklog | undefined {
  const { maxBytes } = configuration.config.history;
  if (maxBytes === 0 || !state || world.isImitated) return undefined;
  try {
    return openReportBacklog(bikeId, maxBytes, (name) => state.env(name));
  } catch (error) {
    if (!(error instanceof SmartbikeError)) throw error;
    logger.warn("Reports are lost while the broker is away: {message}", {
      message: error.message,
    });
    return undefined;
  }
}

/** Its connection is its own: pages go on while the bike is restarted on its topics. */
async function startDashboard(
  configuration: Configuration,
  broker: BrokerSettings,
  { options, signal }: {
    readonly options: AppOptions;
    readonly signal: AbortSignal;
  },
): Promise<RunningDashboard | undefined> {
  const { listen } = configuration.config.dashboard;
  if (listen === undefined) return undefined;
  const token = await readDashboardToken(configuration, options.secrets);
  // What is not asked for is not even loaded.
  const { serveDashboard } = await import("./serve_dashboard.ts");
  const { dashboard, connected } = await serveDashboard(
    { broker, listen, token },
    options.adapters.wire,
    signal,
  );
  // A broker that refuses ends the bike, whose error says so.
  connected.catch(() => {});
  logger.info("Dashboard on {url}", { url: dashboard.url });
  const { state, world: { clock, isImitated } } = options;
  if (state && isRecorded(configuration.config.rides, { state, isImitated })) {
    const { resumeRide } = await import("./resume_ride.ts");
    await resumeRide(dashboard.fleet, configuration.config, { state, clock });
  }
  return dashboard;
}
