/**
 * The dashboard of a process: its own connection, the bikes and the server.
 *
 * @module
 */
import { getLogger } from "#lib/base/logger.ts";
import type { BikeWire } from "#lib/bike/remote_bike.ts";
import { DashboardServer } from "#lib/dashboard/dashboard_server.ts";
import { Fleet } from "#lib/dashboard/fleet.ts";
import { MqttJsEndpoint } from "#lib/mqtt/mqtt_js_endpoint.ts";
import { clientId } from "./client_id.ts";
import { isLoopback } from "#lib/base/host_names.ts";
import type { ListenAddress } from "#lib/config/listen_address.ts";
import type { BrokerSettings } from "./broker_settings.ts";

const logger = getLogger("dashboard");

/** How a dashboard is served. */
interface DashboardSettings {
  /** The broker that its bikes are on. */
  readonly broker: BrokerSettings;
  /** Where it listens. */
  readonly listen: ListenAddress;
  /** What everybody has to show; needed where others than this machine reach it. */
  readonly token?: string | undefined;
  /** More names that it is reached under. */
  readonly hostNames?: readonly string[];
}

/** A dashboard that runs. */
export interface RunningDashboard extends AsyncDisposable {
  /** Where the page is. */
  readonly url: string;
  /** Its connection to the broker. */
  readonly endpoint: MqttJsEndpoint;
  /** All bikes on it. */
  readonly fleet: Fleet;
}

/**
 * Serves a dashboard, and begins to connect to its broker.
 *
 * @param wire How bikes are read and commanded.
 * @returns The dashboard, and when it was connected for the first time.
 * @throws {ConfigError} If others than this machine would reach it without a token.
 * @throws {ConnectionError} If the address cannot be listened on.
 */
export async function serveDashboard(
  settings: DashboardSettings,
  wire: BikeWire,
  signal: AbortSignal,
): Promise<
  { readonly dashboard: RunningDashboard; readonly connected: Promise<void> }
> {
  await using stack = new AsyncDisposableStack();
  const { broker: { broker, connect }, listen, ...access } = settings;
  const endpoint = stack.use(
    new MqttJsEndpoint({ clientId: clientId("dashboard") }),
  );
  const fleet = stack.use(new Fleet({ endpoint, wire }));
  const server = stack.use(
    DashboardServer.listen({ fleet, ...listen, ...access }),
  );
  if (!isLoopback(listen.host)) {
    logger.warn(
      "The dashboard is not encrypted: whoever listens on the way of {url} can read the token",
      { url: server.url },
    );
  }
  const connected = endpoint.connect(broker, {
    ...connect,
    // What was missed is reported again by those who know it.
    sessionExpirySeconds: 0,
    signal,
  });
  const parts = stack.move();
  return {
    dashboard: {
      url: server.url,
      endpoint,
      fleet,
      [Symbol.asyncDispose]: () => parts.disposeAsync(),
    },
    connected,
  };
}
