/**
 * Rules between settings, and those of the parts that use them.
 *
 * @module
 */
import { Bike, type BikeOptions } from "#lib/bike/bike.ts";
import { HARD_LIMITS, LIMIT_NAMES, Limits } from "#lib/bike/limits.ts";
import { ConfigError } from "#lib/base/errors.ts";
import { parseBrokerAddress, withPort } from "#lib/mqtt/broker_address.ts";
import { isLoopback } from "#lib/base/host_names.ts";
import { bikeOptionsOf } from "./bike_options.ts";
import { type Config, SCHEMA } from "./schema.ts";
import { placedSettings } from "./setting.ts";
import type { Mistake, SettingOrigin, Sourced } from "./source.ts";

/** What is checked. */
interface Checked {
  /** The settings. */
  readonly config: Config;
  /** What was given, by path. */
  readonly given: ReadonlyMap<string, Sourced>;
}

/**
 * Finds settings that contradict each other.
 *
 * @param checked Settings of which each is right by itself.
 */
export function crossCheck(checked: Checked): readonly Mistake[] {
  const mistakes = [
    ...checkLimits(checked),
    ...checkRoad(checked),
    ...checkAddress(checked),
    ...checkAccount(checked, "broker"),
    ...checkAccount(checked, "embeddedBroker"),
    ...checkTls(checked),
    ...checkEmbeddedTls(checked),
  ];
  return mistakes.length > 0 ? mistakes : checkSafeValues(checked);
}

function mistake(
  { given }: Checked,
  path: string,
  found: string,
  expected: string,
): Mistake {
  const origin: SettingOrigin = given.get(path)?.origin ?? { kind: "default" };
  return { path, origin, found, expected };
}

function checkLimits(checked: Checked): readonly Mistake[] {
  return LIMIT_NAMES.flatMap((name) => {
    const range = checked.config.limits[name];
    try {
      new Limits({ [name]: range });
      return [];
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      const [min, max] = [`limits.${name}.min`, `limits.${name}.max`];
      const { step = 0 } = HARD_LIMITS[name];
      return [mistake(
        checked,
        checked.given.has(min) ? min : max,
        `nothing lies between ${range.min} and ${range.max}`,
        step === 0
          ? "a smaller min, or a larger max"
          : `a range that holds a multiple of ${step}`,
      )];
    }
  });
}

/** The imitated road is set as a whole. */
function checkRoad(checked: Checked): readonly Mistake[] {
  const road = Object.entries(checked.config.failSafe.values.simulation)
    .map(([name, value]) => ({
      path: `failSafe.values.simulation.${name}`,
      value,
    }));
  const set = road.find(({ value }) => value !== undefined);
  if (set === undefined) return [];
  const { origin } = mistake(checked, set.path, "", "");
  return road.filter(({ value }) => value === undefined).map(({ path }) => ({
    path,
    origin,
    found: "it is missing",
    expected: "a number, since a road is set as a whole",
  }));
}

function checkAddress(checked: Checked): readonly Mistake[] {
  const path = "broker.address";
  const { address } = checked.config.broker;
  if (address === undefined) return [];
  try {
    parseBrokerAddress(withPort(address));
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return address.includes("@")
      ? [mistake(
        checked,
        path,
        "it holds credentials, which others could read there",
        "the address alone, and the account in broker.username and broker.passwordFile, --username and --password-file, or MQTT_USERNAME and MQTT_PASSWORD",
      )]
      : [mistake(
        checked,
        path,
        `found the text "${address}"`,
        "host, host:port with a port from 1 to 65535, or a URL of scheme mqtt, mqtts, ws or wss",
      )];
  }
}

function checkAccount(
  checked: Checked,
  group: "broker" | "embeddedBroker",
): readonly Mistake[] {
  const [first, second] = ["password", "passwordFile", "passwordEnv"]
    .map((key) => `${group}.${key}`)
    .filter((path) => checked.given.has(path));
  const path = `${group}.username`;
  const hasName = checked.config[group].username !== undefined;
  if (first !== undefined && !hasName) {
    const why = "there is no account name";
    return [
      mistake(checked, first, why, `${path}, --username or MQTT_USERNAME`),
    ];
  }
  if (first !== undefined && second !== undefined) {
    return [
      mistake(checked, second, `${first} is given too`, "one of the two"),
    ];
  }
  if (group === "broker") return [];
  if (!hasName) return checkOpenBroker(checked);
  const { origin } = mistake(checked, path, "", "");
  const isRun = checked.config.embeddedBroker.listen !== undefined;
  // The command that runs it alone needs no address.
  if (!isRun && origin.kind === "file") {
    const expected = `${group}.listen beside it`;
    return [mistake(checked, path, "the broker is not run", expected)];
  }
  const files = `${group}.passwordFile or ${group}.passwordEnv beside it`;
  return first === undefined
    ? [mistake(checked, path, "there is no password", files)]
    : [];
}

/** A broker that others can reach needs an account. */
function checkOpenBroker(checked: Checked): readonly Mistake[] {
  const { embeddedBroker } = checked.config;
  const { accountsFile } = embeddedBroker;
  const account =
    "embeddedBroker.username and passwordFile, or --username and --password-file";
  const open = (["listen", "webSocket"] as const).flatMap((key) => {
    const { host } = embeddedBroker[key] ?? {};
    if (host === undefined || isLoopback(host)) return [];
    const found = `others can reach ${host} and there is no account`;
    const expected = `${account}, or a loopback address`;
    return [mistake(checked, `embeddedBroker.${key}`, found, expected)];
  });
  if (open.length > 0 || accountsFile === undefined) return open;
  const found = "there is no account for this program";
  return [mistake(checked, "embeddedBroker.accountsFile", found, account)];
}

function checkEmbeddedTls(checked: Checked): readonly Mistake[] {
  const { tls } = checked.config.embeddedBroker;
  return checkPair(checked, "embeddedBroker.tls", tls);
}

function checkTls(checked: Checked): readonly Mistake[] {
  const { address = "", tls } = checked.config.broker;
  const files = ["ca", "cert", "key"] as const;
  const [first] = tls.insecure
    ? ["insecure"]
    : files.filter((key) => tls[key] !== undefined);
  if (first === undefined) return [];
  if (!/^(mqtts|wss):/i.test(address)) {
    return [mistake(
      checked,
      `broker.tls.${first}`,
      "the broker's address is not encrypted",
      "one of scheme mqtts or wss in broker.address or --broker",
    )];
  }
  return checkPair(checked, "broker.tls", tls);
}

/** A certificate is of no use without its key. */
function checkPair(
  checked: Checked,
  path: string,
  { cert, key }: {
    readonly cert?: string | undefined;
    readonly key?: string | undefined;
  },
): readonly Mistake[] {
  if ((cert === undefined) === (key === undefined)) return [];
  const [here, other] = cert === undefined ? ["key", "cert"] : ["cert", "key"];
  const found = `${path}.${other} is missing`;
  return [mistake(checked, `${path}.${here}`, found, "both or neither")];
}

function checkSafeValues(checked: Checked): readonly Mistake[] {
  const options: BikeOptions = bikeOptionsOf(checked);
  try {
    using _bike = new Bike(options);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const { option } = error.details;
    const path = placedSettings(SCHEMA).map(({ path }) => path)
      .find((path) => checked.given.has(path) && path.startsWith(option));
    return [mistake(
      checked,
      path ?? option,
      error.message.replace(/^Cannot [^:]*: /, "").replace(/, choose.*$/, ""),
      "one value for each channel, inside the limits and on their grid",
    )];
  }
}
