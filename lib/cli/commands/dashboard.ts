/**
 * `smartbike dashboard`: a live page of all bikes on a broker.
 *
 * @module
 */
import { orAborted, untilAborted } from "#lib/base/deadline.ts";
import type { CliContext, CommandBody, CommandInput } from "../command.ts";
import { readDashboardToken } from "#lib/app/secrets.ts";
import { untilRefused } from "#lib/app/refusal.ts";
import { SETTINGS } from "#lib/config/schema.ts";
import { settingOptions } from "#lib/config/setting_option.ts";
import { untilInterrupted } from "../interrupt.ts";
import {
  CONFIG_OPTIONS,
  loadConfig,
  requireBroker,
} from "../options/config_options.ts";

/** Where the page is if nobody says. */
const DEFAULT_LISTEN = { host: "127.0.0.1", port: 8080 };

/** `smartbike dashboard`. */
export const dashboardCommand: CommandBody = {
  options: [
    {
      flags: "--host-name <name>",
      description:
        "name that the page is reached under, besides its addresses; may be given several times",
      isRepeatable: true,
    },
    ...CONFIG_OPTIONS,
    ...settingOptions(SETTINGS.dashboard),
    ...settingOptions(SETTINGS.broker),
  ],
  details:
    `Shows the numbers of each bike, the ride so far and the devices, and sets what
can be set, within the limits of the bike. One process for all bikes of a
broker; any number of pages. The page needs nothing from the internet. Its API
stands at /api/openapi.json.`,
  permissions: ["net"],
  run,
};

async function run(input: CommandInput, context: CliContext): Promise<void> {
  const { options } = input;
  const { io, output } = context;
  const { wire } = await context.bikeAdapters();
  const loaded = await loadConfig(input, context);
  const broker = await requireBroker(loaded, context);
  const { configuration, secrets } = loaded;
  const { listen = DEFAULT_LISTEN } = configuration.config.dashboard;
  const token = await readDashboardToken(configuration, secrets);
  const { serveDashboard } = await import("#lib/app/serve_dashboard.ts");
  await untilInterrupted(io, async (interrupted) => {
    const { signal, watch, throwIfRefused } = untilRefused(interrupted);
    const { dashboard, connected } = await serveDashboard(
      { broker, listen, token, hostNames: options.texts("host-name") },
      wire,
      signal,
    );
    await using _running = dashboard;
    watch(dashboard.endpoint.onError);
    output.line(`Dashboard on ${dashboard.url}`);
    await orAborted(connected, signal);
    await untilAborted(signal);
    throwIfRefused();
  });
}
