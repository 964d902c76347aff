/**
 * What `smartbike generate` writes, and where: all to one folder, or each
 * target of a solution to its own.
 *
 * @module
 */
import { DefinitionError, UsageError } from "#lib/base/errors.ts";
import { formatFinding } from "#lib/idl/finding.ts";
import { loadModules } from "#lib/idl/load.ts";
import {
  isOwnTemplate,
  type Solution,
  type SolutionTarget,
} from "#lib/idl/solution.ts";
import { readerOf } from "../client/module_files.ts";
import type { CliContext } from "../command.ts";

/** Definitions, and the folder of what is generated from them. */
export interface GenerateTarget {
  /** Files, solutions and folders. */
  readonly files: readonly string[];
  /** The folder. */
  readonly out: string;
  /** Whether nothing is written there. */
  readonly isDryRun: boolean;
}

/**
 * Finds out what to write.
 *
 * @param files What the command line names.
 * @param out The folder that it names; undefined for those of the solutions.
 * @param context Reads solutions, and prints which targets are left out.
 * @returns At least one target.
 * @throws {UsageError} Without a folder, unless all files are solutions.
 * @throws {DefinitionError} If no target of a solution is for TypeScript, or one has no output.
 */
export async function generateTargets(
  files: readonly string[],
  out: string | undefined,
  context: CliContext,
): Promise<readonly GenerateTarget[]> {
  if (out !== undefined) return [{ files, out, isDryRun: false }];
  if (!files.every((file) => /\.solution\.(ya?ml|json)$/.test(file))) {
    throw new UsageError(
      "Cannot generate: --out is missing, expected a folder to write to, or a solution whose targets have an output",
      "--out",
    );
  }
  const { solutions, findings } = await loadModules(files, readerOf(context));
  for (const finding of findings) {
    if (files.includes(finding.position.file)) {
      context.output.note(formatFinding(finding));
    }
  }
  return solutions.flatMap(targetsOf);
}

function targetsOf(solution: Solution): readonly GenerateTarget[] {
  const { file } = solution;
  const own = solution.targets.filter(({ template }) =>
    isOwnTemplate(template)
  );
  if (own.length === 0) {
    throw refusal(
      file,
      `its targets have other templates, expected "typescript" in one, or --out`,
    );
  }
  return own.map((target) => targetOf(target, file));
}

function targetOf(
  { inputs, output, name, dryRun }: SolutionTarget,
  file: string,
): GenerateTarget {
  if (output === "") {
    throw refusal(file, `target "${name}" has no output, expected a folder`);
  }
  const files = inputs.map(({ value }) => value);
  return { files, out: output, isDryRun: dryRun };
}

function refusal(file: string, why: string): DefinitionError {
  const at = { file, line: 1, column: 1, path: "targets" };
  return new DefinitionError(`Cannot generate "${file}": ${why}`, at);
}
