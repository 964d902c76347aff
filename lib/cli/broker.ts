/**
 * `smartbike broker`: the embedded broker by itself.
 *
 * @module
 */
import { untilAborted } from "#lib/deadline.ts";
import { ConfigError, ConnectionError, UsageError } from "#lib/errors.ts";
import {
  type BrokerAccount,
  EmbeddedBroker,
  type EmbeddedBrokerOptions,
} from "#lib/mqtt/embedded_broker.ts";
import type {
  CliContext,
  CommandDefinition,
  CommandInput,
  OptionValues,
} from "./command.ts";
import { untilInterrupted } from "./interrupt.ts";
import { readSecret } from "./option_files.ts";

const DEFAULT_HOST = "127.0.0.1";
const DEFAULT_PORT = 1883;

/** `smartbike broker`. */
export const brokerCommand: CommandDefinition = {
  name: "broker",
  summary: "run an MQTT broker (5 and 3.1.1) until interrupted",
  options: [
    {
      flags: "--listen <address>",
      description:
        `host:port, host or port to listen on; port 0 takes a free one (default: ${DEFAULT_HOST}:${DEFAULT_PORT})`,
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
    output.warn(
      `everybody who reaches ${host} is let in: give --username and --password-file`,
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

/** A broker's place on this machine. */
export interface ListenAddress {
  /** IP address or host name, without brackets. */
  readonly host: string;
  /** TCP port; 0 takes a free one. */
  readonly port: number;
}

/** What holds for an address that leaves something out. */
export interface ListenDefaults {
  /**
   * The port.
   *
   * @default {1883}
   */
  readonly port?: number;
  /**
   * The option, for the error.
   *
   * @default {"--listen"}
   */
  readonly option?: string;
}

/**
 * Reads the address to listen on.
 *
 * @param text `host:port`, `[v6]:port`, `host` or `port`; by default 127.0.0.1 and the default port.
 * @param defaults What holds where something is left out.
 * @returns The address.
 * @throws {UsageError} If the text is no such address.
 */
export function parseListenAddress(
  text: string | undefined,
  defaults: ListenDefaults = {},
): ListenAddress {
  const { port: defaultPort = DEFAULT_PORT, option = "--listen" } = defaults;
  if (text === undefined) return { host: DEFAULT_HOST, port: defaultPort };
  const match =
    /^(?<port>\d+)$|^(?<host>\[[\da-f:.]+\]|[\w.-]+)?(?::(?<hostPort>\d+))?$/i
      .exec(text);
  const { host = DEFAULT_HOST, port, hostPort } = match?.groups ?? {};
  const number = Number(port ?? hostPort ?? defaultPort);
  if (text !== "" && match && number <= 65_535) {
    return { host: host.replace(/^\[|\]$/g, ""), port: number };
  }
  throw new UsageError(
    `Cannot use ${option} "${text}": expected host:port, host or port, with a port from 0 to 65535`,
    option,
  );
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
    if (!(cause instanceof ConfigError)) throw cause;
    const { message, details } = cause;
    throw new ConnectionError(message, details.value ?? "", "refused", {
      cause,
    });
  }
}

/**
 * Tells whether only this machine reaches an address.
 *
 * @param host IP address or host name, without brackets.
 * @returns True for the loopback addresses and `localhost`.
 */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127\./.test(host);
}
