/**
 * Module definitions that the command line names.
 *
 * @module
 */
import {
  describeInterfaces,
  describeModules,
} from "#lib/codegen/descriptor.ts";
import { whyUnusable } from "#lib/app/named_files.ts";
import { DefinitionError, UsageError } from "#lib/base/errors.ts";
import { formatFinding } from "#lib/idl/finding.ts";
import { loadModules, type LoadResult } from "#lib/idl/load.ts";
import { qualifiedName } from "#lib/objectapi/descriptor.ts";
import { SimulatedObject } from "#lib/objectapi/mod.ts";
import type {
  CliContext,
  KnownInterface,
  OptionDefinition,
} from "../command.ts";

/** Lets a command use the interfaces of module definitions. */
export const MODULE_OPTION: OptionDefinition = {
  flags: "--module <file>",
  description:
    "definition of the interfaces: .idl, .module.yaml, .solution.yaml or a folder; may be given several times",
  isRepeatable: true,
};

/** An interface of a module definition, with an object of it. */
interface ModuleInterface extends KnownInterface {
  /** What is served; holds the properties' values. */
  readonly object: SimulatedObject;
}

/**
 * Loads module definitions. Warnings go to standard error; so do errors,
 * before the first of them is thrown.
 *
 * @param files Files, solutions and folders.
 * @param context Reads them, and prints what is wrong.
 * @returns The modules with all that they import.
 * @throws {DefinitionError} If there is an error in any of them.
 * @throws {UsageError} If there are none.
 */
export async function loadDefinitions(
  files: readonly string[],
  context: CliContext,
): Promise<LoadResult> {
  const loaded = await loadModules(files, readerOf(context));
  const errors = loaded.findings.filter(({ severity }) => severity === "error");
  for (const finding of context.printsWarnings ? loaded.findings : errors) {
    context.output.note(formatFinding(finding));
  }
  const [first] = errors;
  if (first === undefined && loaded.modules.length === 0) {
    throw new UsageError(
      `Cannot use "${
        files.join(" ")
      }": there are no definitions, expected .idl, .module.yaml, .module.json or .solution.yaml`,
      "FILE",
    );
  }
  if (first === undefined) return loaded;
  throw new DefinitionError(
    `Cannot use "${first.position.file}": ${
      errors.length === 1 ? "1 error" : `${errors.length} errors`
    }, expected none`,
    first.position,
    { cause: first },
  );
}

/**
 * How the definitions of a command line are read.
 *
 * @returns Reads files and lists folders.
 */
export function readerOf(
  { io }: Pick<CliContext, "io">,
): Parameters<typeof loadModules>[1] {
  return {
    readFile: (file) => io.readTextFile(file),
    listDirectory: (directory) => io.listDirectory(directory),
    explain: whyUnusable,
  };
}

/**
 * Loads the interfaces of module definitions.
 *
 * @param files Files, solutions and folders; none give no interfaces.
 * @param context Reads them, and prints what is wrong.
 * @param options How objects of them behave.
 * @returns The interfaces of the named modules, without those they import.
 * @throws {DefinitionError} If there is an error in any of them.
 */
export async function loadInterfaces(
  files: readonly string[],
  context: CliContext,
  options: { readonly echo?: boolean } = {},
): Promise<readonly ModuleInterface[]> {
  if (files.length === 0) return [];
  const { modules, requested } = await loadDefinitions(files, context);
  const definitions = describeModules(modules);
  return describeInterfaces(modules)
    .filter(({ module }) => requested.includes(module))
    .map((descriptor) => {
      const object = new SimulatedObject(descriptor, options);
      const definition = definitions.get(descriptor.module);
      return {
        descriptor,
        object,
        serve: (service, shown = {}) =>
          object.serve(service, {
            ...shown,
            ...(definition && { definition }),
          }),
      };
    });
}

/**
 * Puts the interfaces of module definitions before those of the program.
 *
 * @param own The interfaces of module definitions.
 */
export function joinInterfaces(
  own: readonly KnownInterface[],
  known: readonly KnownInterface[],
): readonly KnownInterface[] {
  const names = own.map(({ descriptor }) => qualifiedName(descriptor));
  return [
    ...own,
    ...known.filter(({ descriptor }) =>
      !names.includes(qualifiedName(descriptor))
    ),
  ];
}
