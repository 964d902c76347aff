/**
 * One page that listens: server-sent events, of which only the newest of each
 * bike waits.
 *
 * @module
 */
import { type Clock, systemClock } from "#lib/base/clock.ts";
import type { BikeView } from "./bike_view.ts";
import type { Fleet } from "./fleet.ts";
import type { SampleRow } from "./sample_history.ts";

/** Least time between two messages of one bike, in milliseconds: 4 Hz. */
const INTERVAL_MS = 250;

/** The same for a list of many. */
const LIST_INTERVAL_MS = 1000;

/** A page that hears nothing for longer takes the connection for lost, in milliseconds. */
const HEARTBEAT_MS = 2000;

/** The most that is handed to a connection which does not take it, in bytes. */
const BUFFER_BYTES = 65_536;

/** Writes the newest state of a bike; the same text serves all who listen. */
export interface Encoder {
  /**
   * Writes a bike.
   *
   * @returns JSON; undefined if nothing was ever heard of it.
   */
  bike(bikeId: string): string | undefined;
  /** Writes how the connection to the broker is, and the time. */
  readonly status: string;
}

/** What one page listens to. */
interface StreamOptions {
  /** The bikes. */
  readonly fleet: Fleet;
  /** Writes them. */
  readonly encoder: Encoder;
  /** The only bike to listen to; all, without seconds of rides, if left out. */
  readonly bikeId?: string;
  /** The last second that the page has of the ride; 0 for none. */
  readonly afterSecond: number;
  /** Ends it. */
  readonly signal: AbortSignal;
  /** Called once it has ended, also because the page has gone. */
  readonly onEnd?: () => void;
  /**
   * Where the time comes from.
   *
   * @default {systemClock}
   */
  readonly clock?: Clock;
}

/**
 * Opens a stream of events: `status`, `bike`, `bikes`, `history`, `sample`, `profile`. A
 * page that does not keep up misses states in between, never the newest one;
 * seconds of the ride it gets in one piece once it reads again.
 *
 * @param options What to listen to.
 * @returns The body of the response.
 */
export function openEventStream(
  options: StreamOptions,
): ReadableStream<Uint8Array> {
  const stream = new EventStream(options);
  return new ReadableStream<Uint8Array>({
    start: (controller) => stream.start(controller),
    pull: () => stream.flush(),
    cancel: () => stream.close(),
  }, new ByteLengthQueuingStrategy({ highWaterMark: BUFFER_BYTES }));
}

class EventStream {
  readonly #options: StreamOptions;
  readonly #clock: Clock;
  readonly #end = new AbortController();
  readonly #dirty = new Set<string>();
  readonly #encoder = new TextEncoder();
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  #lastSecond: number;
  #profile: BikeView["profile"] | undefined;
  #hasHistory = false;
  #hasSamples = false;
  #isStatusDue = true;
  #stopTimer: (() => void) | undefined;
  #stopHeartbeat: () => void = () => {};

  constructor(options: StreamOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#lastSecond = options.afterSecond;
  }

  start(controller: ReadableStreamDefaultController<Uint8Array>): void {
    const { fleet, bikeId, signal } = this.#options;
    this.#controller = controller;
    this.#dirty.clear();
    for (const id of bikeId === undefined ? fleet.ids : [bikeId]) {
      this.#dirty.add(id);
    }
    const own = { signal: this.#end.signal };
    fleet.onChanged.add((id) => {
      if (bikeId === undefined || id === bikeId) this.#mark(id);
    }, own);
    fleet.onSample.add((id) => {
      if (id === bikeId) this.#hasSamples = true;
    }, own);
    fleet.onFilled.add((id, second) => {
      if (id !== bikeId) return;
      this.#lastSecond = Math.min(this.#lastSecond, second - 1);
      this.#hasSamples = true;
    }, own);
    fleet.onBroker.add(() => this.#beat(), own);
    signal.addEventListener("abort", () => this.#finish(), own);
    this.#write("retry: 1000\n\n");
    this.#beat();
  }

  close(): void {
    if (this.#end.signal.aborted) return;
    this.#end.abort();
    this.#options.onEnd?.();
    this.#stopTimer?.();
    this.#stopHeartbeat();
  }

  /** Writes what waits, if the connection takes it. */
  flush(): void {
    if (this.#stopTimer || this.#end.signal.aborted || !this.#takes) return;
    if (!this.#isStatusDue && this.#dirty.size === 0) return;
    // Before anything is written, as writing asks for more at once.
    this.#stopTimer = this.#clock.setTimeout(() => {
      this.#stopTimer = undefined;
      this.flush();
    }, this.#intervalMs);
    if (this.#isStatusDue) this.#event("status", this.#options.encoder.status);
    this.#isStatusDue = false;
    for (const id of this.#dirty) {
      if (!this.#takes) break;
      this.#dirty.delete(id);
      const text = this.#options.encoder.bike(id);
      if (text !== undefined) this.#event("bike", text);
    }
    this.#flushProfile();
    this.#flushSamples();
  }

  get #intervalMs(): number {
    return this.#options.bikeId === undefined ? LIST_INTERVAL_MS : INTERVAL_MS;
  }

  get #takes(): boolean {
    return (this.#controller?.desiredSize ?? 0) > 0;
  }

  #mark(bikeId: string): void {
    this.#dirty.add(bikeId);
    this.flush();
  }

  #beat(): void {
    this.#stopHeartbeat();
    this.#stopHeartbeat = this.#clock.setTimeout(
      () => this.#beat(),
      HEARTBEAT_MS,
    );
    this.#isStatusDue = true;
    this.flush();
  }

  #flushProfile(): void {
    const { fleet, bikeId } = this.#options;
    if (bikeId === undefined || !this.#takes) return;
    const profile = fleet.bike(bikeId)?.profile;
    if (!profile || profile === this.#profile) return;
    this.#profile = profile;
    this.#event("profile", JSON.stringify(profile));
  }

  #flushSamples(): void {
    const { fleet, bikeId } = this.#options;
    if (bikeId === undefined || !this.#takes) return;
    const history = fleet.bike(bikeId)?.ride.history;
    if (!history || (this.#hasHistory && !this.#hasSamples)) return;
    const rows = history.after(this.#lastSecond);
    const [first] = rows;
    if (!this.#hasHistory || rows.length > 1) this.#history(rows);
    else if (first) this.#event("sample", JSON.stringify(first), first[0]);
    this.#lastSecond = Math.max(this.#lastSecond, history.lastSecond);
    this.#hasHistory = true;
    this.#hasSamples = false;
  }

  #history(rows: readonly SampleRow[]): void {
    this.#event("history", JSON.stringify(rows), rows.at(-1)?.[0]);
  }

  #event(name: string, data: string, id?: number | null): void {
    const line = typeof id === "number" ? `id: ${id}\n` : "";
    this.#write(`event: ${name}\n${line}data: ${data}\n\n`);
  }

  #write(text: string): void {
    this.#controller?.enqueue(this.#encoder.encode(text));
  }

  #finish(): void {
    const { aborted } = this.#end.signal;
    this.close();
    if (!aborted) this.#controller?.close();
  }
}
