/**
 * From a configuration to the broker that is used, and the one that is run.
 *
 * @module
 */
import type { Configuration } from "#lib/config/configuration.ts";
import {
  formatListenAddress,
  type ListenAddress,
} from "#lib/config/listen_address.ts";
import {
  parseBrokerAddress,
  requireScheme,
  withPort,
} from "#lib/mqtt/broker_address.ts";
import type { BrokerAccount } from "#lib/broker/embedded_broker.ts";
import type { ConnectOptions, TlsOptions } from "#lib/mqtt/endpoint.ts";
import { spareNumberBuffers } from "#lib/mqtt/packet_numbers.ts";
import { readPassword, readTlsFile, type SecretSources } from "./secrets.ts";

/** The broker if none is named. */
const DEFAULT_BROKER = "localhost";

/** Which broker to use and how. */
export interface BrokerSettings {
  /** Its address, for `connect`; it holds no credentials. */
  readonly broker: string;
  /** How to reach and use it. */
  readonly connect: ConnectOptions;
}

/** The embedded broker, as it is reached from this machine. */
export interface OwnBroker {
  /** Where it listens. */
  readonly url: string;
  /** The account of this program; undefined if clients need none. */
  readonly account?: BrokerAccount;
  /** How its certificate is checked, where it speaks TLS. */
  readonly tls?: TlsOptions;
}

/**
 * The broker that is used.
 *
 * @param sources Where secrets are read from.
 * @param own The broker that this program runs; by default the one that is configured, which another process may run.
 * @returns Which broker, and how.
 * @throws {ConfigError} If a secret or a certificate cannot be read.
 */
export async function brokerSettingsOf(
  configuration: Configuration,
  sources: SecretSources,
  own?: OwnBroker,
): Promise<BrokerSettings> {
  // Not where the endpoint is: a page would load the writer twice.
  spareNumberBuffers();
  const { address, username, protocol, keepAliveSeconds, maximumPacketBytes } =
    configuration.config.broker;
  const link = {
    protocolVersion: protocol,
    ...(keepAliveSeconds !== undefined && { keepAliveSeconds }),
    ...(maximumPacketBytes !== undefined && { maximumPacketBytes }),
  };
  const embedded = own ?? await ownBrokerOf(configuration, sources);
  if (address === undefined && embedded) {
    const { url, account, tls } = embedded;
    const connect = { ...account, ...(tls && { tls }), ...link };
    return { broker: url, connect };
  }
  const text = withPort(address ?? DEFAULT_BROKER);
  const parsed = parseBrokerAddress(text);
  const password = await readPassword(configuration, "broker", sources);
  if (password !== undefined) requireScheme(text, parsed);
  const tls = await tlsOf(configuration, sources);
  return {
    broker: parsed.url,
    connect: {
      ...(username !== undefined && { username }),
      ...(password !== undefined && { password }),
      ...(tls && { tls }),
      ...link,
    },
  };
}

/**
 * Checks whether the configuration names a broker, rather than leaving it to
 * the default.
 *
 * @returns True with an address, or with an embedded broker.
 */
export function namesBroker({ config }: Configuration): boolean {
  return config.broker.address !== undefined ||
    config.embeddedBroker.listen !== undefined;
}

async function ownBrokerOf(
  configuration: Configuration,
  sources: SecretSources,
): Promise<OwnBroker | undefined> {
  const { config } = configuration;
  const { listen } = config.embeddedBroker;
  // Its password is not needed, and may not be readable, where it is not used.
  if (!listen || config.broker.address !== undefined) return undefined;
  const account = await accountOf(configuration, sources);
  const ca = await readTlsFile(
    configuration,
    "embeddedBroker.tls.cert",
    sources,
  );
  const scheme = ca === undefined ? "mqtt" : "mqtts";
  return {
    url: `${scheme}://${formatListenAddress(reachable(listen))}`,
    ...(account && { account }),
    ...(ca !== undefined && { tls: { ca } }),
  };
}

/** An address of all interfaces is reached through that of this machine. */
function reachable({ host, port }: ListenAddress): ListenAddress {
  const own = host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host;
  return { host: own, port };
}

/**
 * The account with which this program uses its embedded broker.
 *
 * @param sources Where its password is read from.
 * @returns The account; undefined if clients need none.
 * @throws {ConfigError} If the password cannot be read.
 */
export async function accountOf(
  configuration: Configuration,
  sources: SecretSources,
): Promise<BrokerAccount | undefined> {
  const { username } = configuration.config.embeddedBroker;
  const password = await readPassword(configuration, "embeddedBroker", sources);
  return username === undefined || password === undefined
    ? undefined
    : { username, password };
}

async function tlsOf(
  configuration: Configuration,
  sources: SecretSources,
): Promise<TlsOptions | undefined> {
  const ca = await readTlsFile(configuration, "broker.tls.ca", sources);
  const cert = await readTlsFile(configuration, "broker.tls.cert", sources);
  const key = await readTlsFile(configuration, "broker.tls.key", sources);
  const { insecure } = configuration.config.broker.tls;
  const tls: TlsOptions = {
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    ...(insecure && { insecure }),
  };
  return Object.keys(tls).length === 0 ? undefined : tls;
}
