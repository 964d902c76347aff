/**
 * `smartbike reload`: has a running bike read its configuration again.
 *
 * @module
 */
import { stateFolder } from "#lib/app/device_memory.ts";
import { ConfigError, UsageError } from "#lib/base/errors.ts";
import type { CliContext, CommandBody, CommandInput } from "../command.ts";
import {
  findReloadable,
  type ReloadableBike,
  type ReloadReport,
  requestReload,
} from "../reload_socket.ts";

/** Where the service keeps its state. */
const SERVICE_FOLDER = "/var/lib/smartbike";

/** `smartbike reload`. */
export const reloadCommand: CommandBody = {
  options: [
    {
      flags: "--bike <id>",
      description: "reload this bike only (default: all on this machine)",
    },
  ],
  details:
    `Reaches the bikes that "smartbike start" and "driver" run on this machine for
this user, and those of the service. Everything changes at once but the bike's
id, name and object, the brokers, Bluetooth, the dashboard and the history; for
these this prints what needs a restart. A file with a mistake changes nothing,
and this ends with 2. For the service it needs root: sudo smartbike reload, or
systemctl reload smartbike.`,
  permissions: ["net", "write", "sys"],
  run,
};

async function run(
  { options }: CommandInput,
  { io, output }: CliContext,
): Promise<void> {
  const own = stateFolder(io);
  const bikes = await findReloadable([...own ? [own] : [], SERVICE_FOLDER]);
  const wanted = options.text("bike");
  const meant = bikes.filter(({ bike }) => !wanted || bike === wanted);
  if (meant.length === 0) throw noBike(wanted, bikes);
  for (const bike of meant) {
    const report = await requestReload(bike);
    for (const line of describe(bike, report)) output.line(line);
    if (report.mistakes.length > 0) throw mistaken(bike, report);
  }
}

function describe(
  { bike }: ReloadableBike,
  { afterRestart, changed, mistakes }: ReloadReport,
): readonly string[] {
  if (mistakes.length > 0) return [];
  const lines = [`bike ${bike}: changed ${changed.join(", ") || "nothing"}`];
  if (afterRestart.length > 0) {
    lines.push(`bike ${bike}: restart it for ${afterRestart.join(", ")}`);
  }
  return lines;
}

function mistaken(
  { bike }: ReloadableBike,
  { file, mistakes }: ReloadReport,
): ConfigError {
  return new ConfigError(
    `Cannot reload bike "${bike}": the old settings stay, expected a file without mistakes\n${
      mistakes.join("\n")
    }`,
    { option: "--config", file },
  );
}

function noBike(
  wanted: string | undefined,
  bikes: readonly ReloadableBike[],
): UsageError {
  const known = bikes.map(({ bike }) => bike).join(", ");
  const state = known === ""
    ? 'no bike runs on this machine, start one with "smartbike start"'
    : `it does not run on this machine, expected ${known}`;
  return new UsageError(
    `Cannot reload ${
      wanted === undefined ? "the configuration" : `bike "${wanted}"`
    }: ${state}`,
    wanted ?? "",
  );
}
