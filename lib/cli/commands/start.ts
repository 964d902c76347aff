/**
 * `smartbike start`: runs all that the configuration names.
 *
 * @module
 */
import { ConfigError, UsageError } from "#lib/base/errors.ts";
import type { CliContext, CommandBody, CommandInput } from "../command.ts";
import {
  CONFIG_FILE,
  loadConfig,
  requireSound,
} from "../options/config_options.ts";
import { BIKE_PROGRAM_OPTIONS, runBikeProgram } from "./bike_program.ts";

/** `smartbike start`. */
export const startCommand: CommandBody = {
  operands: "[simulated]",
  operandWords: ["simulated"],
  options: BIKE_PROGRAM_OPTIONS,
  details:
    `Runs the embedded broker, the bike and its drivers in one process, as configured
in smartbike.yaml; "smartbike init" writes one. The command line overrides the
environment, the environment the file, and the file the defaults. A broker that
the command line names takes the place of the embedded one.

"smartbike reload", or the signal SIGHUP to a program without a terminal, has
it read the file again. Everything changes at once but the bike's id, name and
object, the brokers, Bluetooth, the dashboard and the history; the log names
what needs a restart. A file with a mistake changes nothing. With "simulated"
the devices are simulated, and rides go by themselves; they are recorded only
where rides.db (--db) names a place.`,
  logLevel: "info",
  logsAsConfigured: true,
  run,
};

async function run(input: CommandInput, context: CliContext): Promise<void> {
  const kind = parseOperands(input);
  const load = () => loadConfig(input, context);
  const loaded = await load();
  if (loaded.file === undefined) {
    throw new ConfigError(
      `Cannot start: there is no ${CONFIG_FILE}, write one with "smartbike init" or name one with --config`,
      { option: "--config" },
    );
  }
  const configuration = requireSound(loaded, context);
  const request = { kind, file: "", chosen: [] };
  const program = { configuration, loaded, request, load };
  await runBikeProgram(program, input, context);
}

function parseOperands({ operands }: CommandInput): "real" | "simulated" {
  const [first, ...rest] = operands;
  const stray = first === undefined || first === "simulated" ? rest[0] : first;
  if (stray === undefined) return first === undefined ? "real" : "simulated";
  throw new UsageError(
    `Cannot start "${stray}": expected simulated or nothing; ${CONFIG_FILE} names devices, and "smartbike driver ${stray}" runs one without it`,
    stray,
  );
}
