/**
 * An actuator that does what the test says.
 *
 * @module
 */

/** A device's side of an actuator: keeps its commands, and answers when a test says so. */
export class FakeActuator<T> {
  /** The values it was brought to, oldest first. */
  readonly values: T[] = [];
  /** The signals that came with them. */
  readonly signals: AbortSignal[] = [];
  /** Whether it waits for {@linkcode FakeActuator.answer} instead of answering at once. */
  isSlow = false;
  /** What it says it was really set to; undefined for the value itself. */
  applied: T | undefined;
  /** What it refuses commands with. */
  refusal: unknown;
  readonly #held: ((applied: T | undefined) => void)[] = [];

  /** What drivers give to the bike. */
  readonly carryOut = async (
    value: T,
    { signal }: { readonly signal: AbortSignal },
  ): Promise<T | void> => {
    this.values.push(value);
    this.signals.push(signal);
    if (this.refusal !== undefined) throw this.refusal;
    if (!this.isSlow) return this.applied;
    const { promise, resolve } = Promise.withResolvers<T | undefined>();
    this.#held.push(resolve);
    return await promise;
  };

  /**
   * Answers the oldest command that waits.
   *
   * @param applied What it was really set to; left out for the value itself.
   */
  answer(applied?: T): void {
    this.#held.shift()?.(applied);
  }
}
