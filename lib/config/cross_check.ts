/**
 * Rules between settings, and those that only the part concerned knows.
 *
 * @module
 */
import { Bike, type BikeOptions } from "#lib/bike/bike.ts";
import { HARD_LIMITS, LIMIT_NAMES, Limits } from "#lib/bike/limits.ts";
import { ConfigError } from "#lib/base/errors.ts";
import { parseBrokerAddress, withPort } from "#lib/mqtt/broker_address.ts";
import { bikeOptionsOf, limitsOf } from "./bike_options.ts";
import type { Mistake } from "./setting.ts";
import type { Settings } from "./settings.ts";

/**
 * Finds settings that contradict each other.
 *
 * @param settings Settings of which each is right by itself.
 * @returns What is wrong.
 */
export function crossCheck(settings: Settings): readonly Mistake[] {
  const mistakes = [
    ...checkLimits(settings),
    ...checkRoad(settings),
    ...checkAddress(settings),
    ...checkAccount(settings, "broker"),
    ...checkAccount(settings, "embeddedBroker"),
    ...checkTls(settings),
    ...checkEmbeddedBroker(settings),
    ...checkListen(settings, "embeddedBroker.listen"),
    ...checkListen(settings, "metrics.listen"),
  ];
  return mistakes.length > 0 ? mistakes : checkSafeValues(settings);
}

function mistake(
  settings: Settings,
  path: string,
  found: string,
  expected: string,
): Mistake {
  return { path, origin: settings.origin(path), found, expected };
}

function isGiven(settings: Settings, path: string): boolean {
  return settings.origin(path).kind !== "default";
}

function checkLimits(settings: Settings): readonly Mistake[] {
  const limits = limitsOf(settings);
  return LIMIT_NAMES.flatMap((name) => {
    const range = limits[name];
    try {
      new Limits({ ...(range && { [name]: range }) });
      return [];
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      const [min, max] = [`limits.${name}.min`, `limits.${name}.max`];
      const path = isGiven(settings, min) ? min : max;
      const { step = 0 } = HARD_LIMITS[name];
      return [mistake(
        settings,
        path,
        `nothing lies between ${settings.number(min)} and ${
          settings.number(max)
        }`,
        step === 0
          ? "a smaller min, or a larger max"
          : `a range that holds a multiple of ${step}`,
      )];
    }
  });
}

/** The imitated road is set as a whole. */
function checkRoad(settings: Settings): readonly Mistake[] {
  const paths = LIMIT_NAMES.map((name) => `failSafe.values.simulation.${name}`)
    .filter((path) => settings.has(path));
  const given = paths.find((path) => settings.number(path) !== undefined);
  if (given === undefined) return [];
  return paths.filter((path) => settings.number(path) === undefined)
    .map((path) => ({
      path,
      origin: settings.origin(given),
      found: "it is missing",
      expected: "a number, since a road is set as a whole",
    }));
}

function checkAddress(settings: Settings): readonly Mistake[] {
  const path = "broker.address";
  const address = settings.text(path);
  if (address === undefined) return [];
  try {
    parseBrokerAddress(withPort(address));
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return address.includes("@")
      ? [mistake(
        settings,
        path,
        "it holds credentials",
        "the address alone, with broker.username and broker.passwordFile",
      )]
      : [mistake(
        settings,
        path,
        `it is the text "${address}"`,
        "host, host:port or a URL of scheme mqtt, mqtts, ws or wss",
      )];
  }
}

function checkAccount(settings: Settings, group: string): readonly Mistake[] {
  const secrets = ["password", "passwordFile", "passwordEnv"]
    .map((key) => `${group}.${key}`)
    .filter((path) => settings.text(path) !== undefined);
  const [first] = secrets;
  const username = settings.text(`${group}.username`);
  if (first !== undefined && username === undefined) {
    return [mistake(
      settings,
      first,
      "there is no account name",
      `${group}.username beside it`,
    )];
  }
  const [file, env] = [`${group}.passwordFile`, `${group}.passwordEnv`];
  if (secrets.includes(file) && secrets.includes(env)) {
    return [mistake(settings, env, `${file} is given too`, "one of the two")];
  }
  if (
    group === "embeddedBroker" && username !== undefined && first === undefined
  ) {
    return [mistake(
      settings,
      `${group}.username`,
      "there is no password",
      `${file} or ${env} beside it`,
    )];
  }
  return [];
}

function checkTls(settings: Settings): readonly Mistake[] {
  const [cert, key] = ["broker.tls.cert", "broker.tls.key"] as const;
  const files = ["broker.tls.ca", cert, key]
    .filter((path) => settings.text(path) !== undefined);
  const isInsecure = settings.flag("broker.tls.insecure");
  const [first] = isInsecure ? ["broker.tls.insecure"] : files;
  if (first === undefined) return [];
  const address = settings.text("broker.address") ?? "";
  if (!/^(mqtts|wss):/i.test(address)) {
    return [mistake(
      settings,
      first,
      "the broker's address is not encrypted",
      "one of scheme mqtts or wss in broker.address",
    )];
  }
  if (files.includes(cert) === files.includes(key)) return [];
  const [path, other] = files.includes(cert) ? [cert, key] : [key, cert];
  return [mistake(settings, path, `${other} is missing`, "both or neither")];
}

function checkEmbeddedBroker(settings: Settings): readonly Mistake[] {
  const listen = settings.text("embeddedBroker.listen");
  const path = "embeddedBroker.username";
  if (listen !== undefined || settings.text(path) === undefined) return [];
  return [mistake(
    settings,
    path,
    "the broker is not run",
    "embeddedBroker.listen beside it",
  )];
}

function checkListen(settings: Settings, path: string): readonly Mistake[] {
  const text = settings.text(path);
  const port = Number(/(?:^|:)(\d{1,5})$/.exec(text ?? "")?.[1] ?? 0);
  if (text === undefined || text !== "" && port <= 65_535) return [];
  const found = `it is the text "${text}"`;
  return [mistake(settings, path, found, "a port from 0 to 65535")];
}

function checkSafeValues(settings: Settings): readonly Mistake[] {
  const options: BikeOptions = bikeOptionsOf(settings);
  try {
    using _bike = new Bike(options);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const path = settings.all.map(({ definition }) => definition.path)
      .find((path) => path.startsWith(error.details.option)) ??
      error.details.option;
    return [mistake(
      settings,
      path,
      error.message.replace(/^Cannot [^:]*: /, "").replace(/, choose.*$/, ""),
      "one value for each channel, inside the limits and on their grid",
    )];
  }
}
