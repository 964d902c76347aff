/**
 * What `smartbike start` and `smartbike driver` have in common: they run a bike
 * until they are interrupted.
 *
 * @module
 */
import { stateFolder } from "#lib/app/device_memory.ts";
import { runApp, type RunningApp } from "#lib/app/run_app.ts";
import { SmartbikeError } from "#lib/base/errors.ts";
import { getLogger, type LogSettings } from "#lib/base/logger.ts";
import type { Configuration } from "#lib/config/configuration.ts";
import { type Config, SETTINGS } from "#lib/config/schema.ts";
import { settingOptions } from "#lib/config/setting_option.ts";
import { formatMistake } from "#lib/config/source.ts";
import type { CliContext, CommandInput, OptionDefinition } from "../command.ts";
import { untilInterrupted } from "../interrupt.ts";
import type { CliIo } from "../io.ts";
import { logFormatFor } from "../log_format.ts";
import {
  CONFIG_OPTIONS,
  DRIVER_OPTION,
  type LoadedConfig,
} from "../options/config_options.ts";
import {
  openWorld,
  WORLD_OPTIONS,
  type WorldRequest,
} from "../options/world_options.ts";
import { type ReloadReport, serveReload } from "../reload_socket.ts";
import { ServiceManager } from "../systemd/service_manager.ts";

const logger = getLogger("config");

/** The settings that a bike is run with, as options. */
export const BIKE_SETTING_OPTIONS: readonly OptionDefinition[] = settingOptions(
  SETTINGS.bluetooth,
  SETTINGS.metrics,
  SETTINGS.bike,
  SETTINGS.topics,
  SETTINGS.homeAssistant,
  SETTINGS.rider,
  SETTINGS.rides,
  SETTINGS.loops,
  SETTINGS.gears,
  SETTINGS.broker,
);

/** The options of a command that runs a bike. */
export const BIKE_PROGRAM_OPTIONS: readonly OptionDefinition[] = [
  ...CONFIG_OPTIONS,
  DRIVER_OPTION,
  ...WORLD_OPTIONS,
  ...BIKE_SETTING_OPTIONS,
];

/** What a bike is run with. */
interface BikeProgram {
  /** What is configured, without mistakes. */
  readonly configuration: Configuration;
  /** The configuration, as it was read. */
  readonly loaded: LoadedConfig;
  /** What it stands in. */
  readonly request: WorldRequest;
  /**
   * Reads the configuration again.
   *
   * @returns The configuration, with what is wrong with it.
   */
  load(): Promise<LoadedConfig>;
}

/**
 * Runs a bike until the program is interrupted.
 *
 * @param program What it is run with.
 * @param context What the command works with.
 */
export async function runBikeProgram(
  program: BikeProgram,
  input: CommandInput,
  context: CliContext,
): Promise<void> {
  const { io, log, version } = context;
  const adapters = await context.bikeAdapters();
  const interfaces = await context.interfaces();
  const { configuration, loaded: { secrets }, request } = program;
  const { config } = configuration;
  await log.set(logSettingsOf(config, io));
  await using manager = new ServiceManager({ env: (name) => io.env(name) });
  await using world = await openWorld(
    request,
    input,
    context,
    config.bluetooth.powerOn,
  );
  const setLog = (config: Config) => log.set(logSettingsOf(config, io));
  await untilInterrupted(io, async (interrupted) => {
    interrupted.addEventListener("abort", () => manager.stopping());
    try {
      await runApp({
        configuration,
        world,
        adapters,
        interfaces: interfaces.map(({ descriptor }) => descriptor),
        secrets,
        state: io,
        version,
        telemetry: io.env("OTEL_DENO") === "true",
        setLog,
        onStarted: (app) => listen(app, program, io, manager),
        onReady: (app) => announce(app, config, context),
      }, interrupted);
    } catch (error) {
      if (!world.ended.aborted) throw error;
    }
  });
}

function logSettingsOf({ log }: Config, io: CliIo): LogSettings {
  return { level: log.level, format: logFormatFor(log.format, io) };
}

function announce(
  { running: { host, endpoint } }: RunningApp,
  { bike }: Config,
  { output }: CliContext,
): void {
  const names = host.statuses.map(({ id }) => id).join(", ") ||
    "no devices, as none are named";
  output.line(
    `Bike ${bike.id} on ${endpoint.brokerUrl} (MQTT ${endpoint.protocolVersion}): ${names}`,
  );
}

/** Reloads the configuration when asked to, and reports to the service manager. */
function listen(
  app: RunningApp,
  program: BikeProgram,
  io: CliIo,
  manager: ServiceManager,
): AsyncDisposable {
  const stack = new AsyncDisposableStack();
  let reloading: Promise<unknown> = Promise.resolve();
  const reloadNext = () => {
    const report = reloading.then(() => reload(app, program, manager));
    reloading = report;
    return report;
  };
  stack.defer(async () => void await reloading);
  stack.use(io.onReload(() => void reloadNext()));
  const folder = stateFolder(io);
  if (folder !== undefined) {
    const { id } = program.configuration.config.bike;
    const socket = serveReload(folder, id, reloadNext);
    stack.defer(async () => await (await socket)[Symbol.asyncDispose]());
  }
  const end = new AbortController();
  stack.defer(() => end.abort());
  reportState(app, manager, end.signal);
  return stack;
}

/** The bike has started, whether there is a broker or not. */
function reportState(
  { running: { endpoint } }: RunningApp,
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
async function reload(
  app: RunningApp,
  program: BikeProgram,
  manager: ServiceManager,
): Promise<ReloadReport> {
  manager.reloading();
  const refused = (...mistakes: readonly string[]): ReloadReport => ({
    file: program.loaded.file ?? "",
    changed: [],
    afterRestart: [],
    mistakes,
  });
  try {
    const { configuration, mistakes, file } = await program.load();
    if (file === undefined) {
      logger.error("The configuration is gone; the old settings stay");
      return refused("there is no configuration file");
    }
    for (const mistake of mistakes) {
      logger.error("{text}", { text: formatMistake(mistake), ...mistake });
    }
    if (mistakes.length > 0) {
      logger.error("{file} cannot be used; the old settings stay", { file });
      return refused(...mistakes.map(formatMistake));
    }
    const { changed, afterRestart } = await app.reload(configuration);
    logger.info("Reloaded {file}; changed: {changed}", {
      file,
      changed: changed.length > 0 ? changed : "nothing",
    });
    if (afterRestart.length > 0) {
      logger.warn("A restart is needed for {settings}", {
        settings: afterRestart,
      });
    }
    return { file, changed, afterRestart, mistakes: [] };
  } catch (error) {
    if (!(error instanceof SmartbikeError)) throw error;
    logger.error("{error}; the old settings stay", { error });
    return refused(error.message);
  } finally {
    manager.ready();
  }
}
