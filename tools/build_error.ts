/**
 * Why an executable cannot be built.
 *
 * @module
 */
import { SmartbikeError } from "#lib/base/errors.ts";

/** An executable that cannot be built. Whoever builds it acts. */
export class BuildError extends SmartbikeError {
  /**
   * Says what went wrong.
   *
   * @param message What was attempted and why it failed.
   * @param options The error this one translates, as `cause`.
   */
  constructor(message: string, options?: ErrorOptions) {
    super("build", message, options);
  }
}
