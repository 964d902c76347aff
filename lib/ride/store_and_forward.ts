/**
 * Keeps reports while the broker is away, and publishes them when it is back.
 *
 * @module
 */
import { type Clock, pause, systemClock } from "#lib/base/clock.ts";
import { EventHook, type Listenable } from "#lib/base/event_hook.ts";
import { getLogger } from "#lib/base/logger.ts";
import type { StoreError } from "#lib/base/store_errors.ts";
import type { ReportBacklog } from "./report_backlog.ts";

const logger = getLogger("backlog");

/** Time between two writes to the disk, in milliseconds. */
const COMMIT_MS = 1000;

/** How long the end waits for what is on its way, in milliseconds. */
const END_MS = 1000;

/** How many reports are published before the next are read. */
const BATCH = 50;

/** The connection that reports are published on. */
export interface ForwardingEndpoint {
  /** True while there is one. */
  readonly connected: boolean;
  /** Fires when there is one again. */
  readonly onConnected: Listenable<readonly [info: unknown]>;
  /**
   * Publishes a message.
   *
   * @returns Resolves when the broker has it.
   */
  publish(
    topic: string,
    payload: string,
    options?: { readonly qos?: 0 | 1 | 2; readonly signal?: AbortSignal },
  ): Promise<unknown>;
}

/** What is reported of the backlog. */
export interface BacklogState {
  /** How many reports wait. */
  readonly waiting: number;
  /** How many were ever dropped for lack of room. */
  readonly dropped: number;
  /** Why reports cannot be kept; undefined as long as they can. */
  readonly trouble: StoreError | undefined;
}

/** How reports are kept and published. */
interface StoreAndForwardOptions {
  /**
   * When they are written.
   *
   * @default {systemClock}
   */
  readonly clock?: Clock;
}

/**
 * Keeps reports that are due while the broker is away, and publishes them in
 * their order, with their own times, on topics of their own when it is back;
 * what is reported live is not held up by them.
 */
export class StoreAndForward implements AsyncDisposable {
  /** Fires when reports cannot be kept any more, when they can again, and when all were published. */
  readonly onChanged: EventHook<[state: BacklogState]> = new EventHook(
    "backlog changed",
  );
  readonly #backlog: ReportBacklog;
  readonly #endpoint: ForwardingEndpoint;
  readonly #clock: Clock;
  readonly #end = new AbortController();
  #forwarding: Promise<void> | undefined;
  #stopTimer: (() => void) | undefined;
  #reported: string | undefined;

  /**
   * Publishes what waits from before, as soon as there is a connection.
   *
   * @param backlog Keeps them; it is closed at the end.
   */
  constructor(
    backlog: ReportBacklog,
    endpoint: ForwardingEndpoint,
    options: StoreAndForwardOptions = {},
  ) {
    this.#backlog = backlog;
    this.#endpoint = endpoint;
    this.#clock = options.clock ?? systemClock;
    const { signal } = this.#end;
    endpoint.onConnected.add(() => this.#forward(), { signal });
    if (endpoint.connected) this.#forward();
  }

  /** How the backlog stands. */
  get state(): BacklogState {
    const { size: waiting, dropped, trouble } = this.#backlog;
    return { waiting, dropped, trouble };
  }

  /**
   * Keeps a report that cannot be published now.
   *
   * @param topic Topic name that it is published to later, which says that it is history.
   * @param payload The payload, with its own time.
   */
  keep(topic: string, payload: string): void {
    if (this.#end.signal.aborted) return;
    this.#backlog.put(topic, payload);
    this.#schedule();
  }

  /** Writes what waits to the disk, and ends. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#end.signal.aborted) return;
    this.#end.abort();
    this.#stopTimer?.();
    const late = new AbortController();
    await Promise.race([
      this.#forwarding,
      pause(this.#clock, END_MS, late.signal),
    ]);
    late.abort();
    this.#backlog[Symbol.dispose]();
  }

  /** Writes soon, and again and again while the disk refuses. */
  #schedule(): void {
    this.#stopTimer ??= this.#clock.setTimeout(() => {
      this.#stopTimer = undefined;
      this.#backlog.commit();
      this.#reportTrouble();
      if (this.#backlog.isPending) this.#schedule();
      if (this.#endpoint.connected) this.#forward();
    }, COMMIT_MS);
  }

  #reportTrouble(): void {
    const { trouble } = this.#backlog;
    if (trouble?.message === this.#reported) return;
    this.#reported = trouble?.message;
    this.onChanged.fire(this.state);
  }

  #forward(): void {
    this.#forwarding ??= this.#publishAll().finally(() => {
      this.#forwarding = undefined;
      if (this.#end.signal.aborted) return;
      this.#reportTrouble();
      if (this.#backlog.isPending) this.#schedule();
    });
  }

  async #publishAll(): Promise<void> {
    const { signal } = this.#end;
    let wasEmpty = true;
    try {
      while (this.#endpoint.connected && !signal.aborted) {
        const reports = this.#backlog.oldest(BATCH);
        const last = reports.at(-1);
        if (!last) return this.#finish(wasEmpty);
        wasEmpty = false;
        await Promise.all(
          reports.map(({ topic, payload }) =>
            this.#endpoint.publish(topic, payload, { qos: 1, signal })
          ),
        );
        if (!signal.aborted) this.#backlog.remove(last.id);
      }
    } catch (error) {
      // They stay, and are published on the next connection.
      if (!signal.aborted) {
        logger.warn("Cannot publish what was kept: {error}", { error });
      }
    }
  }

  #finish(wasEmpty: boolean): void {
    if (!wasEmpty) this.onChanged.fire(this.state);
  }
}
