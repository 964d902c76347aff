/**
 * TypeScript to JavaScript and declarations, by TypeScript's own compiler.
 *
 * @module
 */
import { relative } from "node:path";
import ts from "typescript";
import { BuildError } from "../build_error.ts";

/** The oldest JavaScript that the package runs on: Node 22 and browsers of 2024. */
const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  lib: ["lib.esnext.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  types: [],
  declaration: true,
  esModuleInterop: true,
  stripInternal: true,
  rewriteRelativeImportExtensions: true,
  skipLibCheck: true,
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
};

/** What is compiled. */
interface EmitRequest {
  /** Folder of the sources, with their packages in `node_modules`. */
  readonly root: string;
  /** The entry files, from there. */
  readonly entries: readonly string[];
  /** Folder that is written to. */
  readonly out: string;
}

/**
 * Compiles the entry files and all that they import.
 *
 * @param request What is compiled.
 * @returns Names of the packages that they import.
 * @throws {BuildError} If the sources have a mistake, such as a use of `Deno`.
 */
export function emitPackage(
  { root, entries, out }: EmitRequest,
): readonly string[] {
  const program = ts.createProgram(
    entries.map((entry) => `${root}/${entry}`),
    {
      ...OPTIONS,
      rootDir: root,
      outDir: out,
    },
  );
  const { diagnostics } = program.emit();
  const [first, ...more] = [
    ...ts.getPreEmitDiagnostics(program),
    ...diagnostics,
  ];
  if (first === undefined) return importedPackages(program);
  throw new BuildError(
    `Cannot compile the package: ${describe(first, root)}${
      more.length === 0 ? "" : `; ${more.length} more`
    }`,
  );
}

function importedPackages(program: ts.Program): readonly string[] {
  const own = program.getSourceFiles().filter((file) =>
    !file.isDeclarationFile
  );
  const specifiers = own.flatMap(({ text }) =>
    ts.preProcessFile(text).importedFiles.map(({ fileName }) => fileName)
  );
  const names = specifiers
    .filter((specifier) => !/^(\.|node:)/.test(specifier))
    .map((specifier) =>
      /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier
    );
  return [...new Set(names)];
}

function describe(
  { file, start, messageText }: ts.Diagnostic,
  root: string,
): string {
  const text = ts.flattenDiagnosticMessageText(messageText, " ");
  if (file === undefined || start === undefined) return text;
  const { line, character } = file.getLineAndCharacterOfPosition(start);
  const path = relative(root, file.fileName);
  return `${path}:${line + 1}:${character + 1}: ${text}`;
}
