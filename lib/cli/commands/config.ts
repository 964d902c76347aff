/**
 * `smartbike config`: shows, checks and describes the configuration.
 *
 * @module
 */
import { readText } from "#lib/app/named_files.ts";
import { type Configuration, configure } from "#lib/config/configuration.ts";
import { configSchema } from "#lib/config/json_schema.ts";
import { listValues, renderYaml, toData } from "#lib/config/render.ts";
import { SCHEMA } from "#lib/config/schema.ts";
import { placedSettings } from "#lib/config/setting.ts";
import { describeOrigin, formatMistake } from "#lib/config/source.ts";
import { ConfigError, UsageError } from "#lib/base/errors.ts";
import { didYouMean } from "#lib/base/suggest.ts";
import type { CliContext, CommandBody, CommandInput } from "../command.ts";
import { missingOperand } from "../options/missing_operand.ts";
import {
  CONFIG_OPTIONS,
  DRIVER_OPTION,
  loadConfig,
  requireSound,
} from "../options/config_options.ts";
import { BIKE_SETTING_OPTIONS } from "./bike_program.ts";

const ACTIONS: Readonly<Record<string, CommandBody["run"]>> = {
  show,
  check,
  schema,
};

/** `smartbike config`. */
export const configCommand: CommandBody = {
  operands: "show|check [FILE…]|schema",
  operandWords: ["show", "check", "schema"],
  options: [
    {
      flags: "--origin",
      description: "print where each value comes from (show)",
    },
    { flags: "--json", description: "print JSON (show, check)" },
    ...CONFIG_OPTIONS,
    DRIVER_OPTION,
    ...BIKE_SETTING_OPTIONS,
  ],
  details:
    `"show" prints the values in effect: the command line overrides the environment,
the environment the file, and the file the defaults. Secrets are not shown. The
output can be used as a file. "check" finds every mistake in files, by default
in the one that "start" would read, and prints its place; the environment does
not count. It warns of files that are named and not there. "schema" prints the
JSON Schema of the file, for editors.`,
  run,
};

async function run(input: CommandInput, context: CliContext): Promise<void> {
  const [action, ...operands] = input.operands;
  const names = Object.keys(ACTIONS);
  if (action === undefined) {
    const missing = { operand: "ACTION", expected: names };
    throw missingOperand("use a configuration", missing);
  }
  const act = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined;
  if (!act) {
    throw new UsageError(
      `Cannot do "${action}" with a configuration: expected ${
        names.join(", ")
      }${didYouMean(action, names)}`,
      action,
    );
  }
  if (action !== "check" && operands.length > 0) {
    throw new UsageError(
      `Cannot use "${operands[0]}": config ${action} takes nothing else`,
      operands[0] ?? "",
    );
  }
  await act({ ...input, operands }, context);
}

async function show(input: CommandInput, context: CliContext): Promise<void> {
  const loaded = await loadConfig(input, context);
  const configuration = requireSound(loaded, context);
  const { output } = context;
  const withOrigin = input.options.flag("origin");
  if (!input.options.flag("json")) {
    return output.text(renderYaml(configuration, { withOrigin }));
  }
  if (!withOrigin) return output.line(JSON.stringify(toData(configuration)));
  for (const { path, value, origin } of listValues(configuration)) {
    output.line(JSON.stringify({ path, value, origin }));
  }
}

async function check(
  input: CommandInput,
  context: CliContext,
): Promise<void> {
  const { output, io } = context;
  const drivers = await context.drivers();
  const isJson = input.options.flag("json");
  const files = await filesToCheck(input, context);
  let count = 0;
  for (const file of files) {
    const text = await readText(io, "FILE", file);
    const { configuration, mistakes } = configure({
      source: { file, text },
      drivers,
    });
    count += mistakes.length;
    for (const mistake of mistakes) {
      output.line(isJson ? JSON.stringify(mistake) : formatMistake(mistake));
    }
    await warnOfMissing(configuration, context);
  }
  const names = files.join(" ");
  if (count > 0) {
    throw new ConfigError(
      `Cannot use "${names}": found ${count} ${
        count === 1 ? "mistake" : "mistakes"
      }, listed above`,
      { option: "FILE", value: names },
    );
  }
  if (!isJson) output.line(`${names}: no mistakes`);
}

/**
 * Warns of files that a configuration names and that are not there. It may be
 * checked on another machine than the one that it is for, so that they are no
 * mistakes.
 */
async function warnOfMissing(
  { given }: Configuration,
  { io, output }: CliContext,
): Promise<void> {
  for (const { path, setting } of placedSettings(SCHEMA)) {
    const named = given.get(path);
    if (!setting.isFile || named === undefined) continue;
    const file = String(setting.read(named));
    try {
      await io.readTextFile(file);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) continue;
      output.warn(
        `${
          describeOrigin(named.origin)
        }: "${path}" names the file "${file}", which is not there; "start" needs it`,
      );
    }
  }
}

async function filesToCheck(
  input: CommandInput,
  context: CliContext,
): Promise<readonly string[]> {
  if (input.operands.length > 0) return input.operands;
  const { file } = await loadConfig(input, context);
  if (file !== undefined) return [file];
  throw new UsageError(
    "Cannot check: there is no configuration, name a FILE",
    "FILE",
  );
}

async function schema(
  _input: CommandInput,
  { output, drivers }: CliContext,
): Promise<void> {
  const all = configSchema(await drivers());
  output.text(`${JSON.stringify(all, null, 2)}\n`);
}
