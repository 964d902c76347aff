/**
 * When an adapter can be used.
 *
 * @module
 */
import { EventHook, type Listenable } from "#lib/base/event_hook.ts";
import type { MqttEndpoint, Subscription } from "#lib/mqtt/endpoint.ts";

/** Reports when all of an adapter's subscriptions stand, at first and after each reconnect. */
export class Readiness {
  /**
   * Resolves when the adapter is ready for the first time; rejects with a
   * `ConnectionError` if the broker refuses one of its subscriptions.
   */
  readonly first: Promise<void>;
  readonly #onReady: EventHook<[]> = new EventHook("onReady");
  readonly #endpoint: MqttEndpoint;
  readonly #prepare: () => Promise<void>;
  readonly #end = new AbortController();
  #granted = false;
  #isReady = false;
  #connection = 0;

  /**
   * Watches an adapter's subscriptions.
   *
   * @param prepare What else must be done on each connection before it is ready.
   */
  constructor(
    endpoint: MqttEndpoint,
    subscriptions: readonly Subscription[],
    prepare: () => Promise<void> = () => Promise.resolve(),
  ) {
    this.#endpoint = endpoint;
    this.#prepare = prepare;
    const { signal } = this.#end;
    endpoint.onDisconnected.add(() => this.#lose(), { signal });
    endpoint.onConnected.add(() => this.#become(), { signal });
    this.first = this.#start(subscriptions);
    this.first.catch(() => {});
  }

  /** Fires each time the adapter becomes ready. */
  get onReady(): Listenable<[]> {
    return this.#onReady;
  }

  /** True while the adapter can be used. */
  get isReady(): boolean {
    return this.#isReady;
  }

  /** Stops watching. */
  close(): void {
    this.#end.abort();
    this.#lose();
  }

  #lose(): void {
    this.#connection++;
    this.#isReady = false;
  }

  async #start(subscriptions: readonly Subscription[]): Promise<void> {
    await Promise.all(subscriptions.map(({ ready }) => ready));
    this.#granted = true;
    const done = this.#onReady.next({ signal: this.#end.signal });
    if (this.#endpoint.connected) void this.#become();
    await done;
  }

  async #become(): Promise<void> {
    if (!this.#granted || this.#isReady) return;
    const connection = ++this.#connection;
    try {
      await this.#prepare();
    } catch {
      return;
    }
    if (connection !== this.#connection) return;
    this.#isReady = true;
    this.#onReady.fire();
  }
}
