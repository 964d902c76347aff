/**
 * A completion script for fish.
 *
 * @module
 */
import type {
  CompletionOption,
  CompletionTable,
  CompletionValue,
} from "./completion_table.ts";

/**
 * Writes the script: a file named `smartbike.fish` in fish's folder of
 * completions, or something to `source`.
 *
 * @param table What can be completed.
 */
export function toFishCompletion(table: CompletionTable): string {
  const { name, options, commands } = table;
  const root = `complete -c ${name}`;
  const first = `${root} -n __fish_use_subcommand`;
  return [
    `# fish completion for ${name}`,
    `${root} -f`,
    ...options.map((option) => `${first} ${toArguments(option)}`),
    ...commands.flatMap(({ name, summary, options, operands }) => {
      const inside = `${root} -n ${
        quote(`__fish_seen_subcommand_from ${name}`)
      }`;
      return [
        `${first} -a ${name} -d ${quote(summary)}`,
        ...options.map((option) => `${inside} ${toArguments(option)}`),
        ...operands.kind === "nothing"
          ? []
          : [`${inside} ${toWords(operands)}`],
      ];
    }),
    "",
  ].join("\n");
}

function toArguments(option: CompletionOption): string {
  const { names, description, placeholder, value } = option;
  const flags = names.map((name) =>
    name.startsWith("--") ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`
  );
  const only = value.kind === "file" ? "-r" : "-x";
  const words = placeholder === undefined ? [] : [only, toWords(value)];
  return [...flags, ...words, "-d", quote(description)]
    .filter(Boolean).join(" ");
}

function toWords({ kind, words }: CompletionValue): string {
  switch (kind) {
    case "file":
      return "-F";
    case "directory":
      return `-a ${quote("(__fish_complete_directories)")}`;
    case "words":
      return `-a ${quote(words.join(" "))}`;
    case "nothing":
      return "";
  }
}

function quote(text: string): string {
  return `'${text.replace(/[\\']/g, "\\$&")}'`;
}
