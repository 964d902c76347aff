/**
 * `smartbike status`: whether a bike and its devices are there.
 *
 * @module
 */
import type { Settings } from "#lib/config/settings.ts";
import { orAborted, within } from "#lib/base/deadline.ts";
import { ConfigError, DeviceError } from "#lib/base/errors.ts";
import { withPort } from "#lib/mqtt/broker_address.ts";
import { MqttJsEndpoint } from "#lib/mqtt/mqtt_js_endpoint.ts";
import { BIKE_OPTIONS } from "../options/bike_options.ts";
import { parseListenAddress } from "../options/listen_address.ts";
import { BROKER_OPTIONS } from "../options/broker_options.ts";
import { type BikeStatus, BikeStatusReader } from "../bike/bike_status.ts";
import { clientId } from "../client_id.ts";
import type {
  CliContext,
  CommandDefinition,
  CommandInput,
} from "../command.ts";
import {
  CONFIG_OPTIONS,
  loadConfig,
  requireSound,
} from "../options/config_options.ts";
import {
  brokerSettingsOf,
  embeddedAccountOf,
  SecretReader,
} from "../bike/configured_broker.ts";
import { parseDuration } from "../options/duration.ts";
import type { CliIo } from "../io.ts";
import {
  describeService,
  readServiceStatus,
  type ServiceStatus,
} from "../systemd/service_status.ts";
import { formatStatus } from "../bike/status_table.ts";

/** How long the broker is tried, in milliseconds. */
const CONNECT_TIMEOUT_MS = 10_000;

/** How long the broker's stored messages are waited for, in milliseconds. */
const DEFAULT_TIMEOUT_MS = 3000;

/** `smartbike status`. */
export const statusCommand: CommandDefinition = {
  name: "status",
  summary: "show whether the service, a bike and its devices are there",
  options: [
    { flags: "--json", description: "print one JSON value" },
    {
      flags: "--timeout <time>",
      description:
        "longest time to wait for what the broker has stored (default: 3s)",
    },
    ...CONFIG_OPTIONS,
    ...BIKE_OPTIONS.filter(({ flags }) => flags.startsWith("--bike")),
    ...BROKER_OPTIONS,
  ],
  details:
    `Reads what the bike has told the broker: that it is there, how the program
that runs it is, and its devices. Ends with 1 if the bike or a device that it
is configured with is not there. The broker and the id of the bike are those of
the configuration, where there is one. Where the service is installed on this
machine, systemd is asked for its state first; its log is read with
  journalctl -u smartbike`,
  examples: [
    "status --broker 127.0.0.1:1883 --bike 000001",
    "status --json",
  ],
  permissions: ["net", "write", "run"],
  run,
};

async function run(input: CommandInput, context: CliContext): Promise<void> {
  const { output, io } = context;
  const { options } = input;
  const service = await installedService(io);
  if (service && !options.flag("json")) {
    for (const line of describeService(service)) output.line(line);
  }
  const loaded = await loadConfig(input, context);
  const { settings, devices } = requireSound(loaded, context);
  const bikeId = settings.text("bike.id") ?? "";
  const timeout = options.text("timeout");
  const timeoutMs = timeout === undefined
    ? DEFAULT_TIMEOUT_MS
    : parseDuration(timeout, "--timeout");
  const secrets = new SecretReader(settings, loaded.environment, context);
  const broker = await brokerSettingsOf(
    settings,
    secrets,
    await embeddedBroker(settings, secrets),
  );
  await using endpoint = new MqttJsEndpoint({ clientId: clientId("status") });
  await within(
    "connect",
    { timeoutMs: CONNECT_TIMEOUT_MS },
    (signal) =>
      endpoint.connect(broker.broker, {
        ...broker.connect,
        retry: false,
        sessionExpirySeconds: 0,
        signal,
      }),
  );
  const configured = devices.map(({ id }) => id);
  const names = context.bikeAdapters.names(bikeId);
  const reader = new BikeStatusReader(endpoint, names, configured);
  await orAborted(reader.complete, AbortSignal.timeout(timeoutMs))
    .catch((error) => {
      if (!(error instanceof DOMException)) throw error;
    });
  const status = reader.status(bikeId);
  const all = { ...status, ...(service && { service }) };
  if (options.flag("json")) output.line(JSON.stringify(all));
  else for (const line of formatStatus(status)) output.line(line);
  requireOnline(status);
}

/** The service of this machine; undefined where systemd knows none, or cannot be asked. */
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

/** The broker of the bike's own program, as others on this machine reach it. */
async function embeddedBroker(
  settings: Settings,
  secrets: SecretReader,
): Promise<Parameters<typeof brokerSettingsOf>[2]> {
  const listen = settings.text("embeddedBroker.listen");
  if (listen === undefined) return undefined;
  const { host, port } = parseListenAddress(listen);
  const account = await embeddedAccountOf(settings, secrets);
  const url = withPort(host, port);
  return { url, ...(account && { account }) };
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
