/**
 * Which broker to use and how: options, the environment and defaults, in this
 * order.
 *
 * @module
 */
import { isIPv6 } from "node:net";
import { ConfigError, UsageError } from "#lib/base/errors.ts";
import {
  type BrokerAddress,
  parseBrokerAddress,
} from "#lib/mqtt/broker_address.ts";
import type {
  ConnectOptions,
  ProtocolVersion,
  TlsOptions,
} from "#lib/mqtt/endpoint.ts";
import { PROTOCOL_VERSIONS } from "#lib/mqtt/endpoint.ts";
import type {
  OptionDefinition,
  OptionValues,
  ProgramContext,
} from "../command.ts";
import { readPem, readSecret } from "./option_files.ts";

const GROUP = "Broker:";

/** What `--protocol` takes. */
const PROTOCOL_CHOICES = [...PROTOCOL_VERSIONS, "auto"] as const;

/** The options of every command that connects to a broker. */
export const BROKER_OPTIONS: readonly OptionDefinition[] = [
  {
    flags: "--broker <address>",
    description:
      "host, host:port, or a URL of scheme mqtt, mqtts, ws or wss (default: MQTT_HOSTNAME and MQTT_PORT, else localhost:1883)",
  },
  {
    flags: "--username <name>",
    description: "account name (default: MQTT_USERNAME)",
  },
  {
    flags: "--password-file <file>",
    description: "file that holds the password (default: MQTT_PASSWORD)",
  },
  {
    flags: "--ca <file>",
    description:
      "certificates to trust instead of the system's, in PEM (mqtts, wss)",
  },
  { flags: "--cert <file>", description: "own certificate, in PEM" },
  { flags: "--key <file>", description: "own private key, in PEM" },
  {
    flags: "--insecure",
    description: "accept any certificate; for a laboratory only",
  },
  {
    flags: "--protocol <version>",
    description:
      "MQTT version 5, 3.1.1, or auto: 5, and 3.1.1 where 5 is refused (default: auto)",
    choices: PROTOCOL_CHOICES,
  },
].map((option) => ({ ...option, group: GROUP }));

/** Which broker to use and how. */
export interface BrokerSettings {
  /** Its address, for `connect`; it holds no credentials. */
  readonly broker: string;
  /** How to reach and use it. */
  readonly connect: ConnectOptions;
}

/**
 * Finds out which broker to use and how.
 *
 * @param options The command's options.
 * @param context The environment, and where a warning goes.
 * @returns The settings.
 * @throws {UsageError} If options contradict each other.
 * @throws {ConfigError} If a value cannot be used; it names the option or variable.
 */
export async function resolveBroker(
  options: OptionValues,
  context: ProgramContext,
): Promise<BrokerSettings> {
  const { url, scheme } = resolveAddress(options, context);
  const account = await resolveAccount(options, context);
  const isTls = scheme === "mqtts:" || scheme === "wss:";
  const tls = await resolveTls(options, context, isTls ? undefined : url);
  const protocolVersion = parseProtocol(options.text("protocol"));
  return {
    broker: url,
    connect: { ...account, ...(tls && { tls }), protocolVersion },
  };
}

/** An option or a variable of the environment. */
interface Setting {
  readonly name: string;
  readonly value: string;
}

/**
 * Tells whether a broker was named, rather than left to the default.
 *
 * @param options The command's options.
 * @param context Gives the environment.
 * @returns True with `--broker`, `MQTT_HOSTNAME` or `MQTT_HOST`.
 */
export function namesBroker(
  options: OptionValues,
  context: ProgramContext,
): boolean {
  return options.text("broker") !== undefined ||
    readVariable(context, "MQTT_HOSTNAME", "MQTT_HOST") !== undefined;
}

/** Reads the first variable that is set; an empty one is a mistake, not an absence. */
function readVariable(
  context: ProgramContext,
  ...names: readonly string[]
): Setting | undefined {
  const name = names.find((name) => context.io.env(name) !== undefined);
  const value = name === undefined ? undefined : context.io.env(name);
  if (name === undefined || value === undefined) return undefined;
  if (value.trim() !== "") return { name, value };
  throw new ConfigError(
    `Cannot use ${name}: it is empty, expected a value; unset it to do without`,
    { option: name, value },
  );
}

