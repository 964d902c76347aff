/**
 * `deno task compile`: builds one executable that needs nothing else.
 *
 * @module
 */
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { SmartbikeError, UsageError } from "#lib/base/errors.ts";
import { didYouMean } from "#lib/base/suggest.ts";
import { buildExecutable } from "./build.ts";
import { BUILD_FORMS, type BuildForm } from "./build_form.ts";
import { BUILD_TARGETS, type BuildTarget } from "./build_target.ts";
import { sha256 } from "./sha256.ts";

const USAGE = `Usage: deno task compile [options]

Builds one executable that needs nothing else.

Options:
  --target TRIPLE   ${BUILD_TARGETS.map(({ triple }) => triple).join(" or\n")}
  --out FILE        where to write it (default: build/smartbike-MACHINE)
  --form FORM       ${
  BUILD_FORMS.join(" or ")
} (default: the best that can be had)
  --checksum        write FILE.sha256 beside it, as sha256sum -c reads it
  --help            show this help
`.replace(/ or\n/, ` or\n${" ".repeat(20)}`);

const ROOT = fileURLToPath(new URL("..", import.meta.url)).replace(/\/$/, "");

const encoder = new TextEncoder();

/** A command line. */
interface CompileOptions {
  readonly target: BuildTarget;
  readonly out: string;
  readonly form?: BuildForm;
  readonly checksum: boolean;
}

if (import.meta.main) Deno.exit(await main(Deno.args));

async function main(args: readonly string[]): Promise<number> {
  try {
    const options = parse(args);
    if (!options) {
      print(USAGE);
      return 0;
    }
    await compile(options);
    return 0;
  } catch (error) {
    if (!(error instanceof SmartbikeError)) throw error;
    Deno.stderr.writeSync(encoder.encode(`compile: ${error.message}\n`));
    return error instanceof UsageError ? 2 : 1;
  }
}

async function compile(options: CompileOptions): Promise<void> {
  const { out, checksum } = options;
  const say = (line: string) => print(`${line}\n`);
  await buildExecutable({ ...options, root: ROOT, say });
  const bytes = await Deno.readFile(out);
  say(`wrote ${out} (${(bytes.length / 1e6).toFixed(1)} MB)`);
  if (!checksum) return;
  const line = `${sha256(bytes)}  ${out.replace(/.*\//, "")}\n`;
  await Deno.writeTextFile(`${out}.sha256`, line);
  print(line);
}

/** Reads a command line; undefined where the help is asked for. */
function parse(args: readonly string[]): CompileOptions | undefined {
  const values = readFlags(args);
  if (values.help) return undefined;
  const target = choose(
    "--target",
    values.target ?? `${Deno.build.arch}-unknown-linux-gnu`,
    BUILD_TARGETS.map((target) => [target.triple, target]),
  );
  const out = resolve(
    values.out ?? `${ROOT}/build/smartbike-${target.machine}`,
  );
  const form = values.form === undefined ? undefined : choose(
    "--form",
    values.form,
    BUILD_FORMS.map((form) => [form, form]),
  );
  return {
    target,
    out,
    ...(form && { form }),
    checksum: values.checksum ?? false,
  };
}

function readFlags(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        target: { type: "string" },
        out: { type: "string" },
        form: { type: "string" },
        checksum: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    }).values;
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(`Cannot read the command line: ${message}`, "", {
      cause,
    });
  }
}

function choose<T>(
  option: string,
  text: string,
  choices: readonly (readonly [name: string, value: T])[],
): T {
  const choice = choices.find(([name]) => name === text);
  if (choice) return choice[1];
  const names = choices.map(([name]) => name);
  throw new UsageError(
    `Cannot use ${option} "${text}": expected ${names.join(" or ")}${
      didYouMean(text, names)
    }`,
    option,
  );
}

function print(text: string): void {
  Deno.stdout.writeSync(encoder.encode(text));
}
