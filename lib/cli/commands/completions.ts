/**
 * `smartbike completions`: lets a shell complete commands and options.
 *
 * @module
 */
import { UsageError } from "#lib/base/errors.ts";
import { didYouMean } from "#lib/base/suggest.ts";
import { toBashCompletion } from "../shell/bash_completion.ts";
import type { CliContext, CommandBody, CommandInput } from "../command.ts";
import { missingOperand } from "../options/missing_operand.ts";
import { toCompletionTable } from "../shell/completion_table.ts";
import { toFishCompletion } from "../shell/fish_completion.ts";
import { toZshCompletion } from "../shell/zsh_completion.ts";

/** What writes the script, by shell. */
const WRITERS = {
  bash: toBashCompletion,
  zsh: toZshCompletion,
  fish: toFishCompletion,
} as const;

const SHELLS = ["bash", "zsh", "fish"] as const;

/** `smartbike completions`. */
export const completionsCommand: CommandBody = {
  operands: SHELLS.join("|"),
  operandWords: SHELLS,
  options: [],
  details: `For this session, in bash or zsh:
  source <(smartbike completions bash)

For good, where each shell looks:
  bash  /etc/bash_completion.d/smartbike
  zsh   /usr/local/share/zsh/site-functions/_smartbike
  fish  /etc/fish/completions/smartbike.fish`,
  permissions: [],
  run,
};

async function run(
  { operands }: CommandInput,
  context: CliContext,
): Promise<void> {
  const [name, ...rest] = operands;
  if (name === undefined) {
    const missing = { operand: "SHELL", expected: SHELLS };
    throw missingOperand("complete", missing);
  }
  const shell = SHELLS.find((shell) => shell === name);
  if (!shell || rest.length > 0) {
    throw new UsageError(
      `Cannot complete for "${operands.join(" ")}": expected one of ${
        SHELLS.join(", ")
      }${didYouMean(name, SHELLS)}`,
      name,
    );
  }
  const table = await toCompletionTable(context);
  context.output.text(WRITERS[shell](table));
}
