/**
 * `smartbike generate`: writes TypeScript for module definitions.
 *
 * @module
 */
import { generateLoaded, type GenerateOptions } from "#lib/codegen/generate.ts";
import { generatePackage } from "#lib/codegen/generate_package.ts";
import {
  isPackageName,
  PACKAGE_RUNTIMES,
  type PackageRuntime,
} from "#lib/codegen/package_manifests.ts";
import { INT64_TYPES, type Int64Type } from "#lib/objectapi/descriptor.ts";
import {
  DEFAULT_RUNTIME,
  type GeneratedFile,
} from "#lib/codegen/source_file.ts";
import {
  compareFiles,
  type FileStore,
  isOutdated,
  writeFiles,
} from "#lib/codegen/write.ts";
import {
  DefinitionError,
  SmartbikeError,
  UsageError,
} from "#lib/base/errors.ts";
import { requireFiles } from "./check.ts";
import type { CliContext, CommandBody, CommandInput } from "../command.ts";
import { type GenerateTarget, generateTargets } from "./generate_targets.ts";
import { untilInterrupted } from "../interrupt.ts";
import { writing } from "#lib/app/named_files.ts";
import { loadDefinitions } from "../client/module_files.ts";

const DETAILS =
  `A FILE is a definition (.idl, .module.yaml, .module.json), a solution
(.solution.yaml) or a folder of definitions. Each module, also one that is only
imported, gets a folder in DIR:

  api.gen.ts              types, defaults and descriptors
  client_adapter.gen.ts   objects that a service holds
  service_adapter.gen.ts  local objects that clients use
  definition.gen.ts       the definition, for others to discover
  mod.gen.ts              exports all of it
  INTERFACE.ts            a starter for the implementation; it is yours, and
                          never written again once it is there

With --package the folders stand in DIR/src, and DIR is a package for Deno and
Node.js: package.json, deno.json, mod.ts (generated), README.md, examples/, and
in tests/ one test per interface. All but mod.ts are yours, as the starters.
--runtime node leaves out deno.json and adds tsconfig.json; --runtime deno
leaves out package.json.

A solution without --out writes each target whose template is "typescript" to
its own output; targets of other templates are left to ApiGear's generator.`;

/** `smartbike generate`. */
export const generateCommand: CommandBody = {
  operands: "FILE…",
  options: [
    {
      flags: "--out <dir>",
      description: "folder to write to (of a solution: the outputs it names)",
    },
    {
      flags: "--package <name>",
      description: "make it a package of this name, with examples and tests",
    },
    {
      flags: "--check",
      description: "write nothing; end with 1 if a file is missing or stale",
    },
    {
      flags: "--watch",
      description: "write again whenever a definition changes",
    },
    {
      flags: "--runtime <module>",
      description:
        `what generated code imports (default: ${DEFAULT_RUNTIME}); with --package: deno or node, for that alone`,
    },
    {
      flags: "--int64 <type>",
      description: `what an int64 is in TypeScript: ${
        INT64_TYPES.join(", ")
      } (default: bigint)`,
    },
  ],
  details: DETAILS,
  permissions: ["write", "sys"],
  run,
};

function parseInt64(text: string): Int64Type {
  const type = INT64_TYPES.find((one) => one === text);
  if (type) return type;
  throw new UsageError(
    `Cannot use --int64 "${text}": expected ${INT64_TYPES.join(", ")}`,
    "--int64",
  );
}

function parsePackage({ options }: CommandInput): PackageChoice | undefined {
  const name = options.text("package");
  if (name === undefined) return undefined;
  if (!isPackageName(name)) {
    throw new UsageError(
      `Cannot use --package "${name}": expected a name that npm takes, such as lamp or @home/lamp`,
      "--package",
    );
  }
  const runtime = options.text("runtime");
  if (runtime === undefined) return { name, only: undefined };
  const only = PACKAGE_RUNTIMES.find((one) => one === runtime);
  if (only) return { name, only };
  throw new UsageError(
    `Cannot use --runtime "${runtime}" with --package: a package imports ${DEFAULT_RUNTIME}, expected ${
      PACKAGE_RUNTIMES.join(" or ")
    }, for what runs on that alone`,
    "--runtime",
  );
}

/** The package that the command line asks for. */
interface PackageChoice {
  readonly name: string;
  /** The only one that it runs on. */
  readonly only: PackageRuntime | undefined;
}

