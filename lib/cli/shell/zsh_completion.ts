/**
 * A completion script for zsh.
 *
 * @module
 */
import type {
  CompletionCommand,
  CompletionOption,
  CompletionTable,
  CompletionValue,
} from "./completion_table.ts";

/**
 * Writes the script: a file named `_smartbike` in a folder of `fpath`, or
 * something to `source`.
 *
 * @param table What can be completed.
 */
export function toZshCompletion(table: CompletionTable): string {
  const { name, options, commands } = table;
  return `#compdef ${name}
_${name}() {
  local context state line
  typeset -A opt_args
  _arguments -C \\
${options.map(toSpec).map(indent).join("")}    '1:command:->command' \\
    '*::argument:->argument'
  case $state in
    command)
      local -a commands=(
${
    commands.map(({ name, summary }) =>
      `        ${quote(`${name}:${summary}`)}\n`
    ).join("")
  }      )
      _describe command commands
      ;;
    argument)
      case $line[1] in
${commands.map(toCommandCase).join("")}      esac
      ;;
  esac
}
if [[ $funcstack[1] == _${name} ]]; then
  _${name} "$@"
else
  compdef _${name} ${name}
fi
`;
}

function toCommandCase({ name, options, operands }: CompletionCommand): string {
  const specs = [
    ...options.map(toSpec),
    quote(`*:argument:${toAction(operands)}`),
  ];
  return `        ${name})
          _arguments \\
${specs.map((spec) => `            ${spec}`).join(" \\\n")}
          ;;
`;
}

function indent(spec: string): string {
  return `    ${spec} \\\n`;
}

/** One option, as `_arguments` takes it. */
function toSpec(option: CompletionOption): string {
  const { names, description, placeholder, value, isRepeatable } = option;
  const text = `[${description.replace(/[[\]:\\]/g, "\\$&")}]`;
  const action = placeholder === undefined
    ? ""
    : `:${placeholder}:${toAction(value)}`;
  const others = isRepeatable ? "*" : `(${names.join(" ")})`;
  const [only = ""] = names;
  return names.length === 1
    ? quote(`${others}${only}${text}${action}`)
    : `${quote(others)}{${names.join(",")}}${quote(text + action)}`;
}

function toAction({ kind, words }: CompletionValue): string {
  switch (kind) {
    case "file":
      return "_files";
    case "directory":
      return "_files -/";
    case "words":
      return `(${words.join(" ")})`;
    case "nothing":
      return " ";
  }
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
