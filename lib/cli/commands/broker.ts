/**
 * `smartbike broker`: the embedded broker by itself.
 *
 * @module
 */
import { listenBroker, ownBrokerOptions } from "#lib/app/own_broker.ts";
import { untilAborted } from "#lib/base/deadline.ts";
import { SETTINGS } from "#lib/config/schema.ts";
import { settingOptions } from "#lib/config/setting_option.ts";
import type { CliContext, CommandBody, CommandInput } from "../command.ts";
import { untilInterrupted } from "../interrupt.ts";
import {
  CONFIG_OPTIONS,
  loadConfig,
  requireSound,
} from "../options/config_options.ts";

/** Where it listens by default. */
const DEFAULT_LISTEN = { host: "127.0.0.1", port: 1883 };

/** `smartbike broker`. */
export const brokerCommand: CommandBody = {
  options: [...CONFIG_OPTIONS, ...settingOptions(SETTINGS.embeddedBroker)],
  details:
    `Keeps everything in memory. Prints one line when clients can connect. Address
and accounts are those of the embedded broker in smartbike.yaml, where there is
one; otherwise it listens on 127.0.0.1:1883, and clients need no account. Where
others can reach it, it needs an account, and should have a certificate.`,
  permissions: ["net"],
  run,
};

async function run(input: CommandInput, context: CliContext): Promise<void> {
  const { output, io } = context;
  const loaded = await loadConfig(input, context);
  const configuration = requireSound(loaded, context);
  const interfaces = await context.interfaces();
  const { listen = DEFAULT_LISTEN } = configuration.config.embeddedBroker;
  const brokerOptions = await ownBrokerOptions(configuration, loaded.secrets, {
    adapters: await context.bikeAdapters(),
    interfaces: interfaces.map(({ descriptor }) => descriptor),
  });
  await untilInterrupted(io, async (interrupted) => {
    await using broker = await listenBroker(listen, brokerOptions);
    const { url, webSocketUrl } = broker;
    output.line(
      `Broker listening on ${
        [url, webSocketUrl].filter(Boolean).join(" and ")
      }`,
    );
    await untilAborted(interrupted);
  });
}
