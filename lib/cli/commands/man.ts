/**
 * `smartbike man`: the manual page.
 *
 * @module
 */
import type { CliContext, CommandBody, CommandInput } from "../command.ts";
import { loadCommands } from "../load_command.ts";
import { toManPage } from "../shell/man_page.ts";

/** `smartbike man`. */
export const manCommand: CommandBody = {
  options: [],
  details: `To read it once:
  smartbike man | man -l -

For good:
  smartbike man > /usr/local/share/man/man1/smartbike.1`,
  permissions: [],
  run,
};

async function run(
  _input: CommandInput,
  { program, output, drivers }: CliContext,
): Promise<void> {
  output.text(
    toManPage(program, {
      commands: await loadCommands(program.commands),
      drivers: await drivers(),
    }),
  );
}
