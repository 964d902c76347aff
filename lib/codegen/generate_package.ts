/**
 * From resolved modules to a package: adapters, manifests, README, examples and
 * tests that run at once on Deno and Node.js.
 *
 * @module
 */
import type { LoadResult } from "#lib/idl/load.ts";
import {
  type GenerateOptions,
  moduleContexts,
  moduleFiles,
} from "./generate.ts";
import { exampleFiles, nameSpaces } from "./package_examples.ts";
import { packageIndexFile } from "./package_index_file.ts";
import { manifestFiles, type PackageIdentity } from "./package_manifests.ts";
import { networkFile } from "./package_network_file.ts";
import { packagePage } from "./package_page.ts";
import { packageTestFile } from "./package_test_file.ts";
import type { GeneratedFile } from "./source_file.ts";

/** How a package is generated. */
interface PackageOptions
  extends PackageIdentity, Pick<GenerateOptions, "int64"> {}

/**
 * Generates a package. All but the files of the adapters and `mod.ts` are
 * starters.
 *
 * @param loaded The modules, valid ones only.
 * @param options How the package is called.
 * @returns The files; those of the modules below `src`.
 */
export function generatePackage(
  loaded: Pick<LoadResult, "modules" | "positions">,
  options: PackageOptions,
): readonly GeneratedFile[] {
  const { modules, positions } = loaded;
  const { name, int64 = "bigint" } = options;
  const contexts = moduleContexts(modules, { int64, positions });
  return [
    ...manifestFiles(options, modules),
    packagePage(contexts, options),
    packageIndexFile(contexts, nameSpaces(contexts)),
    ...contexts.flatMap(moduleFiles).map((file) => ({
      ...file,
      path: `src/${file.path}`,
    })),
    ...exampleFiles(contexts, name),
    networkFile(),
    ...contexts.flatMap((context) =>
      context.module.interfaces.map((one) => packageTestFile(one, context))
    ),
  ];
}
