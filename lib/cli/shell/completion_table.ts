/**
 * The commands and options as shells complete them.
 *
 * @module
 */
import type { DriverDefinition } from "#lib/driver/driver.ts";
import { optionsOf } from "#lib/driver/driver_options.ts";
import { qualifiedName } from "#lib/objectapi/descriptor.ts";
import type { OptionDefinition, ProgramContext } from "../command.ts";
import { loadCommands } from "../load_command.ts";
import { COMMON_OPTIONS, HELP_OPTION, VERSION_OPTION } from "../program.ts";

/** What the value of an option, or an operand, is completed with. */
type CompletionKind = "file" | "directory" | "words" | "nothing";

/** What can stand in one place. */
export interface CompletionValue {
  /** What it is completed with. */
  readonly kind: CompletionKind;
  /** The words, for `words`. */
  readonly words: readonly string[];
}

/** An option as shells see it. */
export interface CompletionOption {
  /** Its names, with their dashes. */
  readonly names: readonly string[];
  /** What it does, in a few words. */
  readonly description: string;
  /** What its value is called; undefined for one that takes none. */
  readonly placeholder?: string;
  /** What its value is completed with. */
  readonly value: CompletionValue;
  /** Whether it may be given several times. */
  readonly isRepeatable: boolean;
}

/** A command as shells see it. */
export interface CompletionCommand {
  /** Its name. */
  readonly name: string;
  /** What it does, in one line. */
  readonly summary: string;
  /** Its options, with those that all commands have. */
  readonly options: readonly CompletionOption[];
  /** What its operands are completed with. */
  readonly operands: CompletionValue;
}

/** The program as shells see it. */
export interface CompletionTable {
  /** Its name. */
  readonly name: string;
  /** Options that stand before a command. */
  readonly options: readonly CompletionOption[];
  /** Its commands, `help` among them. */
  readonly commands: readonly CompletionCommand[];
}

const NOTHING: CompletionValue = { kind: "nothing", words: [] };

/** Words that a placeholder stands for, as `driver`. */
type Vocabulary = ReadonlyMap<string, readonly string[]>;

/**
 * Puts the table together.
 *
 * @param context What the program can do, its drivers and interfaces.
 */
export async function toCompletionTable(
  context: Pick<
    ProgramContext,
    "program" | "drivers" | "interfaces" | "usableInterfaces"
  >,
): Promise<CompletionTable> {
  const { name } = context.program;
  const commands = await loadCommands(context.program.commands);
  const vocabulary = await vocabularyOf(context);
  const toOption = (option: OptionDefinition) =>
    toCompletionOption(option, vocabulary);
  const shared = [...COMMON_OPTIONS, HELP_OPTION].map(toOption);
  return {
    name,
    options: [...shared, toOption(VERSION_OPTION)],
    commands: [
      ...commands.map(({ name, summary, options, operands, operandWords }) => ({
        name,
        summary,
        options: [...options.map(toOption), ...shared],
        operands: toOperands(operands?.toLowerCase(), operandWords, vocabulary),
      })),
      {
        name: "help",
        summary: "show the help of a command",
        options: [],
        operands: toWords(commands.map(({ name }) => name)),
      },
    ],
  };
}

async function vocabularyOf(
  context: Parameters<typeof toCompletionTable>[0],
): Promise<Vocabulary> {
  const drivers = await context.drivers();
  const usable = await context.usableInterfaces?.() ?? [];
  const known = (await context.interfaces())
    .map(({ descriptor }) => descriptor);
  return new Map([
    ["driver", drivers.map(({ name }) => name)],
    ["driver.name=value", drivers.flatMap(settingsOf)],
    ["interface", [...known, ...usable].map(qualifiedName)],
  ]);
}

/** Options of a driver with each value they can have, where those are a few words. */
function settingsOf(driver: DriverDefinition): readonly string[] {
  return optionsOf(driver).flatMap(({ name, type, choices }) => {
    const values = type === "flag" ? ["true", "false"] : choices ?? [""];
    return values.map((value) => `${driver.name}.${name}=${value}`);
  });
}

/** Takes the names and the placeholder of an option apart. */
function toCompletionOption(
  option: OptionDefinition,
  vocabulary: Vocabulary,
): CompletionOption {
  const { flags, description, choices, isRepeatable = false } = option;
  const placeholder = /<(.*)>/.exec(flags)?.[1];
  return {
    names: flags.replace(/ <.*/, "").split(", "),
    description,
    ...(placeholder !== undefined && { placeholder }),
    value: choices ? toWords(choices) : toValue(placeholder, vocabulary),
    isRepeatable,
  };
}

/** Words of its own, and those of the placeholders in its operands. */
function toOperands(
  operands: string | undefined,
  own: readonly string[] | undefined,
  vocabulary: Vocabulary,
): CompletionValue {
  if (own === undefined) return toValue(operands, vocabulary);
  const placeholders = operands?.match(/[a-z]+/g) ?? [];
  const words = placeholders.flatMap((one) => vocabulary.get(one) ?? []);
  return toWords([...own, ...words]);
}

/** What a placeholder stands for: it is named after what it is. */
function toValue(
  placeholder: string | undefined,
  vocabulary: Vocabulary,
): CompletionValue {
  const words = vocabulary.get(placeholder ?? "");
  if (words) return toWords(words);
  if (placeholder?.startsWith("file")) return { kind: "file", words: [] };
  if (placeholder?.startsWith("dir")) return { kind: "directory", words: [] };
  return NOTHING;
}

function toWords(words: readonly string[]): CompletionValue {
  return { kind: "words", words };
}
