/**
 * `smartbike scan`: lists the BLE devices around.
 *
 * @module
 */
import { nameOfService } from "#lib/gatt/uuids.ts";
import { reasonOf } from "#lib/gatt/quirks.ts";
import type { CliContext, CommandBody, CommandInput } from "../command.ts";
import { findDevices, type FoundDevice } from "../found_devices.ts";
import { untilInterrupted } from "../interrupt.ts";
import { SETTINGS } from "#lib/config/schema.ts";
import { settingOptions } from "#lib/config/setting_option.ts";
import {
  CONFIG_OPTIONS,
  loadConfig,
  requireSound,
} from "../options/config_options.ts";
import { parseDuration } from "../options/duration.ts";

/** How long the scan takes by default, in milliseconds. */
const DEFAULT_TIMEOUT_MS = 10_000;

/** `smartbike scan`. */
export const scanCommand: CommandBody = {
  options: [
    {
      flags: "--timeout <time>",
      description: "how long to scan, such as 5s or 2m (default: 10s)",
    },
    {
      flags: "--adapter <name>",
      description: "the radio to use, for example hci0 (default: all)",
    },
    { flags: "--json", description: "print one JSON value a device" },
    ...CONFIG_OPTIONS,
    ...settingOptions(SETTINGS.bluetooth),
  ],
  details:
    `Devices sleep: turn the pedals, put the strap on. One that a phone or another
computer is connected to is not seen. Ctrl-C ends the scan early.`,
  permissions: ["net", "write", "sys"],
  run,
};

async function run(input: CommandInput, context: CliContext): Promise<void> {
  const { options } = input;
  const timeout = options.text("timeout");
  const timeoutMs = timeout === undefined
    ? DEFAULT_TIMEOUT_MS
    : parseDuration(timeout, "--timeout");
  const adapter = options.text("adapter");
  const { io, output } = context;
  const drivers = await context.drivers();
  const loaded = await loadConfig(input, context);
  const { config: { bluetooth } } = requireSound(loaded, context);
  const { ble } = await context.hardware(bluetooth);
  const isJson = options.flag("json");
  if (!isJson) {
    output.note(`scanning for ${timeoutMs / 1000} s, Ctrl-C ends it`);
  }
  let devices: readonly FoundDevice[] = [];
  await untilInterrupted(io, async (interrupted) => {
    const late = AbortSignal.timeout(timeoutMs);
    const signal = AbortSignal.any([interrupted, output.closed, late]);
    const filter = adapter === undefined ? {} : { adapter };
    devices = await findDevices(ble, drivers, { filter, signal });
  });
  for (const device of devices) {
    const lines = isJson ? [toJson(device)] : toLines(device);
    for (const line of lines) output.line(line);
  }
  if (devices.length === 0) {
    output.note("no device was found: wake the devices, and come nearer");
  }
}

function toJson({ seen, drivers, quirks }: FoundDevice): string {
  const { address, adapter, name, signalDbm = null, services } = seen;
  return JSON.stringify({
    address,
    adapter,
    name,
    signalDbm,
    services,
    drivers,
    quirks: quirks.map((row) => ({ what: row.what, why: reasonOf(row) })),
  });
}

function toLines({ seen, drivers, quirks }: FoundDevice): readonly string[] {
  const { address, adapter, name, signalDbm, services } = seen;
  const line = [
    address,
    adapter.padEnd(5),
    (signalDbm === undefined ? "" : `${signalDbm} dBm`).padStart(8),
    (name || "(no name)").padEnd(20),
    `${services.map(nameOfService).join(", ") || "(no services)"}:`,
    drivers.join(", ") || "no driver",
  ].join("  ");
  return [
    line,
    ...quirks.map((row) => `  quirk: ${row.what} (${reasonOf(row)})`),
  ];
}