function resolveAddress(
  options: OptionValues,
  context: ProgramContext,
): BrokerAddress {
  const flag = options.text("broker");
  if (flag !== undefined) {
    return parseAddress({ name: "--broker", value: flag });
  }
  const host = readVariable(context, "MQTT_HOSTNAME", "MQTT_HOST");
  const port = readVariable(context, "MQTT_PORT");
  const address = host ? parseAddress(host) : parseBrokerAddress("localhost");
  return port ? withPort(address, port, host) : address;
}

function bracketed(host: string): string {
  return isIPv6(host) ? `[${host}]` : host;
}

function parseAddress({ name, value }: Setting): BrokerAddress {
  try {
    return parseBrokerAddress(bracketed(value));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const message = value.includes("@")
      ? `Cannot use ${name}: it holds credentials, which others could read there; give --username and --password-file, or set MQTT_USERNAME and MQTT_PASSWORD`
      : error.message.replace(/^Cannot use broker/, `Cannot use ${name}`);
    throw new ConfigError(message, { ...error.details, option: name });
  }
}

function withPort(
  address: BrokerAddress,
  { name, value }: Setting,
  host: Setting | undefined,
): BrokerAddress {
  const fail = (why: string) =>
    new ConfigError(`Cannot use ${name} "${value}": ${why}`, {
      option: name,
      value,
    });
  const port = /^\d{1,5}$/.test(value) ? Number(value) : 0;
  if (port < 1 || port > 65_535) throw fail("expected a port, 1 to 65535");
  const own = /:(\d+)(?:\/.*)?$/.exec(host ? bracketed(host.value) : "")?.[1];
  if (own !== undefined && Number(own) !== port) {
    throw fail(`${host?.name} says port ${own}, expected one port`);
  }
  const url = new URL(address.url);
  const path = address.scheme.startsWith("ws") ? url.pathname + url.search : "";
  return parseBrokerAddress(
    `${address.scheme}//${url.hostname}:${port}${path}`,
  );
}

async function resolveAccount(
  options: OptionValues,
  context: ProgramContext,
): Promise<Pick<ConnectOptions, "username" | "password">> {
  const username = options.text("username") ??
    readVariable(context, "MQTT_USERNAME", "MQTT_USER")?.value;
  const file = options.text("password-file");
  const password = file === undefined
    ? readVariable(context, "MQTT_PASSWORD")?.value
    : await readSecret(context.io, "--password-file", file);
  if (password !== undefined && username === undefined) {
    throw new ConfigError(
      "Cannot use a password: there is no account name, give --username or set MQTT_USERNAME",
      { option: file === undefined ? "MQTT_PASSWORD" : "--password-file" },
    );
  }
  return {
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
  };
}

async function resolveTls(
  options: OptionValues,
  context: ProgramContext,
  plainUrl: string | undefined,
): Promise<TlsOptions | undefined> {
  const insecure = options.flag("insecure");
  const given = ["ca", "cert", "key"].filter((name) =>
    options.text(name) !== undefined
  );
  const [first] = insecure ? ["insecure"] : given;
  if (first === undefined) return undefined;
  if (plainUrl !== undefined) {
    throw new UsageError(
      `Cannot use --${first} with "${plainUrl}": it is not encrypted, write mqtts:// or wss://`,
      `--${first}`,
    );
  }
  if (given.includes("cert") !== given.includes("key")) {
    throw new UsageError(
      "Cannot use --cert and --key alone: one belongs to the other, give both",
      given.includes("cert") ? "--cert" : "--key",
    );
  }
  if (insecure) {
    context.output.warn(
      "--insecure: the broker's certificate is not checked, anybody can pose as it",
    );
  }
  const files = await Promise.all(given.map(async (name) => [
    name,
    await readPem(context.io, `--${name}`, options.text(name) ?? ""),
  ]));
  return { ...Object.fromEntries(files), ...(insecure && { insecure }) };
}

function parseProtocol(
  text: string | undefined,
): ProtocolVersion | "auto" {
  const version = PROTOCOL_CHOICES.find((name) => name === (text ?? "auto"));
  if (version) return version;
  throw new UsageError(
    `Cannot use --protocol "${text}": expected ${PROTOCOL_CHOICES.join(", ")}`,
    "--protocol",
  );
}
