/**
 * `smartbike scan`: tells what BLE devices are around.
 *
 * @module
 */
import { UsageError } from "#lib/base/errors.ts";
import { nameOfService } from "#lib/gatt/uuids.ts";
import { type BleAdvertisement, fitsFilter } from "#lib/hardware/ble.ts";
import type { DriverDefinition } from "#lib/driver/driver.ts";
import type {
  CliContext,
  CommandDefinition,
  CommandInput,
  OptionValues,
} from "../command.ts";
import { untilInterrupted } from "../interrupt.ts";
import { POWER_ON_OPTION } from "../options/radio_option.ts";

/** How long the scan takes unless told otherwise, and at most, in seconds. */
const SECONDS = { usual: 10, most: 3600 };

/** `smartbike scan`. */
export const scanCommand: CommandDefinition = {
  name: "scan",
  summary: "list the BLE devices around, and the drivers that fit",
  options: [
    {
      flags: "--seconds <number>",
      description:
        `how long to listen, at most ${SECONDS.most} (default: ${SECONDS.usual})`,
    },
    {
      flags: "--adapter <name>",
      description: "the radio to use, for example hci0 (default: all)",
    },
    POWER_ON_OPTION,
    { flags: "--json", description: "print one JSON value a device" },
  ],
  details:
    `Devices sleep: turn the pedals, put the strap on. One that a phone or another
computer is connected to is not seen. Ctrl-C ends the scan early.`,
  examples: ["scan", "scan --seconds 5 --json"],
  permissions: ["net", "write", "sys"],
  run,
};

async function run(input: CommandInput, context: CliContext): Promise<void> {
  const { options } = input;
  const seconds = parseSeconds(options);
  const adapter = options.text("adapter");
  const { drivers, io, output } = context;
  const { ble } = context.hardware({ powerOn: options.flag("power-on") });
  const isJson = options.flag("json");
  if (!isJson) output.note(`listens for ${seconds} s, Ctrl-C ends it`);
  const loudness = ({ signalDbm = -Infinity }: BleAdvertisement) => signalDbm;
  const found = new Map<string, BleAdvertisement>();
  await untilInterrupted(io, async (interrupted) => {
    const late = AbortSignal.timeout(seconds * 1000);
    const signal = AbortSignal.any([interrupted, output.closed, late]);
    const filter = adapter === undefined ? {} : { adapter };
    for await (const heard of ble.scan(filter, { signal })) {
      const last = found.get(heard.address);
      const isFainter = last && last.adapter !== heard.adapter &&
        loudness(last) > loudness(heard);
      if (!isFainter) found.set(heard.address, heard);
    }
  });
  const devices = [...found.values()]
    .sort((a, b) =>
      loudness(b) - loudness(a) || (a.address < b.address ? -1 : 1)
    )
    .map((heard) => ({ heard, drivers: fittingDrivers(heard, drivers) }));
  for (const device of devices) {
    output.line(isJson ? toJson(device) : toLine(device));
  }
  if (devices.length === 0) {
    output.note("nothing was heard: wake the devices, and come nearer");
  }
}

/** A device and what could drive it. */
interface Found {
  readonly heard: BleAdvertisement;
  readonly drivers: readonly string[];
}

function fittingDrivers(
  heard: BleAdvertisement,
  drivers: readonly DriverDefinition[],
): readonly string[] {
  return drivers
    .filter(({ fits }) => fits !== undefined && fitsFilter(heard, fits))
    .map(({ name }) => name);
}

function toJson({ heard, drivers }: Found): string {
  const { address, adapter, name, signalDbm = null, services } = heard;
  return JSON.stringify({
    address,
    adapter,
    name,
    signalDbm,
    services,
    drivers,
  });
}

function toLine({ heard, drivers }: Found): string {
  const { address, adapter, name, signalDbm, services } = heard;
  return [
    address,
    adapter.padEnd(5),
    (signalDbm === undefined ? "" : `${signalDbm} dBm`).padStart(8),
    (name || "(no name)").padEnd(20),
    `${services.map(nameOfService).join(", ") || "(no services)"}:`,
    drivers.join(", ") || "no driver",
  ].join("  ");
}

function parseSeconds(options: OptionValues): number {
  const text = options.text("seconds");
  if (text === undefined) return SECONDS.usual;
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : 0;
  if (seconds > 0 && seconds <= SECONDS.most) return seconds;
  throw new UsageError(
    `Cannot use --seconds "${text}": expected a number above 0, at most ${SECONDS.most}`,
    "--seconds",
  );
}
