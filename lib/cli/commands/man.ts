/**
 * `smartbike man`: the manual page.
 *
 * @module
 */
import type {
  CliContext,
  CommandDefinition,
  CommandInput,
} from "../command.ts";
import { toManPage } from "../shell/man_page.ts";

/** `smartbike man`. */
export const manCommand: CommandDefinition = {
  name: "man",
  summary: "print the manual page, for man",
  options: [],
  details: `To read it once:
  smartbike man | man -l -

For good:
  smartbike man > /usr/local/share/man/man1/smartbike.1`,
  examples: ["man"],
  permissions: [],
  run,
};

function run(_input: CommandInput, context: CliContext): Promise<void> {
  context.output.text(toManPage(context.program));
  return Promise.resolve();
}
