/**
 * `smartbike doctor`: says what is wrong with this machine, and what to do.
 *
 * @module
 */
import { isIPv6 } from "node:net";
import { HardwareUnavailableError } from "#lib/base/errors.ts";
import { parseListenAddress } from "../options/listen_address.ts";
import { BROKER_OPTIONS } from "../options/broker_options.ts";
import type {
  CliContext,
  CommandDefinition,
  CommandInput,
} from "../command.ts";
import {
  CONFIG_OPTIONS,
  loadConfig,
  type LoadedConfig,
} from "../options/config_options.ts";
import {
  brokerSettingsOf,
  embeddedAccountOf,
  SecretReader,
} from "../bike/configured_broker.ts";
import {
  checkBroker,
  checkConfig,
  checkDevices,
  checkPins,
  checkRadios,
  checkSerialPorts,
  type Finding,
} from "./doctor_checks.ts";

/** `smartbike doctor`. */
export const doctorCommand: CommandDefinition = {
  name: "doctor",
  summary:
    "check configuration, Bluetooth, ports, pins and broker; say what to do",
  options: [
    { flags: "--json", description: "print one JSON value a finding" },
    ...CONFIG_OPTIONS,
    ...BROKER_OPTIONS,
  ],
  details:
    `Checks that the configuration has no mistakes, that bluetoothd runs and may be
used, that its radios are on and hear, that those which the configuration names
are there, which serial ports there are, that its pins may be used, and that the
broker takes this account.
Ends with 1 if something is wrong.`,
  examples: ["doctor", "doctor --broker 127.0.0.1:1883"],
  permissions: ["net", "write", "sys", "ffi"],
  run,
};

async function run(input: CommandInput, context: CliContext): Promise<void> {
  const { options } = input;
  const { output } = context;
  const hardware = context.hardware();
  const loaded = await loadConfig(input, context);
  const { devices, settings } = loaded.configuration;
  const powerOn = settings.flag("bluetooth.powerOn");
  await using _ble = hardware.ble;
  const checks = [
    () => checkConfig(loaded),
    () => checkRadios(hardware.ble, { powerOn }),
    () => checkDevices(devices, hardware.ble),
    () => checkSerialPorts(hardware.serial, devices),
    () => checkPins(devices, hardware.gpio),
    () => checkConfiguredBroker(loaded, context),
  ];
  const wrong: Finding[] = [];
  for (const check of checks) {
    for (const finding of await check()) {
      if (finding.state === "wrong") wrong.push(finding);
      if (options.flag("json")) output.line(JSON.stringify(finding));
      else for (const line of toLines(finding)) output.line(line);
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

/** The broker that the program would use, which may be one that it runs itself. */
async function checkConfiguredBroker(
  { configuration: { settings }, environment }: LoadedConfig,
  context: CliContext,
): Promise<readonly Finding[]> {
  const secrets = new SecretReader(settings, environment, context);
  const listen = settings.text("embeddedBroker.listen");
  if (listen === undefined) {
    return await checkBroker(await brokerSettingsOf(settings, secrets));
  }
  const { host, port } = parseListenAddress(listen);
  const account = await embeddedAccountOf(settings, secrets);
  const url = `mqtt://${isIPv6(host) ? `[${host}]` : host}:${port}`;
  const own = { url, ...(account && { account }) };
  const broker = await brokerSettingsOf(settings, secrets, own);
  return await checkBroker(broker, listen);
}

function toLines({ state, subject, text, advice }: Finding): readonly string[] {
  const line = `${state.padEnd(6)} ${subject.padEnd(9)}  ${text}`;
  return advice === undefined ? [line] : [line, `${" ".repeat(18)}${advice}`];
}
