/**
 * `smartbike install`: makes the executable a service of this machine.
 *
 * @module
 */
import { ConfigError, UsageError } from "#lib/base/errors.ts";
import { toBashCompletion } from "../shell/bash_completion.ts";
import type { CliContext, CommandBody, CommandInput } from "../command.ts";
import { toCompletionTable } from "../shell/completion_table.ts";
import {
  ask,
  changing,
  DEFAULT_CONFIG,
  DRY_RUN_OPTION,
  isThere,
  PATHS,
  readRoot,
  requireRoot,
  requireSystemd,
  ROOT_OPTION,
  systemctl,
  sysusers,
  UNIT,
} from "../systemd/installation.ts";
import type { CliIo } from "../io.ts";
import { loadCommands } from "../load_command.ts";
import { toManPage } from "../shell/man_page.ts";
import {
  DEVICE_GROUPS,
  toServiceUnit,
  toSystemUsers,
} from "../systemd/systemd_unit.ts";

/** `smartbike install`. */
export const installCommand: CommandBody = {
  options: [
    {
      flags: "--config <file>",
      description:
        `settings that the service reads (default: ${DEFAULT_CONFIG})`,
    },
    ROOT_OPTION,
    DRY_RUN_OPTION,
  ],
  details:
    `Copies the executable to ${PATHS.executable}, writes the unit, the manual
page and the completions for bash, makes the user smartbike, and starts the
service now, if its settings are there, and at every boot. Run it again after
an update, and when a group of ${DEVICE_GROUPS.join(", ")} was added.`,
  permissions: ["write", "run", "sys"],
  run,
};

/** The longest file that a dry run shows in full. */
const MAX_SHOWN_LINES = 100;

/** A file that is written. */
interface NewFile {
  readonly path: string;
  readonly text: string;
}

async function run(
  { options }: CommandInput,
  context: CliContext,
): Promise<void> {
  const { io, output } = context;
  const root = readRoot(options);
  await requireRoot(io, root);
  const config = options.text("config") ?? DEFAULT_CONFIG;
  if (!config.startsWith("/")) {
    throw new UsageError(
      `Cannot use --config "${config}": the service has no folder of its own, expected a whole path`,
      "--config",
    );
  }
  const executable = requireExecutable(io, options.flag("dry-run"));
  const files = await listFiles(context, root, config);
  const isConfigured = await isThere(io, root + config);
  const commands = [
    sysusers(root),
    ...root === "" ? [systemctl(root, "daemon-reload")] : [],
    systemctl(root, "enable", UNIT),
    ...root === "" && isConfigured ? [systemctl(root, "restart", UNIT)] : [],
  ];
  if (options.flag("dry-run")) {
    output.line(`copy ${executable} to ${root}${PATHS.executable}`);
    for (const file of files) output.text(describe(file));
    for (const command of commands) output.line(`run ${command.join(" ")}`);
    return;
  }
  await requireSystemd(io);
  await copyExecutable(io, executable, root + PATHS.executable);
  output.line(`wrote ${root}${PATHS.executable}`);
  for (const { path, text } of files) {
    await changing(path, () => io.writeTextFile(path, text));
    output.line(`wrote ${path}`);
  }
  for (const command of commands) await ask(io, command);
  output.line(
    isConfigured
      ? `enabled ${UNIT}`
      : `enabled ${UNIT}; it has no settings yet: write ${config}, then run systemctl start smartbike`,
  );
}

/** What would be written: short files in full, of long ones their length. */
function describe({ path, text }: NewFile): string {
  const count = text.split("\n").length - 1;
  return count > MAX_SHOWN_LINES
    ? `write ${path}, ${count} lines\n`
    : `write ${path}\n${text.replace(/^(?=.)/gm, "  ")}`;
}

function requireExecutable(io: CliIo, isDryRun: boolean): string {
  if (io.executable !== undefined) return io.executable;
  if (isDryRun) return "smartbike";
  throw new ConfigError(
    "Cannot install: the program runs from its source, expected an executable; build one with deno task compile",
    { option: "install" },
  );
}

async function listFiles(
  context: CliContext,
  root: string,
  config: string,
): Promise<readonly NewFile[]> {
  const { io, program } = context;
  const parts = {
    commands: await loadCommands(program.commands),
    drivers: await context.drivers(),
  };
  const unit = toServiceUnit({
    executable: PATHS.executable,
    config,
    groups: await findGroups(io, root),
  });
  return [
    { path: PATHS.unit, text: unit },
    { path: PATHS.users, text: toSystemUsers() },
    { path: PATHS.manPage, text: toManPage(program, parts) },
    {
      path: PATHS.completion,
      text: toBashCompletion(await toCompletionTable(context)),
    },
  ].map(({ path, text }) => ({ path: root + path, text }));
}

/** The groups that exist; systemd starts no service with one that does not. */
async function findGroups(
  io: CliIo,
  root: string,
): Promise<readonly string[]> {
  const path = `${root}/etc/group`;
  const text = await isThere(io, path) ? await io.readTextFile(path) : "";
  const known = new Set(text.split("\n").map((line) => line.split(":")[0]));
  return DEVICE_GROUPS.filter((group) => known.has(group));
}

async function copyExecutable(
  io: CliIo,
  from: string,
  to: string,
): Promise<void> {
  if (from === to) return;
  await changing(to, () => io.copyExecutable(from, to));
}
