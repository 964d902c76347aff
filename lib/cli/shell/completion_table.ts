/**
 * The commands and options as shells complete them.
 *
 * @module
 */
import type {
  CommandDefinition,
  OptionDefinition,
  ProgramDefinition,
} from "../command.ts";
import { COMMON_OPTIONS, HELP_OPTION, VERSION_OPTION } from "../program.ts";

/** What the value of an option, or an operand, is completed with. */
export type CompletionKind = "file" | "directory" | "words" | "nothing";

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

/**
 * Puts the table together.
 *
 * @param program The program.
 * @param commands Its commands.
 * @returns The table.
 */
export function toCompletionTable(
  { name }: ProgramDefinition,
  commands: readonly CommandDefinition[],
): CompletionTable {
  const shared = [...COMMON_OPTIONS, HELP_OPTION].map(toOption);
  return {
    name,
    options: [...shared, toOption(VERSION_OPTION)],
    commands: [
      ...commands.map(({ name, summary, options, operands, operandWords }) => ({
        name,
        summary,
        options: [...options.map(toOption), ...shared],
        operands: operandWords
          ? toWords(operandWords)
          : toValue(operands?.toLowerCase()),
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

/**
 * Takes the names and the placeholder of an option apart.
 *
 * @param option The option.
 * @returns What shells need of it.
 */
export function toOption(option: OptionDefinition): CompletionOption {
  const { flags, description, choices, isRepeatable = false } = option;
  const placeholder = /<(.*)>/.exec(flags)?.[1];
  return {
    names: flags.replace(/ <.*/, "").split(", "),
    description,
    ...(placeholder !== undefined && { placeholder }),
    value: choices ? toWords(choices) : toValue(placeholder),
    isRepeatable,
  };
}

/** What a placeholder stands for: it is named after what it is. */
function toValue(placeholder: string | undefined): CompletionValue {
  if (placeholder?.startsWith("file")) return { kind: "file", words: [] };
  if (placeholder?.startsWith("dir")) return { kind: "directory", words: [] };
  return NOTHING;
}

function toWords(words: readonly string[]): CompletionValue {
  return { kind: "words", words };
}
