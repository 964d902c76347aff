/**
 * A part of a bike that is replaced when its settings change.
 *
 * @module
 */

/** Starts a part. */
type Start<Settings> = (
  settings: Settings,
) => AsyncDisposable | Promise<AsyncDisposable>;

/** A part that runs with some settings until it is given others. */
export class Replaceable<Settings> implements AsyncDisposable {
  readonly #start: Start<Settings>;
  #settings: { readonly value: Settings } | undefined;
  #part: AsyncDisposable | undefined;

  /** Starts nothing yet. */
  constructor(start: Start<Settings>) {
    this.#start = start;
  }

  /**
   * Ends the part, and starts it with other settings.
   *
   * @throws What the start throws; the part then runs with its old settings again.
   */
  async set(settings: Settings): Promise<void> {
    await this[Symbol.asyncDispose]();
    try {
      this.#part = await this.#start(settings);
      this.#settings = { value: settings };
    } catch (error) {
      if (this.#settings) this.#part = await this.#start(this.#settings.value);
      throw error;
    }
  }

  /** Ends the part. */
  async [Symbol.asyncDispose](): Promise<void> {
    const part = this.#part;
    this.#part = undefined;
    await part?.[Symbol.asyncDispose]();
  }
}
