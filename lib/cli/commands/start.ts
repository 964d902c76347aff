/**
 * `smartbike start`: runs all that the configuration names.
 *
 * @module
 */
import type { Configuration } from "#lib/config/configuration.ts";
import { formatMistake } from "#lib/config/setting.ts";
import type { Settings } from "#lib/config/settings.ts";
import { ConfigError, SmartbikeError, UsageError } from "#lib/base/errors.ts";
import { getLogger } from "#lib/base/logger.ts";
import type { BrokerAccount } from "#lib/broker/embedded_broker.ts";
import { attendBike, attendOptionsOf } from "../bike/attend_bike.ts";
import { BIKE_OPTIONS } from "../options/bike_options.ts";
import { listenBroker } from "./broker.ts";
import { parseListenAddress } from "../options/listen_address.ts";
import { BROKER_OPTIONS } from "../options/broker_options.ts";
import type {
  CliContext,
  CommandDefinition,
  CommandInput,
} from "../command.ts";
import {
  CONFIG_FILE,
  CONFIG_OPTIONS,
  loadConfig,
  requireSound,
} from "../options/config_options.ts";
import { bikeSettingsOf } from "../bike/configured_bike.ts";
import {
  brokerSettingsOf,
  embeddedAccountOf,
  SecretReader,
} from "../bike/configured_broker.ts";
import { logSettingsOf } from "../bike/configured_log.ts";
import { anywhere, DRIVER_OPTION } from "../bike/driver_setups.ts";
import { chooseWorld, WORLD_OPTIONS } from "../bike/driver_world.ts";
import { untilInterrupted } from "../interrupt.ts";
import { METRICS_OPTION } from "../options/metrics_option.ts";
import { POWER_ON_OPTION } from "../options/radio_option.ts";
import { Reloader } from "../bike/reload.ts";
import { runBike, type RunningBike } from "../bike/run_bike.ts";
import { ServiceManager } from "../systemd/service_manager.ts";

const logger = getLogger("config");

/** `smartbike start`. */
export const startCommand: CommandDefinition = {
  name: "start",
  summary: "run all that the configuration names until interrupted",
  operands: "[simulated]",
  operandWords: ["simulated"],
  options: [
    ...CONFIG_OPTIONS,
    POWER_ON_OPTION,
    METRICS_OPTION,
    DRIVER_OPTION,
    ...WORLD_OPTIONS,
    ...BIKE_OPTIONS,
    ...BROKER_OPTIONS,
  ],
  details:
    `Runs the embedded broker, the bike and its drivers in one process, as
smartbike.yaml says; "smartbike init" writes one. What the command line says
comes before the environment, then the file, then the defaults.

The signal SIGHUP reads the file again: limits, devices, topics and the log
change at once, and it is said what needs a restart. A file with a mistake
changes nothing. With "simulated" the devices are code, and rides go by
themselves.`,
  examples: [
    "start",
    "start --config /etc/smartbike/smartbike.yaml --metrics 127.0.0.1:9464",
    "start simulated --broker 127.0.0.1:1883",
  ],
  logLevel: "info",
  run,
};

async function run(input: CommandInput, context: CliContext): Promise<void> {
  const { io, log } = context;
  requireOperands(input);
  const loaded = await loadConfig(input, context);
  if (loaded.file === undefined) {
    throw new ConfigError(
      `Cannot start: there is no ${CONFIG_FILE}, write one with "smartbike init" or name one with --config`,
      { option: "--config" },
    );
  }
  const configuration = requireSound(loaded, context);
  const { settings } = configuration;
  await log.set(logSettingsOf(settings, io));
  const secrets = new SecretReader(settings, loaded.environment, context);
  const account = await embeddedAccountOf(settings, secrets);
  await using manager = new ServiceManager({ env: (name) => io.env(name) });
  await using world = await chooseWorld(input, context, {
    powerOn: settings.flag("bluetooth.powerOn"),
  });
  await untilInterrupted(io, async (interrupted) => {
    interrupted.addEventListener("abort", () => manager.stopping());
    await using broker = await startBroker(settings, account);
    const brokerSettings = await brokerSettingsOf(
      settings,
      secrets,
      broker && { url: broker.url, ...(account && { account }) },
    );
    if (settings.flag("broker.tls.insecure")) {
      logger.warn("The broker's certificate is not checked");
    }
    const bike = bikeSettingsOf(configuration, brokerSettings);
    const drivers = world.isImitated
      ? bike.drivers.map(anywhere)
      : bike.drivers;
    await runBike(
      { ...bike, drivers },
      {
        ...world,
        adapters: context.bikeAdapters,
        attend: (running) =>
          attend(running, configuration, { input, context, manager }),
      },
      AbortSignal.any([interrupted, world.ended]),
      (running) => announce(running, settings, context),
    );
  });
}

