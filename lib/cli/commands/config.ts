/**
 * `smartbike config`: shows, checks and describes the configuration.
 *
 * @module
 */
import { configure } from "#lib/config/configuration.ts";
import { configSchema } from "#lib/config/json_schema.ts";
import { listValues, renderYaml, toData } from "#lib/config/render.ts";
import { formatMistake } from "#lib/config/setting.ts";
import { ConfigError, UsageError } from "#lib/base/errors.ts";
import { didYouMean } from "#lib/base/suggest.ts";
import { BIKE_OPTIONS } from "../options/bike_options.ts";
import { BROKER_OPTIONS } from "../options/broker_options.ts";
import type {
  CliContext,
  CommandDefinition,
  CommandInput,
} from "../command.ts";
import {
  CONFIG_OPTIONS,
  loadConfig,
  requireSound,
} from "../options/config_options.ts";
import { DRIVER_OPTION } from "../bike/driver_setups.ts";
import { METRICS_OPTION } from "../options/metrics_option.ts";
import { POWER_ON_OPTION } from "../options/radio_option.ts";
import { readText } from "../options/option_files.ts";

const ACTIONS: Readonly<Record<string, CommandDefinition["run"]>> = {
  show,
  check,
  schema,
};

/** `smartbike config`. */
export const configCommand: CommandDefinition = {
  name: "config",
  summary: "show, check or describe the configuration",
  operands: "show|check FILE…|schema",
  operandWords: ["show", "check", "schema"],
  options: [
    {
      flags: "--origin",
      description: "say where each value comes from (show)",
    },
    { flags: "--json", description: "print JSON (show, check)" },
    ...CONFIG_OPTIONS,
    POWER_ON_OPTION,
    METRICS_OPTION,
    DRIVER_OPTION,
    ...BIKE_OPTIONS,
    ...BROKER_OPTIONS,
  ],
  details:
    `"show" prints all that holds: of the command line, the environment, the file
and the defaults, in this order; secrets are not shown. What it prints can be
used as a file. "check" finds every mistake in files, with its place; the
environment is left out. "schema" prints the JSON Schema of the file, for
editors.`,
  examples: [
    "config show --origin",
    "config check smartbike.yaml",
    "config schema",
  ],
  run,
};

async function run(input: CommandInput, context: CliContext): Promise<void> {
  const [action = "", ...operands] = input.operands;
  const names = Object.keys(ACTIONS);
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
  { operands, options }: CommandInput,
  { output, io, drivers }: CliContext,
): Promise<void> {
  if (operands.length === 0) {
    throw new UsageError(
      "Cannot check: FILE is missing, expected a configuration",
      "FILE",
    );
  }
  let count = 0;
  for (const file of operands) {
    const { mistakes } = configure({
      source: { file, text: await readText(io, "FILE", file) },
      environment: () => undefined,
      options: { text: () => undefined, flag: () => false },
      deviceOptions: [],
      drivers,
    });
    count += mistakes.length;
    for (const mistake of mistakes) {
      output.line(
        options.flag("json") ? JSON.stringify(mistake) : formatMistake(mistake),
      );
    }
  }
  if (count > 0) {
    const object = operands.join(" ");
    throw new ConfigError(
      `Cannot accept "${object}": ${count} ${
        count === 1 ? "mistake" : "mistakes"
      }, expected none`,
      { option: "FILE", value: object },
    );
  }
  if (!options.flag("json")) output.line(`${operands.join(" ")}: no mistakes`);
}

function schema(
  _input: CommandInput,
  { output, drivers }: CliContext,
): Promise<void> {
  output.text(`${JSON.stringify(configSchema(drivers), null, 2)}\n`);
  return Promise.resolve();
}
