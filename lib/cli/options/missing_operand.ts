/**
 * Words that a command line lacks.
 *
 * @module
 */
import { UsageError } from "#lib/base/errors.ts";

/**
 * Says what is missing, where a mistake would be quoted.
 *
 * @param action What cannot be done without it.
 * @param missing The operand, as the usage names it, and what may stand there.
 */
export function missingOperand(
  action: string,
  { operand, expected }: {
    readonly operand: string;
    readonly expected: readonly string[];
  },
): UsageError {
  return new UsageError(
    `Cannot ${action}: ${operand} is missing, expected ${expected.join(", ")}`,
    operand,
  );
}
