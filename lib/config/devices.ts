/**
 * The devices of a configuration.
 *
 * @module
 */
import type { DriverDefinition } from "#lib/driver/driver.ts";
import { findOption, optionsOf } from "#lib/driver/driver_options.ts";
import type { ValueRule } from "#lib/base/value_rule.ts";
import { suggest } from "#lib/base/suggest.ts";
import { describeNode, type YamlNode } from "#lib/base/yaml_node.ts";
import type { NodeChecker } from "./node_checker.ts";
import type { SettingOrigin, Sourced } from "./source.ts";

/** What the id of a device may be. */
export const DEVICE_ID: ValueRule = {
  type: "text",
  pattern: "[A-Za-z0-9_-]{1,32}",
  expected: "1 to 32 letters, digits, _ or -",
};

/** The keys of a device. */
const DEVICE_KEYS = ["driver", "id", "options"] as const;

/** A device of a bike, as it is configured. */
export interface ConfiguredDevice {
  /** Its driver. */
  readonly definition: DriverDefinition;
  /** Its id on the bike. */
  readonly id: string;
  /** Where it was named. */
  readonly origin: SettingOrigin;
  /** Its options by name. */
  readonly options: ReadonlyMap<string, Sourced>;
}

/**
 * Reads the list of devices.
 *
 * @param checker Takes what is wrong.
 * @param drivers The drivers there are.
 * @returns The devices that can be used; the id is the driver's name, with a number from the second on, where none is written.
 */
export function readDevices(
  node: YamlNode,
  checker: NodeChecker,
  drivers: readonly DriverDefinition[],
): readonly ConfiguredDevice[] {
  if (node.kind === "scalar" && node.value === null) return [];
  if (node.kind !== "list") {
    checker.report(node.place, {
      path: "devices",
      found: `found ${describeNode(node)}`,
      expected: `a list, each with driver, id and options, ${
        exampleFor(node, drivers)
      }`,
    });
    return [];
  }
  const devices: ConfiguredDevice[] = [];
  for (const [index, item] of node.items.entries()) {
    const path = `devices.${index}`;
    const device = readDevice(item, { path, checker, drivers, devices });
    if (device) devices.push(device);
  }
  return devices;
}

/** What a device is read into. */
interface DeviceContext {
  readonly path: string;
  readonly checker: NodeChecker;
  readonly drivers: readonly DriverDefinition[];
  /** The devices before it. */
  readonly devices: readonly ConfiguredDevice[];
}

function readDevice(
  node: YamlNode,
  context: DeviceContext,
): ConfiguredDevice | undefined {
  const { path, checker, drivers } = context;
  if (node.kind === "scalar" && node.value !== null) {
    checker.report(node.place, {
      path,
      found: `found ${describeNode(node)}`,
      expected: `a mapping with the keys ${DEVICE_KEYS.join(", ")}, ${
        exampleFor(node, drivers)
      }`,
    });
    return undefined;
  }
  const entries = checker.entries(node, path, DEVICE_KEYS);
  if (entries === undefined) return undefined;
  const find = (key: string) => entries.find((one) => one.key === key)?.value;
  const definition = readDriver(find("driver"), node, context);
  const id = readId(find("id"), definition, context);
  const options = find("options");
  if (definition === undefined) return undefined;
  const values = options
    ? readOptions(options, definition, `${path}.options`, checker)
    : new Map<string, Sourced>();
  if (id === undefined) return undefined;
  return {
    definition,
    id,
    origin: checker.origin(node.place),
    options: values,
  };
}

/** How a device is written, with the driver that was probably meant. */
function exampleFor(
  node: YamlNode,
  drivers: readonly DriverDefinition[],
): string {
  const names = drivers.map(({ name }) => name);
  const text = node.kind === "scalar" ? String(node.value) : "";
  const near = names.find((name) => name === text) ?? suggest(text, names);
  return `for example "- driver: ${near ?? names[0] ?? "NAME"}"`;
}

function readDriver(
  node: YamlNode | undefined,
  device: YamlNode,
  { path, checker, drivers }: DeviceContext,
): DriverDefinition | undefined {
  const choices = drivers.map(({ name }) => name);
  if (node === undefined) {
    checker.report(device.place, {
      path: `${path}.driver`,
      found: "it is missing",
      expected: `one of ${choices.join(", ")}`,
    });
    return undefined;
  }
  const rule: ValueRule = { type: "text", choices };
  const name = checker.value(node, `${path}.driver`, rule)?.value;
  return drivers.find((driver) => driver.name === name);
}

function readId(
  node: YamlNode | undefined,
  definition: DriverDefinition | undefined,
  { path, checker, devices }: DeviceContext,
): string | undefined {
  if (node === undefined) return definition && freeId(definition, devices);
  const id = checker.value(node, `${path}.id`, DEVICE_ID)?.value;
  if (id === undefined) return undefined;
  if (!devices.some((device) => device.id === id)) return String(id);
  checker.report(node.place, {
    path: `${path}.id`,
    found: `an earlier device has the id "${id}" too`,
    expected: "an id of its own",
  });
  return undefined;
}

function freeId(
  { name }: DriverDefinition,
  devices: readonly ConfiguredDevice[],
): string {
  for (let number = 1;; number++) {
    const id = number === 1 ? name : `${name}-${number}`;
    if (!devices.some((device) => device.id === id)) return id;
  }
}

function readOptions(
  node: YamlNode,
  definition: DriverDefinition,
  path: string,
  checker: NodeChecker,
): ReadonlyMap<string, Sourced> {
  const known = optionsOf(definition);
  const names = known.flatMap(({ name, alias = name }) => [name, alias]);
  const values = new Map<string, Sourced>();
  for (const { key, value } of checker.entries(node, path, names) ?? []) {
    const option = findOption(known, key);
    const read = option && checker.value(value, `${path}.${key}`, option);
    if (read) values.set(option.name, read);
  }
  return values;
}
