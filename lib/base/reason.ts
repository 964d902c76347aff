/**
 * Reasons that the runtime gives, in words for people.
 *
 * @module
 */

/**
 * Says why something failed, without what the runtime adds: the number of the
 * system's error, and its own call.
 */
export function reasonOf(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  return text.replace(/ \(os error \d+\).*$/s, "");
}
