/**
 * `smartbike doctor`: checks this machine, and advises what to do.
 *
 * @module
 */
import { DeviceMemory } from "#lib/app/device_memory.ts";
import { checkQuirks } from "#lib/app/quirk_checks.ts";
import { brokerSettingsOf } from "#lib/app/broker_settings.ts";
import {
  checkBroker,
  checkConfig,
  checkDevices,
  checkPins,
  checkRadios,
  checkSerialPorts,
} from "#lib/app/doctor.ts";
import type { Check } from "#lib/app/check.ts";
import { topicsOf } from "#lib/app/topic_checks.ts";
import { HardwareUnavailableError } from "#lib/base/errors.ts";
import { formatListenAddress } from "#lib/config/listen_address.ts";
import { SETTINGS } from "#lib/config/schema.ts";
import { settingOptions } from "#lib/config/setting_option.ts";
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

/** `smartbike doctor`. */
export const doctorCommand: CommandDefinition = {
  name: "doctor",
  summary:
    "check configuration, Bluetooth, ports, pins and broker; print advice",
  options: [
    { flags: "--json", description: "print one JSON value a check" },
    ...CONFIG_OPTIONS,
    ...settingOptions(SETTINGS.broker),
  ],
  details:
    `Checks that the configuration has no mistakes, that bluetoothd runs and may be
used, that its radios are on and receive, that the radios of the configuration
exist, which serial ports there are, that its pins may be used, that the broker
accepts the account, and that the account may use the topics of the bike, of its
object and of Home Assistant, as they are configured: it publishes an empty
message below each, in a level of its own, and waits for those that it may read.
Ends with 1 if a check fails.`,
  examples: ["doctor", "doctor --broker 127.0.0.1:1883"],
  permissions: ["net", "write", "sys", "ffi"],
  run,
};

async function run(input: CommandInput, context: CliContext): Promise<void> {
  const { output } = context;
  const isJson = input.options.flag("json");
  const hardware = context.hardware();
  const loaded = await loadConfig(input, context);
  const { devices, config: { bluetooth } } = loaded.configuration;
  await using _ble = hardware.ble;
  await using memory = await DeviceMemory.open(context.io);
  const checks = [
    () => checkConfig(loaded.file, loaded.mistakes),
    () => checkRadios(hardware.ble, bluetooth),
    () => checkDevices(devices, hardware.ble),
    () => checkQuirks(devices, memory.devices),
    () => checkSerialPorts(hardware.serial, devices),
    () => checkPins(devices, hardware.gpio),
    () => checkConfiguredBroker(loaded, context),
  ];
  const errors: string[] = [];
  for (const check of checks) {
    for (const outcome of await check()) {
      if (outcome.state === "error") errors.push(outcome.subject);
      if (isJson) output.line(JSON.stringify(outcome));
      else for (const line of toLines(outcome)) output.line(line);
    }
  }
  const [first] = errors;
  if (first === undefined) return;
  throw new HardwareUnavailableError(
    `Cannot run a bike: problems with ${errors.join(", ")}, see above`,
    first,
    "absent",
  );
}

/** The broker that the program would use, which may be one that it runs itself. */
async function checkConfiguredBroker(
  { configuration, secrets }: LoadedConfig,
  { bikeAdapters }: CliContext,
): Promise<readonly Check[]> {
  const { broker, embeddedBroker: { listen } } = configuration.config;
  const isOwn = broker.address === undefined && listen !== undefined;
  const settings = await brokerSettingsOf(configuration, secrets);
  return await checkBroker(
    settings,
    topicsOf(configuration.config, bikeAdapters),
    isOwn ? formatListenAddress(listen) : undefined,
  );
}

function toLines({ state, subject, text, advice }: Check): readonly string[] {
  const line = `${state.padEnd(6)} ${subject.padEnd(9)}  ${text}`;
  return advice === undefined ? [line] : [line, `${" ".repeat(18)}${advice}`];
}
