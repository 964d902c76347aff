/**
 * Secrets and certificates, which a configuration only refers to.
 *
 * @module
 */
import { type Configuration, originOf } from "#lib/config/configuration.ts";
import type { Environment } from "#lib/config/layers.ts";
import { describeOrigin } from "#lib/config/source.ts";
import { ConfigError } from "#lib/base/errors.ts";
import { readPem, readSecret, type TextFiles } from "./named_files.ts";

/** Where secrets are read from. */
export interface SecretSources {
  /** Reads variables. */
  readonly environment: Environment;
  /** Reads files. */
  readonly files: TextFiles;
  /**
   * Called with each secret that is read, which must not be logged.
   *
   * @param secret The secret.
   */
  conceal(secret: string): void;
}

/**
 * Reads the password of an account.
 *
 * @param configuration Refers to it.
 * @param group Whose account it is.
 * @param sources Where it is read from.
 * @returns The password; undefined if there is none.
 * @throws {ConfigError} If it cannot be read.
 */
export async function readPassword(
  configuration: Configuration,
  group: "broker" | "embeddedBroker",
  sources: SecretSources,
): Promise<string | undefined> {
  const { password, passwordFile, passwordEnv } = configuration.config[group];
  const label = (key: string) => labelOf(configuration, `${group}.${key}`);
  const secret = password ??
    (passwordFile !== undefined
      ? await readSecret(sources.files, label("passwordFile"), passwordFile)
      : passwordEnv !== undefined
      ? readVariable(passwordEnv, label("passwordEnv"), sources)
      : undefined);
  if (secret !== undefined) sources.conceal(secret);
  return secret;
}

function readVariable(
  name: string,
  label: string,
  { environment }: SecretSources,
): string {
  const secret = environment(name)?.value;
  if (secret !== undefined && secret !== "") return secret;
  throw new ConfigError(
    `Cannot use ${label} "${name}": the variable is not set, expected one that holds the password`,
    { option: label, value: name },
  );
}

/**
 * Reads the token of the dashboard.
 *
 * @param configuration Refers to it.
 * @param sources Where it is read from.
 * @returns The token; undefined if there is none.
 * @throws {ConfigError} If it cannot be read.
 */
export async function readDashboardToken(
  configuration: Configuration,
  sources: SecretSources,
): Promise<string | undefined> {
  const { token, tokenFile } = configuration.config.dashboard;
  const label = labelOf(configuration, "dashboard.tokenFile");
  const secret = token ??
    (tokenFile && await readSecret(sources.files, label, tokenFile));
  if (secret !== undefined) sources.conceal(secret);
  return secret;
}

/**
 * Reads a file of certificates or a key.
 *
 * @param configuration Names it.
 * @param key Which one.
 * @param sources Where it is read from.
 * @returns Its text; undefined if none is named.
 * @throws {ConfigError} If it cannot be read, or is not in PEM.
 */
export async function readTlsFile(
  configuration: Configuration,
  key: "ca" | "cert" | "key",
  { files }: SecretSources,
): Promise<string | undefined> {
  const file = configuration.config.broker.tls[key];
  if (file === undefined) return undefined;
  const label = labelOf(configuration, `broker.tls.${key}`);
  return await readPem(files, label, file);
}

/** A setting with its place, as errors name it. */
function labelOf(configuration: Configuration, path: string): string {
  const origin = originOf(configuration, path);
  return origin.kind === "option"
    ? origin.name
    : `${path} (${describeOrigin(origin)})`;
}
