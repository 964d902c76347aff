/**
 * `smartbike driver`: runs a bike with the devices that the command line names.
 *
 * @module
 */
import { UsageError } from "#lib/base/errors.ts";
import type { CliContext, CommandBody, CommandInput } from "../command.ts";
import { loadConfig, requireSound } from "../options/config_options.ts";
import {
  OPERAND_WORDS,
  parseWorld,
  usualDrivers,
} from "../options/world_options.ts";
import { BIKE_PROGRAM_OPTIONS, runBikeProgram } from "./bike_program.ts";
import { listDrivers } from "./driver_list.ts";

/** `smartbike driver`. */
export const driverCommand: CommandBody = {
  operands: "[simulated|replay FILE] [DRIVER…]",
  operandWords: OPERAND_WORDS,
  options: [
    ...BIKE_PROGRAM_OPTIONS,
    {
      flags: "--verbose",
      description:
        'with "list": also the values of options, and who needs them',
    },
  ],
  details:
    `Runs the named drivers in one process, a name twice for two devices of a kind.
Each looks for its device, keeps it, and reconnects when it was away. The bike
is published on the topics bike/ID/…, and as smartbike.Bike for ApiGear clients.
All but the devices is as with "smartbike start": limits, broker, and the
options of devices of the same kind come from smartbike.yaml, if there is one.
"smartbike driver list" prints the drivers and their options.

"simulated" rides without any device: its peripherals send real frames through
the same drivers, and react to commands; its rides are recorded only where
rides.db (--db) names a place. "replay" plays a file of --capture.`,
  logLevel: "info",
  logsAsConfigured: true,
  run,
};

async function run(input: CommandInput, context: CliContext): Promise<void> {
  const { output } = context;
  const drivers = await context.drivers();
  if (input.operands[0] === "list") {
    const isVerbose = input.options.flag("verbose");
    return listDrivers(drivers, output, { isVerbose });
  }
  const request = parseWorld(input.operands, drivers);
  const chosen = request.chosen.length > 0
    ? request.chosen
    : usualDrivers(request.kind, drivers);
  if (chosen.length === 0) {
    const names = drivers.map(({ name }) => name).join(", ");
    throw new UsageError(
      `Cannot run a bike: no driver is named, expected one or more of ${names}, or simulated`,
      "driver",
    );
  }
  const load = () => loadConfig(input, context, chosen);
  const loaded = await load();
  const configuration = requireSound(loaded, context);
  const program = { configuration, loaded, request, load };
  await runBikeProgram(program, input, context);
}
