/**
 * The least that a process can do on the command line package: a command with
 * an option, and its help.
 *
 * @module
 */
import { Command } from "commander";

const program = new Command("bare").option("--log-level <level>");
program.command("decode <characteristic> <hex>").action((...operands) => {
  const text = JSON.stringify(operands.slice(0, 2));
  Deno.stdout.writeSync(new TextEncoder().encode(text));
});
program.parse(Deno.args, { from: "user" });
