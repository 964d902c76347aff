/**
 * `smartbike uninstall`: takes the service off this machine.
 *
 * @module
 */
import type { CliContext, CommandBody, CommandInput } from "../command.ts";
import {
  ask,
  changing,
  DRY_RUN_OPTION,
  isThere,
  PATHS,
  readRoot,
  requireRoot,
  ROOT_OPTION,
  systemctl,
  UNIT,
} from "../systemd/installation.ts";

/** `smartbike uninstall`. */
export const uninstallCommand: CommandBody = {
  options: [ROOT_OPTION, DRY_RUN_OPTION],
  details:
    "Keeps the settings, the remembered devices, the recordings and the user, which\nfiles may still belong to.",
  permissions: ["write", "run", "sys"],
  run,
};

async function run(
  { options }: CommandInput,
  { io, output }: CliContext,
): Promise<void> {
  const root = readRoot(options);
  await requireRoot(io, root);
  const stop = systemctl(
    root,
    "disable",
    ...root === "" ? ["--now"] : [],
    UNIT,
  );
  const files = Object.values(PATHS).map((path) => root + path);
  if (options.flag("dry-run")) {
    output.line(`run ${stop.join(" ")}`);
    for (const path of files) output.line(`remove ${path}`);
    return;
  }
  // Whoever has removed the unit by hand gets the rest removed all the same.
  if (await isThere(io, root + PATHS.unit)) await ask(io, stop);
  let count = 0;
  for (const path of files) {
    const wasThere = await changing(path, () => io.removeFile(path));
    if (!wasThere) continue;
    output.line(`removed ${path}`);
    count++;
  }
  if (count === 0) output.note("nothing is installed here");
  if (root === "") await ask(io, systemctl(root, "daemon-reload"));
}
