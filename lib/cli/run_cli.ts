/**
 * The command line program.
 *
 * @module
 */
import { ConfigError, SmartbikeError, UsageError } from "#lib/errors.ts";
import { type LogLevel, startLog } from "#lib/logger.ts";
import { adviceFor } from "./advice.ts";
import { brokerCommand } from "./broker.ts";
import { checkCommand } from "./check.ts";
import { clientCommand } from "./client.ts";
import type { CliContext, Composition, ProgramDefinition } from "./command.ts";
import { completionsCommand } from "./completions.ts";
import { decodeCommand } from "./decode.ts";
import { demoCommand } from "./demo.ts";
import { driverCommand } from "./driver.ts";
import { encodeCommand } from "./encode.ts";
import { EXIT_OK, EXIT_USAGE, exitCodeOf } from "./exit_code.ts";
import { generateCommand } from "./generate.ts";
import { installCommand } from "./install.ts";
import { type Permission, PERMISSIONS } from "./io.ts";
import { manCommand } from "./man.ts";
import { Output, printable } from "./output.ts";
import { portsCommand } from "./ports.ts";
import { type CommandCall, LOG_LEVELS, parseCommandLine } from "./program.ts";
import { serviceCommand } from "./service.ts";
import { statusCommand } from "./status.ts";
import { uninstallCommand } from "./uninstall.ts";
import { didYouMean } from "#lib/suggest.ts";

const NAME = "smartbike";

/** What a command may do that says nothing of it. */
const DEFAULT_PERMISSIONS: readonly Permission[] = [
  "net",
  "write",
  "sys",
  "ffi",
];

/** One command a file; to add one, add its file and a line here. */
const COMMANDS = [
  serviceCommand,
  clientCommand,
  driverCommand,
  brokerCommand,
  demoCommand,
  checkCommand,
  generateCommand,
  decodeCommand,
  encodeCommand,
  portsCommand,
  installCommand,
  uninstallCommand,
  statusCommand,
  completionsCommand,
  manCommand,
];

/**
 * Runs the program: parses its arguments, runs a command and reports what
 * went wrong on standard error.
 *
 * @param args The program's arguments.
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
    const parsed = parseCommandLine(program, args);
    if ("text" in parsed) return answer(parsed.text, parsed.wanted, context);
    call = parsed;
    level = parseLogLevel(call.options.text("log-level"));
    await runCommand(call, level, context);
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

function answer(text: string, wanted: boolean, context: CliContext): number {
  if (wanted) context.output.text(text);
  else context.io.writeError(text);
  return wanted ? EXIT_OK : EXIT_USAGE;
}

async function runCommand(
  call: CommandCall,
  level: LogLevel | undefined,
  context: CliContext,
): Promise<void> {
  await using _log = await startLog({
    level: level ?? call.command.logLevel ?? "warning",
    write: (line) =>
      context.io.writeError(`${printable(line.replace(/\n$/, ""))}\n`),
  });
  const { permissions = DEFAULT_PERMISSIONS } = call.command;
  context.io.giveUp(PERMISSIONS.filter((name) => !permissions.includes(name)));
  await call.command.run(call, context);
}

function parseLogLevel(text: string | undefined): LogLevel | undefined {
  if (text === undefined) return undefined;
  const level = LOG_LEVELS.find((name) => name === text);
  if (level) return level;
  throw new UsageError(
    `Cannot use --log-level "${text}": expected ${LOG_LEVELS.join(", ")}${
      didYouMean(text, LOG_LEVELS)
    }`,
    "--log-level",
  );
}

function report(
  error: unknown,
  context: CliContext,
  command: string | undefined,
  level: LogLevel | undefined,
): void {
  const { output, io } = context;
  const known = error instanceof SmartbikeError;
  const message = error instanceof Error ? error.message : String(error);
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
