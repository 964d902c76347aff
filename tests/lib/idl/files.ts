/**
 * Files for the tests of `lib/idl`: the test-bed modules and files in memory.
 *
 * @module
 */
import { checkSources } from "#lib/idl/check.ts";
import type { CheckResult } from "#lib/idl/check.ts";
import type { DefinitionReader } from "#lib/idl/definition_reader.ts";
import { formatFinding } from "#lib/idl/finding.ts";

/** Where the test-bed modules are. */
export const MODULES = "tests/fixtures/modules";

/** Names of the test-bed modules. Each is there as YAML and as IDL text. */
export const MODULE_NAMES = [
  "bike.workshop",
  "counter",
  "custom_types",
  "extern_types",
  "tb.empty",
  "tb.enum",
  "tb.ifaceimport",
  "tb.names",
  "tb.ref_ifaces",
  "tb.same1",
  "tb.same2",
  "tb.simple",
  "testbed1",
  "testbed2",
];

/** Reads files from the disk. */
export const diskReader: DefinitionReader = {
  readFile: (file) => Deno.readTextFile(file),
  async listDirectory(directory) {
    const names: string[] = [];
    for await (const { name, isFile } of Deno.readDir(directory)) {
      if (isFile) names.push(name);
    }
    return names;
  },
};

/**
 * Reads files from memory.
 *
 * @param files Text by path.
 * @returns A reader that rejects for all other paths.
 */
export function memoryReader(
  files: Readonly<Record<string, string>>,
): DefinitionReader {
  return {
    readFile(file) {
      const text = files[file];
      return text === undefined
        ? Promise.reject(new Deno.errors.NotFound("no such file"))
        : Promise.resolve(text);
    },
    listDirectory(directory) {
      const prefix = directory === "." ? "" : `${directory}/`;
      const names = Object.keys(files)
        .filter((file) => file.startsWith(prefix))
        .map((file) => file.slice(prefix.length))
        .filter((name) => !name.includes("/"));
      return names.length === 0
        ? Promise.reject(new Deno.errors.NotFound("no such directory"))
        : Promise.resolve(names);
    },
  };
}

/**
 * Checks one module in IDL text.
 *
 * @param text The text.
 * @returns What it defines and what is wrong with it.
 */
export function checkIdl(text: string): CheckResult {
  return checkSources([{ file: "a.idl", text }]);
}

/**
 * Checks one module in YAML.
 *
 * @param text The text.
 * @returns What it defines and what is wrong with it.
 */
export function checkYaml(text: string): CheckResult {
  return checkSources([{ file: "a.yaml", text }]);
}

/**
 * What is wrong, as `line:column rule path`.
 *
 * @param result What a check returned.
 * @returns One line for each finding.
 */
export function outline(result: Pick<CheckResult, "findings">): string[] {
  return result.findings.map(({ position, rule }) =>
    `${position.line}:${position.column} ${rule} ${position.path}`.trim()
  );
}

/**
 * What is wrong, as a person sees it.
 *
 * @param result What a check returned.
 * @returns One line for each finding.
 */
export function report(result: Pick<CheckResult, "findings">): string[] {
  return result.findings.map(formatFinding);
}
