/**
 * A bike on its topics, in a way that can be changed while it runs.
 *
 * @module
 */
import type { ShownBike, TopicSettings } from "./bike_adapters.ts";

/** A bike on its topics; one way of showing it at a time. */
export class TopicsView implements AsyncDisposable {
  readonly #make: (topics: TopicSettings) => ShownBike;
  #shown: ShownBike | undefined;

  /** Shows nothing yet. */
  constructor(make: (topics: TopicSettings) => ShownBike) {
    this.#make = make;
  }

  /**
   * Shows the bike, in place of how it was shown before.
   *
   * @param topics How it is shown.
   * @returns Resolves when others can use it.
   * @throws {ConfigError} If the id cannot stand in a topic.
   */
  async show(topics: TopicSettings): Promise<void> {
    if (this.#shown) await this.#shown[Symbol.asyncDispose]();
    this.#shown = this.#make(topics);
    await this.#shown.ready;
  }

  /** Removes it, and publishes that it is offline. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#shown?.[Symbol.asyncDispose]();
  }
}
