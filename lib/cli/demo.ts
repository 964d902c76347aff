/**
 * `smartbike demo`: shows what the program does, with a broker of its own.
 *
 * @module
 */
import { EmbeddedBroker } from "#lib/mqtt/embedded_broker.ts";
import type { CliContext, CommandDefinition, CommandInput } from "./command.ts";

/** `smartbike demo`. */
export const demoCommand: CommandDefinition = {
  name: "demo",
  summary: "show a service and a client talking through a broker",
  options: [],
  details:
    "Starts a broker on a free port of this machine, and ends by itself in seconds.",
  examples: ["demo"],
  run,
};

async function run(_input: CommandInput, context: CliContext): Promise<void> {
  const { output, demonstrate } = context;
  await using broker = await EmbeddedBroker.listen();
  output.line(`broker   listens on ${broker.url}`);
  await demonstrate(broker.url, (line) => output.line(line));
}
