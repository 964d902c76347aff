/**
 * `smartbike forget`: lets drivers take other devices than those they had.
 *
 * @module
 */
import { UsageError } from "#lib/base/errors.ts";
import { didYouMean } from "#lib/base/suggest.ts";
import type { CliContext, CommandBody, CommandInput } from "../command.ts";
import { DeviceMemory, STATE_FOLDER } from "#lib/app/device_memory.ts";
import { DRY_RUN_OPTION } from "../systemd/installation.ts";
import type { RememberedDevice } from "#lib/app/memory_file.ts";

/** `smartbike forget`. */
export const forgetCommand: CommandBody = {
  operands: "[DEVICE…]",
  options: [
    {
      flags: "--bike <id>",
      description: "forget devices of this bike only (default: of all bikes)",
    },
    {
      flags: "--state <dir>",
      description:
        `the folder that devices are remembered in (default: ${STATE_FOLDER})`,
    },
    DRY_RUN_OPTION,
  ],
  details:
    `A driver looks for the device it had when the program ran before, and takes
another one that fits only if that is not found within 30 seconds. This forgets
the device of each driver that is named, by its name or as heart-rate-2, or of
all, and lists what it forgot. A running program keeps its devices until it is
restarted. The memory of the service is in /var/lib/smartbike.`,
  permissions: ["write", "sys"],
  run,
};

async function run(
  { operands, options }: CommandInput,
  { io, output }: CliContext,
): Promise<void> {
  await using memory = await DeviceMemory.open(io, options.text("state"));
  if (memory.problem) throw memory.problem;
  requireKnown(operands, memory.devices);
  const bike = options.text("bike");
  const isMeant = (one: RememberedDevice) =>
    (bike === undefined || one.bike === bike) &&
    (operands.length === 0 ||
      namesOf(one).some((name) => operands.includes(name)));
  const devices = memory.devices.filter(isMeant);
  if (devices.length === 0) output.note("no device is remembered");
  else if (!options.flag("dry-run")) await memory.forget(isMeant);
  const verb = options.flag("dry-run") ? "would forget" : "forgot";
  for (const { bike, device, address, name } of devices) {
    output.line(
      `${verb} ${device} of bike ${bike}: ${address} ${name}`.trimEnd(),
    );
  }
}

function requireKnown(
  names: readonly string[],
  devices: readonly RememberedDevice[],
): void {
  const known = [...new Set(devices.flatMap(namesOf))];
  const stray = names.find((name) => !known.includes(name));
  if (stray === undefined || known.length === 0) return;
  throw new UsageError(
    `Cannot forget "${stray}": no such device is remembered${
      didYouMean(stray, known) || `, expected ${known.join(", ")}`
    }`,
    stray,
  );
}

/** What a device can be named by. */
function namesOf({ device, driver }: RememberedDevice): readonly string[] {
  return [device, driver];
}
