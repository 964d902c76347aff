/**
 * From arguments to a command and its options: the only file that imports the
 * command line package.
 *
 * @module
 */
import { Command, CommanderError, Help, Option } from "commander";
import { UsageError } from "#lib/base/errors.ts";
import { didYouMean } from "#lib/base/suggest.ts";
import { SETTINGS } from "#lib/config/schema.ts";
import { settingOptions } from "#lib/config/setting_option.ts";
import type {
  CommandDefinition,
  CommandHead,
  CommandInput,
  OptionDefinition,
  OptionValues,
  ProgramDefinition,
} from "./command.ts";
import { loadCommand } from "./load_command.ts";

/** Columns that the help is wrapped to. */
const HELP_WIDTH = 80;

/** Options that every command has, besides its help. */
export const COMMON_OPTIONS: readonly OptionDefinition[] = settingOptions(
  SETTINGS.log,
).map((option) => ({ ...option, description: option.summary }));

/** The same, with what holds for one command if they are not given. */
function commonOptionsOf(
  { logsAsConfigured, logLevel = "warning" }: CommandDefinition,
): readonly OptionDefinition[] {
  const options = settingOptions(SETTINGS.log);
  if (logsAsConfigured) return options;
  return options.map((option) => {
    const isLevel = option.setting.setting === SETTINGS.log.members.level;
    const usual = isLevel ? logLevel : option.setting.setting.default;
    return { ...option, description: `${option.summary} (default: ${usual})` };
  });
}

/** How the help is asked for. */
export const HELP_OPTION: OptionDefinition = {
  flags: "-h, --help",
  description: "show this help",
};

/** How the version is asked for. */
export const VERSION_OPTION: OptionDefinition = {
  flags: "--version",
  description: "show the version",
};

/** A command line that asks for a command. */
export interface CommandCall extends CommandInput {
  /** The command. */
  readonly command: CommandDefinition;
}

/** A command line that asks for nothing but a text: the help or the version. */
interface TextAnswer {
  /** The text, with its line feeds. */
  readonly text: string;
  /** False when the help stands in for a command that is missing. */
  readonly wanted: boolean;
}

/**
 * Reads a command line, and loads the file of its command.
 *
 * @returns The command to run, or the text to print.
 * @throws {UsageError} If a command or an option is unknown, or a value is missing.
 */
