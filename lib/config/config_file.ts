/**
 * Reads `smartbike.yaml`: every key that is unknown and every value that
 * cannot be used is found at once, each with its place.
 *
 * @module
 */
import type { DriverDefinition } from "#lib/driver/driver.ts";
import type { YamlNode } from "#lib/base/yaml_node.ts";
import { readYaml } from "#lib/base/yaml_reader.ts";
import { type ConfiguredDevice, readDevices } from "./devices.ts";
import { NodeChecker } from "./node_checker.ts";
import { SCHEMA } from "./schema.ts";
import { type Group, joinPath, type Setting } from "./setting.ts";
import type { Mistake, Sourced } from "./source.ts";

/** A file and what it holds. */
export interface ConfigSource {
  /** The file, as errors name it. */
  readonly file: string;
  /** Its text. */
  readonly text: string;
}

/** The settings of a file. */
interface FileContents {
  /** Its settings by path. */
  readonly values: ReadonlyMap<string, Sourced>;
  /** Its devices, in their order; undefined where it names none. */
  readonly devices: readonly ConfiguredDevice[] | undefined;
}

/**
 * Reads a file. No text makes it throw.
 *
 * @param drivers The drivers there are.
 * @returns Its settings, as far as they can be used, and everything that is wrong with it, from top to bottom.
 */
export function readConfigFile(
  { file, text }: ConfigSource,
  drivers: readonly DriverDefinition[],
): { readonly contents: FileContents; readonly mistakes: readonly Mistake[] } {
  const checker = new NodeChecker(file);
  const { root, problems } = readYaml(text);
  for (const { message, place } of problems) {
    checker.report(place, { path: "", found: message, expected: "valid YAML" });
  }
  const values = new Map<string, Sourced>();
  let devices: readonly ConfiguredDevice[] | undefined;
  const isSound = problems.every(({ harmless }) => harmless);
  if (root !== null && isSound) {
    const keys = [...Object.keys(SCHEMA.members), "devices"];
    for (const { key, value } of checker.entries(root, "", keys) ?? []) {
      if (key === "devices") devices = readDevices(value, checker, drivers);
      else {readMember(value, {
          path: key,
          group: SCHEMA,
          key,
          checker,
          values,
        });}
    }
  }
  return {
    contents: { values, devices },
    mistakes: checker.mistakes.toSorted(byPlace),
  };
}

/** What the value of a key is read into. */
interface MemberContext {
  readonly path: string;
  readonly group: Group;
  readonly key: string;
  readonly checker: NodeChecker;
  readonly values: Map<string, Sourced>;
}

function readMember(node: YamlNode, context: MemberContext): void {
  const { path, key, checker } = context;
  const member = context.group.members[key];
  if (member === undefined) return;
  if (member.kind === "setting") return readSetting(node, member, context);
  const keys = Object.keys(member.members);
  for (const { key, value } of checker.entries(node, path, keys) ?? []) {
    readMember(value, {
      ...context,
      path: joinPath(path, key),
      group: member,
      key,
    });
  }
}

function readSetting(
  node: YamlNode,
  { rule, advice }: Setting,
  { path, checker, values }: MemberContext,
): void {
  if (advice !== undefined) {
    checker.report(node.place, {
      path,
      found: "a secret does not belong in this file",
      expected: advice,
    });
    return;
  }
  const value = checker.value(node, path, rule);
  if (value) values.set(path, value);
}

function byPlace({ origin: a }: Mistake, { origin: b }: Mistake): number {
  if (a.kind !== "file" || b.kind !== "file") return 0;
  return a.line - b.line || a.column - b.column;
}
