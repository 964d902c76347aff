/**
 * The command line program.
 *
 * @module
 */
import { ConfigError, SmartbikeError, UsageError } from "#lib/base/errors.ts";
import {
  getLogger,
  LOG_FORMATS,
  LOG_LEVELS,
  type LogLevel,
  type LogSettings,
  startLog,
} from "#lib/base/logger.ts";
import { adviceFor } from "#lib/app/advice.ts";
import { COMMANDS } from "./commands.ts";
import type {
  Composition,
  ProgramContext,
  ProgramDefinition,
} from "./command.ts";
import { EXIT_FAILED, EXIT_OK, EXIT_USAGE, exitCodeOf } from "./exit_code.ts";
import { type Permission, PERMISSIONS } from "./io.ts";
import { logExporterOf } from "./log_export.ts";
import { formatLogEntry, logFormatFor, logStyleOf } from "./log_format.ts";
import { Output } from "./output.ts";
import { type CommandCall, parseCommandLine } from "./program.ts";
import { didYouMean } from "#lib/base/suggest.ts";

const NAME = "smartbike";

/** Permissions of a command that names none. */
const DEFAULT_PERMISSIONS: readonly Permission[] = [
  "net",
  "write",
  "sys",
  "ffi",
];

/**
 * Runs the program: parses its arguments, runs a command and reports what
 * went wrong on standard error.
 *
 * @param composition What the program consists of.
 * @returns Its exit code: 0 ok, 1 failed, 2 wrong usage or settings.
 */
export async function runCli(
  args: readonly string[],
  composition: Composition,
): Promise<number> {
  const program = toProgram(composition.version);
  const output = new Output(composition.io);
  const context = { ...composition, program, output };
  let call: CommandCall | undefined;
  let level: LogLevel | undefined;
  try {
    const parsed = await parseCommandLine(program, args);
    if ("text" in parsed) return answer(parsed.text, parsed.wanted, context);
    call = parsed;
    level = parseChoice(
      "--log-level",
      call.options.text("log-level"),
      LOG_LEVELS,
    );
    const format = logFormatFor(
      parseChoice("--log-format", call.options.text("log-format"), LOG_FORMATS),
      context.io,
    );
    await runCommand(call, { ...(level && { level }), format }, context);
    return EXIT_OK;
  } catch (error) {
    report(error, context, call?.command.name ?? commandIn(args), level);
    return exitCodeOf(error);
  }
}

function toProgram(version: string): ProgramDefinition {
  return {
    name: NAME,
    version,
    summary: "Smart bike hardware, and any ApiGear object, over MQTT.",
    commands: COMMANDS,
  };
}

function answer(
  text: string,
  wanted: boolean,
  context: ProgramContext,
): number {
  if (wanted) context.output.text(text);
  else context.io.writeError(text);
  return wanted ? EXIT_OK : EXIT_USAGE;
}

async function runCommand(
  call: CommandCall,
  settings: LogSettings,
  context: ProgramContext,
): Promise<void> {
  const { logLevel = "warning" } = call.command;
  await using log = await startLog({
    level: logLevel,
    ...settings,
    formatText: (entry) => formatLogEntry(entry, logStyleOf(context.io)),
    write: (line) => context.io.writeError(line),
    exportLine: logExporterOf(context.io),
  });
  const { permissions = DEFAULT_PERMISSIONS } = call.command;
  context.io.revoke(PERMISSIONS.filter((name) => !permissions.includes(name)));
  using _uncaught = context.io.onUncaught((error) => {
    getLogger("cli").fatal("Uncaught error: {error}", { error });
    context.io.exit(EXIT_FAILED);
  });
  const files = call.options.texts("driver");
  const drivers = files.length === 0
    ? context.drivers
    : await withDriversOf(files, context);
  using _progress = context.io.showProgress(`${NAME} ${call.command.name}`);
  const { level } = settings;
  const printsWarnings = level !== "error" && level !== "fatal";
  await call.command.run(call, { ...context, drivers, log, printsWarnings });
}

/** Adds drivers of files to those of the program; wrong ones are refused whatever the command does. */
async function withDriversOf(
  files: readonly string[],
  { io, drivers }: ProgramContext,
): Promise<Composition["drivers"]> {
  const { addDrivers } = await import("./options/script_files.ts");
  const all = await addDrivers(io, files, await drivers());
  return () => Promise.resolve(all);
}

function parseChoice<Choice extends string>(
  option: string,
  text: string | undefined,
  choices: readonly Choice[],
): Choice | undefined {
  if (text === undefined) return undefined;
  const choice = choices.find((name) => name === text);
  if (choice) return choice;
  throw new UsageError(
    `Cannot use ${option} "${text}": expected ${choices.join(", ")}${
      didYouMean(text, choices)
    }`,
    option,
  );
}

function report(
  error: unknown,
  context: ProgramContext,
  command: string | undefined,
  level: LogLevel | undefined,
): void {
  const { output, io } = context;
  const known = error instanceof SmartbikeError;
  const text = error instanceof Error ? error.message : String(error);
  const message = text.replace(/ \(os error \d+\)/g, "");
  output.note(known ? message : `unexpected error: ${message}`);
  const advice = adviceFor(error);
  if (advice !== undefined) io.writeError(`${advice}\n`);
  if (error instanceof UsageError || error instanceof ConfigError) {
    const words = [NAME, command, "--help"].filter(Boolean).join(" ");
    io.writeError(`Try "${words}" for more.\n`);
  }
  if (level === "debug" && error instanceof Error) {
    io.writeError(`${describeCauses(error)}\n`);
  }
}

function describeCauses(error: Error): string {
  const own = error.stack ?? error.message;
  return error.cause instanceof Error
    ? `${own}\nCaused by: ${describeCauses(error.cause)}`
    : own;
}

function commandIn(args: readonly string[]): string | undefined {
  return COMMANDS.find(({ name }) => args.includes(name))?.name;
}