export async function parseCommandLine(
  program: ProgramDefinition,
  args: readonly string[],
): Promise<CommandCall | TextAnswer> {
  let call: CommandCall | undefined;
  let text = "";
  const collect = (part: string) => text += part;
  const root = new Command(program.name)
    .description(program.summary)
    .usage("[options] COMMAND")
    .helpOption(HELP_OPTION.flags, HELP_OPTION.description)
    .helpCommand("help [command]", "show the help of a command")
    .version(
      `${program.name} ${program.version}`,
      VERSION_OPTION.flags,
      VERSION_OPTION.description,
    )
    .enablePositionalOptions()
    .exitOverride()
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .configureOutput({
      writeOut: collect,
      writeErr: collect,
      outputError: () => {},
      getOutHelpWidth: () => HELP_WIDTH,
      getErrHelpWidth: () => HELP_WIDTH,
      // To find out by itself, the package loads the streams of Node.
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .addHelpText("after", toExamples(program.name, program.commands));
  addOptions(root, COMMON_OPTIONS);
  const command = await findCommand(root, program, args);
  for (const head of program.commands) {
    const parser = addCommand(root, head);
    if (head.name !== command?.name) continue;
    addDetails(parser, command);
    parser.action(() => {
      const values = parser.optsWithGlobals<
        Readonly<Record<string, unknown>>
      >();
      const settings = [...command.options, ...COMMON_OPTIONS]
        .flatMap(({ setting }) => setting ?? []);
      const options = toValues(values);
      call = { command, operands: parser.args, options, settings };
    });
  }
  requireHelpTopic(program, args);
  try {
    root.parse(separateValues(root, command, args), { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === "commander.help") {
      return { text, wanted: error.exitCode === 0 };
    }
    if (error.exitCode === 0) return { text, wanted: true };
    throw toUsageError(error);
  }
  return call ?? { text: root.helpInformation(), wanted: false };
}

/** The package shows the help of the program for a command that there is not. */
function requireHelpTopic(
  { commands }: ProgramDefinition,
  [first, topic]: readonly string[],
): void {
  const names = [...commands.map(({ name }) => name), "help"];
  const isKnown = topic === undefined || topic.startsWith("-") ||
    names.includes(topic);
  if (first !== "help" || isKnown) return;
  throw new UsageError(
    `Cannot show the help of "${topic}": there is no such command${
      didYouMean(topic, names)
    }`,
    topic,
  );
}

/** The command that is meant, or whose help is asked for, with all that its file holds. */
async function findCommand(
  root: Command,
  { commands }: ProgramDefinition,
  args: readonly string[],
): Promise<CommandDefinition | undefined> {
  const [first, topic] = args.slice(commandIndex(root, args));
  const name = first === "help" ? topic : first;
  const entry = commands.find((one) => one.name === name);
  return entry && await loadCommand(entry);
}

function addCommand(root: Command, { name, summary }: CommandHead): Command {
  return root.command(name)
    .summary(summary)
    .description(`${summary[0]?.toUpperCase()}${summary.slice(1)}.`);
}

function addDetails(parser: Command, definition: CommandDefinition): void {
  const { operands, details, examples } = definition;
  parser
    .usage(["[options]", operands].join(" ").trimEnd())
    .helpOption(HELP_OPTION.flags, HELP_OPTION.description)
    .allowExcessArguments(operands !== undefined);
  const { options } = definition;
  addOptions(parser, [
    ...options.filter(({ group }) => group === undefined),
    ...commonOptionsOf(definition),
    ...options.filter(({ group }) => group !== undefined),
  ]);
  const program = parser.parent?.name();
  const lines = examples.map((example) => `  $ ${program} ${example}`);
  parser.addHelpText(
    "after",
    `${details ? `\n${details}\n` : ""}\nExamples:\n${lines.join("\n")}`,
  );
}

function addOptions(
  parser: Command,
  options: readonly OptionDefinition[],
): void {
  for (const { flags, description, group, isRepeatable } of options) {
    const option = new Option(flags, description);
    if (isRepeatable) {
      option.argParser<readonly string[]>((
        text,
        before,
      ) => [...before ?? [], text]);
    }
    parser.addOption(group === undefined ? option : option.helpGroup(group));
  }
}

function toExamples(
  name: string,
  commands: readonly CommandHead[],
): string {
  const lines = commands.flatMap(({ examples }) =>
    examples.slice(0, 1).map((example) => `  $ ${name} ${example}`)
  );
  return `\nExamples:\n${lines.join("\n")}`;
}

/**
 * Puts options first and values behind `--`, for a command where whatever is
 * no option of its own is a value, even if it begins with a dash.
 */
function separateValues(
  root: Command,
  definition: CommandDefinition | undefined,
  args: readonly string[],
): readonly string[] {
  const start = commandIndex(root, args);
  const parser = root.commands.find((command) =>
    command.name() === args[start]
  );
  if (!parser || !definition?.takesValuesAfter) return args;
  const options: string[] = [];
  const operands: string[] = [];
  for (let i = start + 1; i < args.length; i++) {
    const arg = args[i] ?? "";
    if (arg === "--") {
      operands.push(...args.slice(i + 1));
      break;
    }
    const known = findOption(parser, arg);
    if (known) {
      options.push(arg);
      if (!known.required || arg.includes("=")) continue;
      const value = args[++i];
      if (value === undefined) return args;
      options.push(value);
    } else if (/^-./.test(arg) && !definition.takesValuesAfter(operands)) {
      options.push(arg);
    } else operands.push(arg);
  }
  return [...args.slice(0, start + 1), ...options, "--", ...operands];
}

/** Where the command's name stands, behind the program's own options. */
function commandIndex(root: Command, args: readonly string[]): number {
  let i = 0;
  while (args[i]?.startsWith("-")) {
    const known = findOption(root, args[i] ?? "");
    i += known?.required && !args[i]?.includes("=") ? 2 : 1;
  }
  return i;
}

function findOption(parser: Command, arg: string): Option | undefined {
  const flag = arg.startsWith("--") ? arg.replace(/=.*$/s, "") : arg;
  return new Help().visibleOptions(parser).find(({ short, long }) =>
    flag === short || flag === long
  );
}

function toValues(
  values: Readonly<Record<string, unknown>>,
): OptionValues {
  const read = (name: string) =>
    values[name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())];
  return {
    text(name) {
      const value = read(name);
      return typeof value === "string" ? value : undefined;
    },
    texts(name) {
      const value = read(name);
      return Array.isArray(value) ? value.map(String) : [];
    },
    flag: (name) => read(name) === true,
  };
}

/** The package's messages in the form of all others: what cannot be done, and why. */
function toUsageError(error: CommanderError): UsageError {
  const text = error.message.replace(/^error: /, "");
  const [, argument = ""] = /'([^']*)'/.exec(text) ?? [];
  const [, , near] = /\(Did you mean (one of )?(.*)\?\)/.exec(text) ?? [];
  const names = near?.split(", ").map((name) => `"${name}"`).join(" or ");
  const hint = names === undefined ? "" : `, did you mean ${names}?`;
  const [name = ""] = argument.split(" ");
  const messages: Readonly<Record<string, string>> = {
    "commander.unknownCommand":
      `Cannot run "${argument}": there is no such command${hint}`,
    "commander.unknownOption":
      `Cannot use "${argument}": there is no such option here${hint}`,
    "commander.optionMissingArgument":
      `Cannot use "${name}": its value is missing, expected ${argument}`,
    "commander.excessArguments":
      `Cannot run "${argument}": it takes no arguments, expected options alone`,
  };
  const message = messages[error.code] ?? text.replaceAll("\n", " ");
  return new UsageError(message, argument, { cause: error });
}
