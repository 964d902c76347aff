/**
 * Solution files: which modules belong together and what is made of them.
 *
 * @module
 */
import { dirname, join } from "node:path/posix";
import type { PlacedText } from "./document.ts";
import { FindingList } from "./finding.ts";
import type { Meta } from "./model.ts";
import { checkSchema, readVersion, readYamlRoot } from "./module_reader.ts";
import { describeNode } from "#lib/base/yaml_node.ts";
import { NodeReader } from "./node_reader.ts";

/** The schema identifier of solution files. */
const SOLUTION_SCHEMA = "apigear.solution/1.0";

/** The template that stands for what is written here. */
const TEMPLATE = "typescript";

/** The pack by which ApiGear's own generator writes the same. */
const PACK = /(^|\/)codegen\/apigear\/?$/;

/**
 * Checks whether a target is one that smartbike generates.
 *
 * @param template The target's template, as written.
 * @returns True for `typescript` and for the folder of the template pack.
 */
export function isOwnTemplate(template: string): boolean {
  return template === TEMPLATE || PACK.test(template);
}

const SOLUTION_KEYS = [
  "schema",
  "name",
  "version",
  "description",
  "rootDir",
  "meta",
  "targets",
  "layers",
];
const TARGET_KEYS = [
  "name",
  "description",
  "inputs",
  "output",
  "template",
  "imports",
  "features",
  "force",
  "dryRun",
  "meta",
];

/** One thing that is made of modules. */
export interface SolutionTarget {
  /** Its name; empty where none is given. */
  readonly name: string;
  /** What it is for; empty where nothing is said. */
  readonly description: string;
  /** Free keys; empty where there are none. */
  readonly meta: Meta;
  /** Files and directories, with the directory of the solution before them. */
  readonly inputs: readonly PlacedText[];
  /** Where the result goes, from the directory of the solution; empty where nothing is said. */
  readonly output: string;
  /** What makes it in ApiGear: a directory or a registered name, as written. */
  readonly template: string;
  /** What else is imported, as written. */
  readonly imports: readonly string[];
  /** The features to make; `all` where none are given. */
  readonly features: readonly string[];
  /** Whether to overwrite what was changed by hand. */
  readonly force: boolean;
  /** Whether to write nothing. */
  readonly dryRun: boolean;
}

/** A solution file. */
export interface Solution {
  /** The file, as the caller named it. */
  readonly file: string;
  /** Its name; empty where none is given. */
  readonly name: string;
  /** Its version; empty where none is given. */
  readonly version: string;
  /** What it is for; empty where nothing is said. */
  readonly description: string;
  /** Free keys; empty where there are none. */
  readonly meta: Meta;
  /** What is made, in the order of declaration. */
  readonly targets: readonly SolutionTarget[];
}

/**
 * Reads a solution file in YAML or JSON. No text makes it throw.
 *
 * @param file The file, as findings shall name it; inputs are relative to its directory.
 * @param findings Takes what is wrong.
 * @returns The solution, or null if the text is no mapping or broken.
 *
 * @example
 * ```ts
 * import { FindingList } from "#lib/idl/finding.ts";
 * import { readSolution } from "#lib/idl/solution.ts";
 * import assert from "node:assert/strict";
 *
 * const text = `schema: apigear.solution/1.0
 * targets:
 *   - template: typescript
 *     inputs: [io.module.yaml]
 *     output: out
 * `;
 * const solution = readSolution(text, "demo/a.solution.yaml", new FindingList());
 * assert.equal(solution?.targets[0]?.inputs[0]?.value, "demo/io.module.yaml");
 * assert.equal(solution?.targets[0]?.output, "demo/out");
 * ```
 */
export function readSolution(
  text: string,
  file: string,
  findings: FindingList,
): Solution | null {
  const root = readYamlRoot(text, file, findings, "solution");
  if (root === null) return null;
  const target = root.complete ? findings : new FindingList();
  if (root.node.kind !== "map") {
    target.add({
      rule: "wrong_value",
      at: { file, ...root.node.place, path: "" },
      action: "read",
      object: file,
      found: `it is ${describeNode(root.node)}`,
      expected: `a mapping with the keys ${SOLUTION_KEYS.join(", ")}`,
    });
    return null;
  }
  const context = { file, path: "", findings: target };
  const reader = new NodeReader(root.node, context, SOLUTION_KEYS);
  reader.requiredText("schema", "solution");
  checkSchema(reader, SOLUTION_SCHEMA);
  const directory = join(dirname(file), reader.text("rootDir")?.value ?? ".");
  if (reader.has("layers")) reportLayers(reader);
  const targets = ["targets", "layers"].flatMap((key) =>
    reader.children(key, TARGET_KEYS)
  );
  return {
    file,
    name: reader.text("name")?.value ?? "",
    version: readVersion(reader) ?? "",
    description: reader.description(),
    meta: reader.meta(),
    targets: targets.map((child) => readTarget(child, directory)),
  };
}

function readTarget(reader: NodeReader, directory: string): SolutionTarget {
  const output = reader.text("output")?.value;
  return {
    name: reader.text("name")?.value ?? "",
    description: reader.description(),
    meta: reader.meta(),
    inputs: (reader.texts("inputs") ?? []).map(({ value, at }) => ({
      value: locate(directory, value),
      at,
    })),
    output: output === undefined ? "" : locate(directory, output),
    template: readTemplate(reader),
    imports: (reader.texts("imports") ?? []).map(({ value }) => value),
    features: reader.texts("features")?.map(({ value }) => value) ?? ["all"],
    force: reader.flag("force"),
    dryRun: reader.flag("dryRun"),
  };
}

/** Templates are written for other generators; this one writes TypeScript alone. */
function readTemplate(reader: NodeReader): string {
  const template = reader.requiredText("template", "target")?.value ?? "";
  if (template === "" || isOwnTemplate(template)) return template;
  reader.report({
    rule: "ignored_template",
    at: reader.valueAt("template"),
    action: "use template",
    object: template,
    found: "smartbike runs no templates, it writes TypeScript alone",
    expected: `"${TEMPLATE}", or ApiGear's own generator for this target`,
  });
  return template;
}

function locate(directory: string, path: string): string {
  return path.startsWith("/") ? path : join(directory, path);
}

function reportLayers(reader: NodeReader): void {
  reader.report({
    rule: "deprecated_key",
    at: reader.keyAt("layers"),
    action: "recommend key",
    object: "layers",
    found: "it is the old name of targets",
    expected: "targets",
    suggestion: "targets",
  });
}
