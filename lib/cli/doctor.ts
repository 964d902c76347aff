/**
 * `smartbike doctor`: says what is wrong with this machine, and what to do.
 *
 * @module
 */
import { HardwareUnavailableError } from "#lib/errors.ts";
import { BROKER_OPTIONS, resolveBroker } from "./broker_options.ts";
import type { CliContext, CommandDefinition, CommandInput } from "./command.ts";
import {
  checkBroker,
  checkRadios,
  checkSerialPorts,
  type Finding,
} from "./doctor_checks.ts";

/** `smartbike doctor`. */
export const doctorCommand: CommandDefinition = {
  name: "doctor",
  summary: "check Bluetooth, ports and the broker, and say what to do",
  options: [
    { flags: "--json", description: "print one JSON value a finding" },
    ...BROKER_OPTIONS,
  ],
  details:
    `Checks that bluetoothd runs and may be used, that its radios are on and hear,
which serial ports there are, and that the broker takes this account. Ends with
1 if something is wrong.`,
  examples: ["doctor", "doctor --broker 127.0.0.1:1883"],
  run,
};

async function run(input: CommandInput, context: CliContext): Promise<void> {
  const { options } = input;
  const { output, hardware } = context;
  const broker = await resolveBroker(options, context);
  await using _ble = hardware.ble;
  const checks = [
    () => checkRadios(hardware.ble),
    () => checkSerialPorts(hardware.serial),
    () => checkBroker(broker),
  ];
  const wrong: Finding[] = [];
  for (const check of checks) {
    for (const finding of await check()) {
      const { state, subject, text, advice } = finding;
      if (state === "wrong") wrong.push(finding);
      if (options.flag("json")) {
        output.line(JSON.stringify({ state, subject, text, advice }));
        continue;
      }
      output.line(`${state.padEnd(6)} ${subject.padEnd(9)}  ${text}`);
      if (advice !== undefined) output.line(`${" ".repeat(18)}${advice}`);
    }
  }
  const [first] = wrong;
  if (first === undefined) return;
  throw new HardwareUnavailableError(
    `Cannot pass "this machine": not in order ${
      wrong.length === 1 ? "is" : "are"
    } ${wrong.map(({ subject }) => subject).join(", ")}, see above`,
    first.subject,
    "absent",
  );
}
