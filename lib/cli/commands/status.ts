/**
 * `smartbike status`: whether a bike and its devices are there.
 *
 * @module
 */
import type { BikeAdapters } from "#lib/app/bike_adapters.ts";
import {
  type BikeStatus,
  BikeStatusReader,
  findBikes,
} from "#lib/app/bike_status.ts";
import type { BrokerSettings } from "#lib/app/broker_settings.ts";
import { clientId } from "#lib/app/client_id.ts";
import { orAborted, within } from "#lib/base/deadline.ts";
import { ConfigError, DeviceError } from "#lib/base/errors.ts";
import { SETTINGS } from "#lib/config/schema.ts";
import { settingOptions } from "#lib/config/setting_option.ts";
import { MqttJsEndpoint } from "#lib/mqtt/mqtt_js_endpoint.ts";
import type {
  CliContext,
  CommandBody,
  CommandInput,
  OptionValues,
} from "../command.ts";
import {
  CONFIG_OPTIONS,
  loadConfig,
  requireBroker,
  requireSound,
} from "../options/config_options.ts";
import { parseDuration } from "../options/duration.ts";
import type { CliIo } from "../io.ts";
import {
  describeService,
  readServiceStatus,
  type ServiceStatus,
} from "../systemd/service_status.ts";
import { formatStatus } from "./status_table.ts";

/** How long the broker is tried, in milliseconds. */
const CONNECT_TIMEOUT_MS = 10_000;

/** How long the broker's stored messages are waited for, in milliseconds. */
const DEFAULT_TIMEOUT_MS = 3000;

/** `smartbike status`. */
export const statusCommand: CommandBody = {
  options: [
    { flags: "--all", description: "show all bikes on the broker" },
    { flags: "--json", description: "print one JSON value a bike" },
    {
      flags: "--timeout <time>",
      description:
        "longest time to wait for what the broker has stored (default: 3s)",
    },
    ...CONFIG_OPTIONS,
    ...settingOptions(SETTINGS.bike.members.id, SETTINGS.broker),
  ],
  details:
    `Reads what the bike has published: that it is online, how the program that runs
it is, and its devices. Ends with 1 if the bike or a device that it is
configured with is offline. Where the service is installed on this machine, its
state in systemd is shown first; its log is read with
  journalctl -u smartbike`,
  permissions: ["net", "write", "run"],
  run,
};

async function run(input: CommandInput, context: CliContext): Promise<void> {
  const { output, io } = context;
  const { options } = input;
  const isJson = options.flag("json");
  const service = await installedService(io);
  if (service && !isJson) {
    for (const line of describeService(service)) output.line(line);
  }
  const loaded = await loadConfig(input, context);
  const { config, devices } = requireSound(loaded, context);
  const timeoutMs = parseTimeout(options);
  const broker = await requireBroker(loaded, context);
  const adapters = await context.bikeAdapters();
  await using endpoint = await connect(broker);
  const configured = devices.map(({ id }) => id);
  const statuses = options.flag("all")
    ? await readAll(endpoint, adapters, timeoutMs)
    : [
      await read(endpoint, adapters, timeoutMs, {
        bikeId: config.bike.id,
        configured,
      }),
    ];
  for (const status of statuses) {
    const all = { ...status, ...(service && { service }) };
    if (isJson) output.line(JSON.stringify(all));
    else for (const line of formatStatus(status)) output.line(line);
  }
  if (statuses.length === 0) {
    output.note(
      `no bike was found on ${broker.broker}; on a broker that stores nothing for wildcards, as RabbitMQ, name the bike with --bike`,
    );
  }
  for (const status of statuses) requireOnline(status);
}

function parseTimeout(options: OptionValues): number {
  const timeout = options.text("timeout");
  return timeout === undefined
    ? DEFAULT_TIMEOUT_MS
    : parseDuration(timeout, "--timeout");
}

async function connect(
  { broker, connect }: BrokerSettings,
): Promise<MqttJsEndpoint> {
  const endpoint = new MqttJsEndpoint({ clientId: clientId("status") });
  const options = { ...connect, retry: false, sessionExpirySeconds: 0 };
  const timeoutMs = CONNECT_TIMEOUT_MS;
  try {
    await within(
      "connect",
      { timeoutMs },
      (signal) => endpoint.connect(broker, { ...options, signal }),
    );
    return endpoint;
  } catch (error) {
    await endpoint.close();
    throw error;
  }
}

/** Which bike is meant, and which devices it must have. */
interface WantedBike {
  readonly bikeId: string;
  readonly configured: readonly string[];
}

async function read(
  endpoint: MqttJsEndpoint,
  adapters: BikeAdapters,
  timeoutMs: number,
  { bikeId, configured }: WantedBike,
): Promise<BikeStatus> {
  const names = adapters.names(bikeId);
  using reader = new BikeStatusReader(endpoint, names, configured);
  await orAborted(reader.complete, AbortSignal.timeout(timeoutMs))
    .catch((error) => {
      if (!(error instanceof DOMException)) throw error;
    });
  return reader.status(bikeId);
}

async function readAll(
  endpoint: MqttJsEndpoint,
  adapters: BikeAdapters,
  timeoutMs: number,
): Promise<readonly BikeStatus[]> {
  const ids = await findBikes(endpoint, adapters.wire);
  return await Promise.all(
    ids.map((bikeId) =>
      read(endpoint, adapters, timeoutMs, { bikeId, configured: [] })
    ),
  );
}

/** The service of this machine; undefined where none is installed, or there is no systemd. */
async function installedService(
  io: CliIo,
): Promise<ServiceStatus | undefined> {
  try {
    const status = await readServiceStatus(io);
    return status.isInstalled ? status : undefined;
  } catch (error) {
    if (error instanceof ConfigError) return undefined;
    throw error;
  }
}

function requireOnline({ bike, state, devices }: BikeStatus): void {
  if (state !== "online") {
    throw new DeviceError(
      `Cannot reach bike "${bike}": it is ${state}, expected online`,
      bike,
      "disconnected",
    );
  }
  const lost = devices.filter(({ state }) => state !== "online")
    .map(({ id }) => id);
  const [first] = lost;
  if (first === undefined) return;
  throw new DeviceError(
    `Cannot reach all devices of bike "${bike}": ${
      lost.join(", ")
    } offline, expected all online`,
    first,
    "disconnected",
  );
}
