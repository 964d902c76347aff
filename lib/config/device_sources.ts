/**
 * Devices and their options of the command line and the environment.
 *
 * @module
 */
import type { DriverDefinition } from "#lib/driver/driver.ts";
import { findOption, optionsOf } from "#lib/driver/driver_options.ts";
import { suggest } from "#lib/base/suggest.ts";
import { checkValue } from "#lib/base/value_rule.ts";
import type { ConfiguredDevice } from "./devices.ts";
import { deviceOptionsOfEnvironment, type Environment } from "./layers.ts";
import type { Mistake, SettingOrigin, Sourced } from "./source.ts";

/**
 * Takes drivers of the command line in the place of a file's devices.
 *
 * @param devices The devices of the file, whose options hold for the same of each kind.
 * @param chosen The drivers; undefined if none are named.
 * @returns The devices; their ids are the names of their drivers, with a number from the second of a kind on.
 */
export function chooseDevices(
  devices: readonly ConfiguredDevice[],
  chosen: readonly DriverDefinition[] | undefined,
): readonly ConfiguredDevice[] {
  if (chosen === undefined) return devices;
  return chosen.map((definition, index): ConfiguredDevice => {
    const { name } = definition;
    const before = chosen.slice(0, index).filter((one) => one === definition);
    const same = devices.filter((device) => device.definition === definition);
    const number = before.length + 1;
    return {
      definition,
      id: number === 1 ? name : `${name}-${number}`,
      origin: { kind: "option", name },
      options: same[before.length]?.options ?? new Map<string, Sourced>(),
    };
  });
}

/** Where options of devices are given, besides the file. */
interface DeviceSources {
  readonly environment: Environment;
  readonly given: readonly string[];
}

/**
 * Adds the options of the environment and the command line.
 *
 * @param sources Variables hold for the first device of each driver.
 * @param mistakes Takes what cannot be used.
 * @returns The devices with all their options.
 */
export function setDeviceOptions(
  devices: readonly ConfiguredDevice[],
  sources: DeviceSources,
  mistakes: Mistake[],
): readonly ConfiguredDevice[] {
  const given = sources.given.map((text) =>
    parseDeviceOption(text, devices, mistakes)
  );
  return devices.map((device, index) => {
    const { definition, id } = device;
    const first = devices.find((one) => one.definition === definition);
    const variables = first === device
      ? deviceOptionsOfEnvironment(definition, sources.environment)
      : undefined;
    for (const mistake of variables?.mistakes ?? []) {
      const path = `devices.${index}.options.${mistake.path}`;
      mistakes.push({ ...mistake, path });
    }
    const own = given.flatMap((one) =>
      one?.id === id ? [[one.name, one.sourced] as const] : []
    );
    const options = new Map([
      ...device.options,
      ...variables?.values ?? [],
      ...own,
    ]);
    return { ...device, options };
  });
}

/** An option of a device, as the command line gave it. */
interface DeviceOption {
  readonly id: string;
  readonly name: string;
  readonly sourced: Sourced;
}

function parseDeviceOption(
  text: string,
  devices: readonly ConfiguredDevice[],
  mistakes: Mistake[],
): DeviceOption | undefined {
  const origin: SettingOrigin = { kind: "option", name: `--option "${text}"` };
  const report = (
    found: string,
    expected: string,
    suggestion?: string,
  ): undefined => {
    mistakes.push({ path: text, origin, found, expected, suggestion });
  };
  const { id, name, value } =
    /^(?<id>[\w-]+)\.(?<name>[\w.-]+)=(?<value>.*)$/s.exec(text)?.groups ?? {};
  if (id === undefined || name === undefined) {
    return report("it has no such form", "DEVICE.NAME=VALUE");
  }
  const device = devices.find((one) => one.id === id);
  const ids = devices.map((one) => one.id);
  if (!device) {
    const expected = ids.join(", ") || "a device in the file";
    return report(`there is no device "${id}"`, expected, suggest(id, ids));
  }
  const known = optionsOf(device.definition);
  const option = findOption(known, name);
  if (!option) {
    const names = known.map((one) => one.name);
    return report(
      `"${id}" has no option "${name}"`,
      `one of ${names.join(", ")}`,
      suggest(name, names),
    );
  }
  const checked = checkValue(option, value);
  if (checked.value === undefined) {
    return report("its value cannot be used", checked.expected);
  }
  return {
    id,
    name: option.name,
    sourced: {
      value: checked.value,
      origin: { kind: "option", name: "--option" },
    },
  };
}