function requireOperands({ operands }: CommandInput): void {
  const [first, ...rest] = operands;
  const stray = first === undefined || first === "simulated" ? rest[0] : first;
  if (stray === undefined) return;
  throw new UsageError(
    `Cannot start "${stray}": expected nothing, or simulated; devices stand in ${CONFIG_FILE}`,
    stray,
  );
}

async function startBroker(
  settings: Settings,
  account: BrokerAccount | undefined,
) {
  const text = settings.text("embeddedBroker.listen");
  if (text === undefined) return undefined;
  const { host, port } = parseListenAddress(text);
  const broker = await listenBroker({
    host,
    port,
    ...(account && { account }),
  });
  logger.info("Broker listening on {url}", { url: broker.url });
  return broker;
}

function announce(
  { host, endpoint }: RunningBike,
  settings: Settings,
  { output }: CliContext,
): void {
  const names = host.statuses.map(({ id }) => id).join(", ") || "no devices";
  output.line(
    `Bike ${
      settings.text("bike.id")
    } on ${endpoint.brokerUrl} (MQTT ${endpoint.protocolVersion}): ${names}`,
  );
}

/** What the bike was started by. */
interface Starter {
  readonly input: CommandInput;
  readonly context: CliContext;
  readonly manager: ServiceManager;
}

/** Watches over the bike, and hears when its settings are to be read again. */
async function attend(
  running: RunningBike,
  configuration: Configuration,
  starter: Starter,
): Promise<AsyncDisposable> {
  await using stack = new AsyncDisposableStack();
  const { context, manager } = starter;
  const { io, log } = context;
  const { settings } = configuration;
  const options = attendOptionsOf(context, {
    bikeId: settings.text("bike.id") ?? "",
    healthIntervalMs: settings.number("health.intervalMs"),
    metrics: settings.text("metrics.listen"),
  });
  stack.use(await attendBike(running, options));
  const reloader = new Reloader(configuration, { running, log, io });
  let reloading = Promise.resolve();
  const listener = io.onReload(() => {
    reloading = reloading.then(() => reload(reloader, starter));
  });
  stack.defer(() => reloading);
  stack.use(listener);
  const end = new AbortController();
  stack.defer(() => end.abort());
  tellManager(running, manager, end.signal);
  return stack.move();
}

/** The bike has started, whether there is a broker or not. */
function tellManager(
  { endpoint }: RunningBike,
  manager: ServiceManager,
  signal: AbortSignal,
): void {
  const waiting = "waiting for the broker";
  manager.ready(waiting);
  endpoint.onConnected.add(
    () => manager.status(`riding on ${endpoint.brokerUrl}`),
    { signal },
  );
  endpoint.onDisconnected.add(() => manager.status(waiting), { signal });
}

/** Whatever is wrong with new settings, the old ones stay. */
async function reload(reloader: Reloader, starter: Starter): Promise<void> {
  const { input, context, manager } = starter;
  manager.reloading();
  try {
    const { configuration, mistakes, file } = await loadConfig(input, context);
    if (file === undefined) {
      logger.error("The configuration is gone; the old settings stay");
      return;
    }
    for (const mistake of mistakes) {
      logger.error("{text}", { text: formatMistake(mistake), ...mistake });
    }
    if (mistakes.length > 0) {
      logger.error("{file} cannot be used; the old settings stay", { file });
      return;
    }
    const { changed, afterRestart } = await reloader.apply(configuration);
    logger.info("{file} was read again; changed: {changed}", {
      file,
      changed: changed.length > 0 ? changed : "nothing",
    });
    if (afterRestart.length === 0) return;
    logger.warn("A restart is needed for {settings}", {
      settings: afterRestart,
    });
  } catch (error) {
    if (!(error instanceof SmartbikeError)) throw error;
    logger.error("{error}; the old settings stay", { error });
  } finally {
    manager.ready();
  }
}
