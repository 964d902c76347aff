/**
 * `smartbike broker`: the embedded broker by itself.
 *
 * @module
 */
import { untilAborted } from "#lib/base/deadline.ts";
import { ConfigError, ConnectionError, UsageError } from "#lib/base/errors.ts";
import {
  type BrokerAccount,
  EmbeddedBroker,
  type EmbeddedBrokerOptions,
} from "#lib/broker/embedded_broker.ts";
import type {
  CliContext,
  CommandDefinition,
  CommandInput,
  OptionValues,
} from "../command.ts";
import { untilInterrupted } from "../interrupt.ts";
import {
  DEFAULT_LISTEN,
  isLoopback,
  parseListenAddress,
} from "../options/listen_address.ts";
import { readSecret } from "../options/option_files.ts";

/** `smartbike broker`. */
export const brokerCommand: CommandDefinition = {
  name: "broker",
  summary: "run an MQTT broker (5 and 3.1.1) until interrupted",
  options: [
    {
      flags: "--listen <address>",
      description:
        `host:port, host or port to listen on; port 0 takes a free one (default: ${DEFAULT_LISTEN})`,
    },
    {
      flags: "--username <name>",
      description: "the only account that is let in",
    },
    {
      flags: "--password-file <file>",
      description: "file that holds the account's password",
    },
  ],
  details:
    `Keeps everything in memory. Prints one line when clients can connect.`,
  examples: [
    "broker --listen 127.0.0.1:1883",
    "broker --listen 0.0.0.0:1883 --username bike --password-file secret.txt",
  ],
  permissions: ["net"],
  run,
};

async function run(input: CommandInput, context: CliContext): Promise<void> {
  const { options } = input;
  const { output, io } = context;
  const { host, port } = parseListenAddress(options.text("listen"));
  const account = await readAccount(options, context);
  if (!account && !isLoopback(host)) {
    throw new UsageError(
      `Cannot listen on "${host}": others can reach it and there is no account, give --username and --password-file or a loopback address`,
      "--listen",
    );
  }
  await untilInterrupted(io, async (interrupted) => {
    await using broker = await listenBroker({
      host,
      port,
      ...(account && { account }),
    });
    output.line(`Broker listening on ${broker.url}`);
    await untilAborted(interrupted);
  });
}

async function readAccount(
  options: OptionValues,
  context: CliContext,
): Promise<BrokerAccount | undefined> {
  const username = options.text("username");
  const file = options.text("password-file");
  if (username === undefined && file === undefined) return undefined;
  if (username === undefined || file === undefined) {
    throw new UsageError(
      "Cannot use --username and --password-file alone: one belongs to the other, give both",
      username === undefined ? "--password-file" : "--username",
    );
  }
  const password = await readSecret(context.io, "--password-file", file);
  return { username, password };
}

/**
 * Starts a broker. That a port is taken is no mistake in the command line.
 *
 * @param options Where it listens and whom it lets in.
 * @returns The running broker.
 * @throws {ConnectionError} If the address cannot be listened on.
 */
export async function listenBroker(
  options: EmbeddedBrokerOptions,
): Promise<EmbeddedBroker> {
  try {
    return await EmbeddedBroker.listen(options);
  } catch (cause) {
    const isTaken = cause instanceof ConfigError && cause.cause !== undefined;
    if (!isTaken) throw cause;
    const { message, details } = cause;
    throw new ConnectionError(message, details.value ?? "", "refused", {
      cause,
    });
  }
}
