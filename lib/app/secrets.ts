/**
 * Secrets and certificates, which a configuration only refers to.
 *
 * @module
 */
import { type Configuration, originOf } from "#lib/config/configuration.ts";
import type { Environment } from "#lib/config/layers.ts";
import { describeOrigin } from "#lib/config/source.ts";
import { ConfigError } from "#lib/base/errors.ts";
import { parseAccounts, type RoleAccount } from "./account_file.ts";
import {
  readPem,
  readSecret,
  readText,
  type TextFiles,
} from "./named_files.ts";

/** A setting that names a file of certificates or a key. */
type TlsSetting =
  | `broker.tls.${"ca" | "cert" | "key"}`
  | `embeddedBroker.tls.${"cert" | "key"}`;

/** Where secrets are read from. */
export interface SecretSources {
  /** Reads variables. */
  readonly environment: Environment;
  /** Reads files. */
  readonly files: TextFiles;
  /** Called with each secret that is read, which must not be logged. */
  conceal(secret: string): void;
}

/**
 * Reads the password of an account.
 *
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
 * @param sources Where it is read from.
 * @returns Its text; undefined if none is named.
 * @throws {ConfigError} If it cannot be read, or is not in PEM.
 */
export async function readTlsFile(
  configuration: Configuration,
  path: TlsSetting,
  { files }: SecretSources,
): Promise<string | undefined> {
  const { broker, embeddedBroker } = configuration.config;
  const file = {
    "broker.tls.ca": broker.tls.ca,
    "broker.tls.cert": broker.tls.cert,
    "broker.tls.key": broker.tls.key,
    "embeddedBroker.tls.cert": embeddedBroker.tls.cert,
    "embeddedBroker.tls.key": embeddedBroker.tls.key,
  }[path];
  if (file === undefined) return undefined;
  return await readPem(files, labelOf(configuration, path), file);
}

/**
 * Reads the accounts that the embedded broker accepts besides that of this program.
 *
 * @param sources Where it is read from.
 * @returns The accounts; none if no file is named.
 * @throws {ConfigError} If the file cannot be read or has a mistake.
 */
export async function readAccounts(
  configuration: Configuration,
  sources: SecretSources,
): Promise<readonly RoleAccount[]> {
  const file = configuration.config.embeddedBroker.accountsFile;
  if (file === undefined) return [];
  const label = labelOf(configuration, "embeddedBroker.accountsFile");
  const text = await readText(sources.files, label, file);
  const accounts = parseAccounts(text, file);
  for (const { password } of accounts) sources.conceal(password);
  return accounts;
}

/** A setting with its place, as errors name it. */
function labelOf(configuration: Configuration, path: string): string {
  const origin = originOf(configuration, path);
  return origin.kind === "option"
    ? origin.name
    : `${path} (${describeOrigin(origin)})`;
}
