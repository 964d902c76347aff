/**
 * `smartbike check`: checks module definitions.
 *
 * @module
 */
import { DefinitionError, UsageError } from "#lib/base/errors.ts";
import { formatFinding } from "#lib/idl/finding.ts";
import { loadModules } from "#lib/idl/load.ts";
import type { CliContext, CommandBody, CommandInput } from "../command.ts";
import { readerOf } from "../client/module_files.ts";

/** `smartbike check`. */
export const checkCommand: CommandBody = {
  operands: "FILE…",
  options: [
    { flags: "--json", description: "print one JSON value a finding" },
  ],
  details:
    `A FILE is a definition (.idl, .module.yaml, .module.json), a solution
(.solution.yaml) or a folder of definitions. What they import is looked for
beside them. Prints every error and warning with its place, and ends with 1 if
there is an error.`,
  permissions: [],
  run,
};

async function run(input: CommandInput, context: CliContext): Promise<void> {
  const { operands, options } = input;
  const { output } = context;
  requireFiles("check", operands);
  const { findings, modules } = await loadModules(operands, readerOf(context));
  for (const finding of findings) {
    const { rule, severity, message, position } = finding;
    output.line(
      options.flag("json")
        ? JSON.stringify({ severity, rule, ...position, message })
        : formatFinding(finding),
    );
  }
  const errors = findings.filter(({ severity }) => severity === "error");
  const [first] = errors;
  if (first !== undefined) {
    throw new DefinitionError(
      `Cannot accept "${operands.join(" ")}": ${
        count(errors.length, "error")
      }, expected none`,
      first.position,
    );
  }
  if (modules.length === 0) {
    throw new UsageError(
      `Cannot check "${
        operands.join(" ")
      }": there are no definitions, expected .idl, .module.yaml, .module.json or .solution.yaml`,
      "FILE",
    );
  }
  if (options.flag("json")) return;
  const interfaces = modules.flatMap((module) => module.interfaces);
  output.line(
    `${count(modules.length, "module")} with ${
      count(interfaces.length, "interface")
    }, ${count(findings.length, "warning")}, no errors`,
  );
}

/**
 * Makes sure that a command has files to work on.
 *
 * @param command What is done to them.
 * @throws {UsageError} If there are none.
 */
export function requireFiles(command: string, files: readonly string[]): void {
  if (files.length > 0) return;
  throw new UsageError(
    `Cannot ${command}: FILE is missing, expected a module definition`,
    "FILE",
  );
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}
