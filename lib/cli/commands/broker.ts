/**
 * `smartbike broker`: the embedded broker by itself.
 *
 * @module
 */
import { accountOf, listenBroker } from "#lib/app/broker_settings.ts";
import { untilAborted } from "#lib/base/deadline.ts";
import { SETTINGS } from "#lib/config/schema.ts";
import { settingOptions } from "#lib/config/setting_option.ts";
import type {
  CliContext,
  CommandDefinition,
  CommandInput,
} from "../command.ts";
import { untilInterrupted } from "../interrupt.ts";
import {
  CONFIG_OPTIONS,
  loadConfig,
  requireSound,
} from "../options/config_options.ts";

/** Where it listens if nobody says. */
const DEFAULT_LISTEN = { host: "127.0.0.1", port: 1883 };

/** `smartbike broker`. */
export const brokerCommand: CommandDefinition = {
  name: "broker",
  summary: "run an MQTT broker (5 and 3.1.1) until interrupted",
  options: [...CONFIG_OPTIONS, ...settingOptions(SETTINGS.embeddedBroker)],
  details:
    `Keeps everything in memory. Prints one line when clients can connect. Address
and account are those of the embedded broker in smartbike.yaml, where there is
one; otherwise it listens on 127.0.0.1:1883, and clients need no account.`,
  examples: [
    "broker --listen 127.0.0.1:1883",
    "broker --listen 0.0.0.0:1883 --username bike --password-file secret.txt",
  ],
  permissions: ["net"],
  run,
};

async function run(input: CommandInput, context: CliContext): Promise<void> {
  const { output, io } = context;
  const loaded = await loadConfig(input, context);
  const configuration = requireSound(loaded, context);
  const { listen = DEFAULT_LISTEN } = configuration.config.embeddedBroker;
  const account = await accountOf(configuration, loaded.secrets);
  await untilInterrupted(io, async (interrupted) => {
    await using broker = await listenBroker(listen, account);
    output.line(`Broker listening on ${broker.url}`);
    await untilAborted(interrupted);
  });
}
