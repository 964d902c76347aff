/**
 * Another program that runs when a ride has ended.
 *
 * @module
 */
import { getLogger } from "#lib/base/logger.ts";
import type { Ride } from "#lib/ride/sample.ts";
import type { OptionDefinition } from "../command.ts";
import type { CliIo } from "../io.ts";

const logger = getLogger("ride");

/** The option that names it. */
export const RIDE_END_OPTION: OptionDefinition = {
  flags: "--on-ride-end <command>",
  description:
    "run this in a shell when a ride has ended, its id in $1, for example to upload it",
};

/** Runs a command for a ride; what becomes of it is logged. */
export async function runRideEndCommand(
  io: CliIo,
  command: string,
  { id }: Ride,
): Promise<void> {
  try {
    const { code, error } = await io.runProgram([
      "/bin/sh",
      "-c",
      command,
      "smartbike",
      id,
    ]);
    if (code === 0) logger.info("The command for ride {id} is done", { id });
    else {
      logger.warn("The command for ride {id} ended with {code}: {error}", {
        id,
        code,
        error: error.trim().slice(-500),
      });
    }
  } catch (error) {
    logger.warn("Cannot run the command for ride {id}: {error}", { id, error });
  }
}
