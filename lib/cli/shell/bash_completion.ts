/**
 * A completion script for bash.
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
 * Writes the script. It needs bash 4.4 and nothing besides.
 *
 * @param table What can be completed.
 */
export function toBashCompletion(table: CompletionTable): string {
  const { name, options, commands } = table;
  const valued = options.filter(takesValue).flatMap(({ names }) => names);
  return `# bash completion for ${name}
_${name}() {
  local current=\${COMP_WORDS[COMP_CWORD]}
  local previous=\${COMP_WORDS[COMP_CWORD - 1]}
  local command= i
  COMPREPLY=()
  [[ $previous == = ]] && previous=\${COMP_WORDS[COMP_CWORD - 2]}
  [[ $current == = ]] && current= previous=\${COMP_WORDS[COMP_CWORD - 1]}
  for ((i = 1; i < COMP_CWORD; i++)); do
    case \${COMP_WORDS[i]} in
      ${valued.join(" | ")}) ((i++)) ;;
      -*) ;;
      *)
        command=\${COMP_WORDS[i]}
        break
        ;;
    esac
  done
  case $command in
    "")
${toCases(options, commands.map(({ name }) => name))}
      ;;
${commands.map(toCommandCase).join("\n")}
  esac
}
_${name}_words() {
  mapfile -t COMPREPLY < <(compgen -W "$1" -- "$current")
  [[ \${COMPREPLY[0]} != *= ]] || compopt -o nospace
}
_${name}_files() {
  compopt -o filenames
  mapfile -t COMPREPLY < <(compgen "$1" -- "$current")
}
complete -F _${name} ${name}
`.replaceAll("_PROGRAM_", `_${name}_`);
}

function toCommandCase(command: CompletionCommand): string {
  const { name, options, operands } = command;
  return `    ${name})
${toCases(options, operands)}
      ;;`;
}

/** After an option that takes a value, its values; else options, or operands. */
function toCases(
  options: readonly CompletionOption[],
  operands: readonly string[] | CompletionValue,
): string {
  const names = options.flatMap(({ names }) => names);
  const value = "kind" in operands
    ? operands
    : { kind: "words" as const, words: operands };
  const cases = options.filter(takesValue).map((option) =>
    `${option.names.join(" | ")}) ${toReply(option.value)} ;;`
  );
  return [
    "case $previous in",
    ...cases.map((line) => `  ${line}`),
    "  *)",
    "    case $current in",
    `      -*) _PROGRAM_words "${names.join(" ")}" ;;`,
    `      *) ${toReply(value)} ;;`,
    "    esac",
    "    ;;",
    "esac",
  ].map((line) => `      ${line}`).join("\n");
}

function toReply({ kind, words }: CompletionValue): string {
  switch (kind) {
    case "file":
      return "_PROGRAM_files -f";
    case "directory":
      return "_PROGRAM_files -d";
    case "words":
      return `_PROGRAM_words "${words.join(" ")}"`;
    case "nothing":
      return ":";
  }
}

function takesValue({ placeholder }: CompletionOption): boolean {
  return placeholder !== undefined;
}
