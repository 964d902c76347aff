/**
 * From a configuration to the broker that is used, and the one that is run.
 *
 * @module
 */
import { dirname, isAbsolute, join } from "node:path";
import type { Environment } from "#lib/config/layers.ts";
import { describeOrigin, type Origin } from "#lib/config/setting.ts";
import type { Settings } from "#lib/config/settings.ts";
import { ConfigError } from "#lib/base/errors.ts";
import { parseBrokerAddress, withPort } from "#lib/mqtt/broker_address.ts";
import type { BrokerAccount } from "#lib/broker/embedded_broker.ts";
import {
  PROTOCOL_VERSIONS,
  type ProtocolVersion,
  type TlsOptions,
} from "#lib/mqtt/endpoint.ts";
import type { BrokerSettings } from "../options/broker_options.ts";
import type { CliContext } from "../command.ts";
import { readPem, readSecret } from "../options/option_files.ts";

/** The broker where nobody names one. */
const DEFAULT_BROKER = "localhost";

/** Which source of a secret counts, if there are several. */
const RANKS: readonly Origin["kind"][] = ["option", "variable", "file"];

/** Reads what a configuration only refers to: files and variables. */
export class SecretReader {
  readonly #settings: Settings;
  readonly #environment: Environment;
  readonly #context: CliContext;

  /**
   * Reads nothing yet.
   *
   * @param settings What refers to secrets.
   * @param environment Holds some.
   * @param context Reads files; its log conceals every secret that is read.
   */
  constructor(
    settings: Settings,
    environment: Environment,
    context: CliContext,
  ) {
    this.#settings = settings;
    this.#environment = environment;
    this.#context = context;
  }

  /**
   * Reads the password of an account.
   *
   * @param group `broker` or `embeddedBroker`.
   * @returns The password; undefined if there is none.
   * @throws {ConfigError} If it cannot be read.
   */
  async password(group: string): Promise<string | undefined> {
    const settings = this.#settings;
    const paths = [
      `${group}.password`,
      `${group}.passwordFile`,
      `${group}.passwordEnv`,
    ]
      .filter((path) => settings.text(path) !== undefined);
    const rank = (path: string) => RANKS.indexOf(settings.origin(path).kind);
    const [path] = paths.sort((a, b) => rank(a) - rank(b));
    if (path === undefined) return undefined;
    const secret = await this.#secret(path, settings.text(path) ?? "");
    this.#context.log.conceal(secret);
    return secret;
  }

  /**
   * Reads a file of certificates or a key.
   *
   * @param path The setting that names it.
   * @returns Its text; undefined if the setting has no value.
   * @throws {ConfigError} If it cannot be read, or is not in PEM.
   */
  async pem(path: string): Promise<string | undefined> {
    const file = this.#settings.text(path);
    if (file === undefined) return undefined;
    return await readPem(
      this.#context.io,
      this.#name(path),
      this.#locate(path, file),
    );
  }

  async #secret(path: string, value: string): Promise<string> {
    if (path.endsWith(".password")) return value;
    if (path.endsWith(".passwordFile")) {
      const file = this.#locate(path, value);
      return await readSecret(this.#context.io, this.#name(path), file);
    }
    const secret = this.#environment(value)?.value;
    if (secret !== undefined && secret !== "") return secret;
    throw new ConfigError(
      `Cannot use ${
        this.#name(path)
      } "${value}": the variable is not set, expected one that holds the password`,
      { option: path, value },
    );
  }

  /** A setting with its place, as errors name it. */
  #name(path: string): string {
    const origin = this.#settings.origin(path);
    return origin.kind === "option"
      ? origin.name
      : `${path} (${describeOrigin(origin)})`;
  }

  /** A file that a file names is looked for beside it. */
  #locate(path: string, file: string): string {
    const origin = this.#settings.origin(path);
    return origin.kind === "file" && !isAbsolute(file)
      ? join(dirname(origin.file), file)
      : file;
  }
}

/**
 * The broker that is used.
 *
 * @param settings The settings.
 * @param secrets Reads what they refer to.
 * @param embedded The broker that this program runs, if it does.
 * @returns Which broker, and how.
 * @throws {ConfigError} If a secret or a certificate cannot be read.
 */
export async function brokerSettingsOf(
  settings: Settings,
  secrets: SecretReader,
  embedded?: { readonly url: string; readonly account?: BrokerAccount },
): Promise<BrokerSettings> {
  const address = settings.text("broker.address");
  const protocolVersion = protocolOf(settings);
  if (address === undefined && embedded) {
    const { url, account } = embedded;
    return { broker: url, connect: { ...account, protocolVersion } };
  }
  const { url } = parseBrokerAddress(withPort(address ?? DEFAULT_BROKER));
  const username = settings.text("broker.username");
  const password = await secrets.password("broker");
  const tls = await tlsOf(settings, secrets);
  return {
    broker: url,
    connect: {
      ...(username !== undefined && { username }),
      ...(password !== undefined && { password }),
      ...(tls && { tls }),
      protocolVersion,
    },
  };
}

/**
 * The only account that the embedded broker lets in.
 *
 * @param settings The settings.
 * @param secrets Reads its password.
 * @returns The account; undefined if everybody is let in.
 * @throws {ConfigError} If the password cannot be read.
 */
export async function embeddedAccountOf(
  settings: Settings,
  secrets: SecretReader,
): Promise<BrokerAccount | undefined> {
  const username = settings.text("embeddedBroker.username");
  const password = await secrets.password("embeddedBroker");
  return username === undefined || password === undefined
    ? undefined
    : { username, password };
}

async function tlsOf(
  settings: Settings,
  secrets: SecretReader,
): Promise<TlsOptions | undefined> {
  const ca = await secrets.pem("broker.tls.ca");
  const cert = await secrets.pem("broker.tls.cert");
  const key = await secrets.pem("broker.tls.key");
  const tls: TlsOptions = {
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    ...(settings.flag("broker.tls.insecure") && { insecure: true }),
  };
  return Object.keys(tls).length === 0 ? undefined : tls;
}

function protocolOf(settings: Settings): ProtocolVersion | "auto" {
  const text = settings.text("broker.protocol");
  return PROTOCOL_VERSIONS.find((version) => version === text) ?? "auto";
}
