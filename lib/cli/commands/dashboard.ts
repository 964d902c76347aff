/**
 * `smartbike dashboard`: a live page of all bikes on a broker.
 *
 * @module
 */
import { orAborted, untilAborted } from "#lib/base/deadline.ts";
import type {
  CliContext,
  CommandDefinition,
  CommandInput,
} from "../command.ts";
import { serveDashboard } from "../bike/serve_dashboard.ts";
import { untilInterrupted } from "../interrupt.ts";
import { BROKER_OPTIONS, resolveBroker } from "../options/broker_options.ts";
import { parseListenAddress } from "../options/listen_address.ts";
import { readSecret } from "../options/option_files.ts";
import { untilRefused } from "../refusal.ts";

/** Port where nobody says. */
export const DASHBOARD_PORT = 8080;

/** Variable of the environment that holds the token. */
export const TOKEN_VARIABLE = "SMARTBIKE_DASHBOARD_TOKEN";

/** `smartbike dashboard`. */
export const dashboardCommand: CommandDefinition = {
  name: "dashboard",
  summary: "show all bikes on a broker as a live page until interrupted",
  options: [
    {
      flags: "--listen <address>",
      description:
        `host:port, host or port to listen on; port 0 takes a free one (default: 127.0.0.1:${DASHBOARD_PORT})`,
    },
    {
      flags: "--token-file <file>",
      description:
        `file that holds the token that everybody has to show; needed where others than this machine reach the page (default: ${TOKEN_VARIABLE})`,
    },
    {
      flags: "--host-name <name>",
      description:
        "name that the page is reached under, besides its addresses; may be given several times",
      isRepeatable: true,
    },
    ...BROKER_OPTIONS,
  ],
  details:
    `Shows the numbers of each bike, the ride so far and the devices, and sets what
can be set, within the limits of the bike. One process for all bikes of a
broker; any number of pages. The page needs nothing from the internet. Its API
stands at /api/openapi.json.`,
  examples: [
    "dashboard --broker 127.0.0.1:1883",
    "dashboard --listen 0.0.0.0:8080 --token-file token.txt --host-name bike.local",
  ],
  permissions: ["net"],
  run,
};

async function run(input: CommandInput, context: CliContext): Promise<void> {
  const { options } = input;
  const { bikeAdapters, io, output } = context;
  const listen = parseListenAddress(options.text("listen"), {
    port: DASHBOARD_PORT,
  });
  const broker = await resolveBroker(options, context);
  const tokenFile = options.text("token-file");
  const token = tokenFile === undefined
    ? io.env(TOKEN_VARIABLE)
    : await readSecret(io, "--token-file", tokenFile);
  await untilInterrupted(io, async (interrupted) => {
    const { signal, watch, throwIfRefused } = untilRefused(interrupted);
    const { dashboard, connected } = await serveDashboard(
      { broker, listen, token, hostNames: options.texts("host-name") },
      bikeAdapters.wire,
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
