/**
 * The broker that this program runs.
 *
 * @module
 */
import { ConfigError, ConnectionError } from "#lib/base/errors.ts";
import {
  EmbeddedBroker,
  type EmbeddedBrokerOptions,
} from "#lib/broker/embedded_broker.ts";
import { getLogger } from "#lib/base/logger.ts";
import { type Configuration, originOf } from "#lib/config/configuration.ts";
import type { ListenAddress } from "#lib/config/listen_address.ts";
import { accountOf, type OwnBroker } from "./broker_settings.ts";
import { rightsOf, type RoleTopics } from "./roles.ts";
import { readAccounts, readTlsFile, type SecretSources } from "./secrets.ts";

const logger = getLogger("config");

/** What a broker's rights are about, besides the bike that is configured. */
export type OwnBrokerTopics = Omit<RoleTopics, "bikeId">;

/**
 * Finds out how the embedded broker is run.
 *
 * @param sources Where passwords and certificates are read from.
 * @param topics What the rights of its accounts are about.
 * @returns Its options, but for where it listens.
 * @throws {ConfigError} If a file cannot be read or has a mistake.
 */
export async function ownBrokerOptions(
  configuration: Configuration,
  sources: SecretSources,
  topics: OwnBrokerTopics,
): Promise<EmbeddedBrokerOptions> {
  const { bike: { id: bikeId }, embeddedBroker: { webSocket } } =
    configuration.config;
  const account = await accountOf(configuration, sources);
  const named = await readAccounts(configuration, sources);
  const cert = await readTlsFile(
    configuration,
    "embeddedBroker.tls.cert",
    sources,
  );
  const key = await readTlsFile(
    configuration,
    "embeddedBroker.tls.key",
    sources,
  );
  return {
    ...(account && { account }),
    accounts: named.map(({ username, password, role }) => ({
      username,
      password,
      rights: rightsOf(role, { ...topics, bikeId }),
    })),
    ...(webSocket && { webSocket }),
    ...(cert !== undefined && key !== undefined && { tls: { cert, key } }),
  };
}

/**
 * Runs the embedded broker, if one is configured. A broker that the command
 * line names takes its place.
 *
 * @param sources Where passwords and certificates are read from.
 * @param topics What the rights of its accounts are about.
 * @returns The broker as this program reaches it; undefined if none is run.
 * @throws {ConfigError} If a file cannot be read or has a mistake.
 * @throws {ConnectionError} If the address cannot be listened on.
 */
export async function startOwnBroker(
  configuration: Configuration,
  sources: SecretSources,
  topics: OwnBrokerTopics,
): Promise<(OwnBroker & AsyncDisposable) | undefined> {
  const { listen } = configuration.config.embeddedBroker;
  const isReplaced =
    originOf(configuration, "broker.address").kind === "option";
  if (listen === undefined || isReplaced) return undefined;
  const options = await ownBrokerOptions(configuration, sources, topics);
  const { account, tls } = options;
  const broker = await listenBroker(listen, options);
  logger.info("Broker listening on {url}", { url: broker.url });
  return {
    url: broker.url,
    ...(account && { account }),
    // Its certificate is for the names that others use; it is ours anyway.
    ...(tls && { tls: { insecure: true } }),
    [Symbol.asyncDispose]: () => broker.close(),
  };
}

/**
 * Runs the embedded broker. That a port is in use is no mistake in a setting.
 *
 * @param options How it is run.
 * @throws {ConnectionError} If the address cannot be listened on.
 */
export async function listenBroker(
  listen: ListenAddress,
  options: EmbeddedBrokerOptions,
): Promise<EmbeddedBroker> {
  try {
    return await EmbeddedBroker.listen({ ...options, ...listen });
  } catch (cause) {
    const isTaken = cause instanceof ConfigError && cause.cause !== undefined &&
      cause.details.option !== "tls";
    if (!isTaken) throw cause;
    const { message, details } = cause;
    throw new ConnectionError(message, details.value ?? "", "refused", {
      cause,
    });
  }
}