/** What the command line asks for. */
interface Request extends GenerateTarget {
  readonly options: Omit<GenerateOptions, "positions">;
  /** Makes it a package; the adapters then stand below `src`. */
  readonly chosen: PackageChoice | undefined;
  readonly context: CliContext;
}

async function run(input: CommandInput, context: CliContext): Promise<void> {
  const { operands, options } = input;
  requireFiles("generate", operands);
  const wanted = {
    options: {
      runtime: options.text("runtime") ?? DEFAULT_RUNTIME,
      int64: parseInt64(options.text("int64") ?? "bigint"),
    },
    chosen: parsePackage(input),
    context,
  };
  const isCheck = options.flag("check");
  const isWatch = options.flag("watch");
  if (isCheck && isWatch) {
    throw new UsageError(
      "Cannot use --watch with --check: one writes, the other does not",
      "--watch",
    );
  }
  const out = options.text("out");
  const targets = await generateTargets(operands, out, context);
  const requests = targets.map((target) => ({ ...target, ...wanted }));
  if (isWatch) {
    return await untilInterrupted(context.io, async (signal) => {
      await Promise.all(requests.map((request) => watch(request, signal)));
    });
  }
  for (const request of requests) {
    await (isCheck ? check(request) : write(request));
  }
}

async function generate(request: Request): Promise<readonly GeneratedFile[]> {
  const loaded = await loadDefinitions(request.files, request.context);
  const { options, chosen, context } = request;
  if (chosen === undefined) return generateLoaded(loaded, options);
  const [runtimeVersion = ""] = context.version.split(" ");
  return generatePackage(loaded, { ...options, ...chosen, runtimeVersion });
}

async function write(request: Request): Promise<void> {
  const { context: { output }, isDryRun } = request;
  const carryOut = isDryRun ? compareFiles : writeFiles;
  const reports = await carryOut(await generate(request), storeOf(request));
  const written = reports.filter(({ state }) => isOutdated(state));
  for (const { file } of written) {
    const verb = isDryRun ? "would write" : "wrote";
    output.line(`${verb} ${request.out}/${file.path}`);
  }
  const count = isDryRun ? 0 : written.length;
  output.line(`${count} of ${reports.length} files written`);
}

async function check(request: Request): Promise<void> {
  const { output } = request.context;
  const reports = await compareFiles(await generate(request), storeOf(request));
  const outdated = reports.filter(({ state }) => isOutdated(state));
  for (const { file, state } of outdated) {
    output.line(`${state} ${request.out}/${file.path}`);
  }
  const [first] = outdated;
  if (first === undefined) {
    return output.line(`${reports.length} files are up to date`);
  }
  const file = `${request.out}/${first.file.path}`;
  throw new DefinitionError(
    `Cannot accept "${request.out}": ${outdated.length} of ${reports.length} files are missing or stale, generate them again`,
    { file, line: 1, column: 1, path: "" },
  );
}

/**
 * A definition that is broken for a while ends nothing, and one that changes
 * while files are written is not missed.
 */
async function watch(request: Request, signal: AbortSignal): Promise<void> {
  const { files, context } = request;
  const folders = new Set(
    files.map((file) =>
      isFile(file) ? file.replace(/[^/\\]*$/, "") || "." : file
    ),
  );
  const changes = context.io.watch([...folders], signal)[
    Symbol.asyncIterator
  ]();
  let next = changes.next();
  await attempt();
  while (true) {
    const change = await next;
    if (change.done) return;
    next = changes.next();
    if (change.value.some(isFile)) await attempt();
  }

  async function attempt(): Promise<void> {
    try {
      await write(request);
    } catch (error) {
      if (!(error instanceof SmartbikeError)) throw error;
      context.output.note(error.message);
    }
  }
}

function isFile(path: string): boolean {
  return /\.(idl|ya?ml|json)$/.test(path);
}

function storeOf({ out, context: { io } }: Request): FileStore {
  const read = async (path: string) => {
    try {
      return await io.readTextFile(path);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return undefined;
      throw error;
    }
  };
  return {
    read: (path) => writing("--out", out, () => read(`${out}/${path}`)),
    write: (path, text) =>
      writing("--out", out, () => io.writeTextFile(`${out}/${path}`, text)),
  };
}
