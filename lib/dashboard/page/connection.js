// @ts-check
/// <reference lib="dom" />
/**
 * The stream of events: comes back by itself, with what was missed.
 */
/** @import { RemoteProfileBlock } from "../../bike/remote_bike.ts" */
/** @import { BikeSnapshot } from "../bike_view.ts" */
/** @import { SampleRow } from "../sample_history.ts" */

/** The server sends something each 2 s; after so long without, it is lost. */
const SILENCE_MS = 6000;

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 4000;

/**
 * @typedef {object} Status
 * @property {{ isConnected: boolean, sinceMs: number }} broker
 * @property {number} nowMs
 * @property {readonly string[]} bikeIds
 */

/**
 * @typedef {object} Handlers
 * @property {(status: Status) => void} status
 * @property {(bike: BikeSnapshot) => void} bike
 * @property {(rows: readonly SampleRow[]) => void} [samples]
 * @property {(blocks: readonly RemoteProfileBlock[]) => void} [profile]
 * @property {(lostSinceMs: number | null) => void} lost Called when the stream is lost, and with null when it is back.
 */

/** A stream of events. */
export class Connection {
  /**
   * @param {string} path
   * @param {Handlers} handlers
   */
  constructor(path, handlers) {
    this.path = path;
    this.handlers = handlers;
    this.lastSecond = 0;
    this.lastEventMs = performance.now();
    /** @type {number | null} */
    this.lostSinceMs = null;
    this.retryMs = FIRST_RETRY_MS;
    /** @type {EventSource | null} */
    this.source = null;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.retryTimer = undefined;
    this.watch = setInterval(() => this.#watch(), 1000);
    this.#open();
  }

  /** Ends it. */
  close() {
    clearInterval(this.watch);
    clearTimeout(this.retryTimer);
    this.source?.close();
  }

  #open() {
    this.source?.close();
    const source = new EventSource(`${this.path}?after=${this.lastSecond}`);
    this.source = source;
    /**
     * @param {string} name
     * @param {(data: any) => void} handle
     */
    const on = (name, handle) =>
      source.addEventListener(name, (event) => {
        if (this.source !== source) return;
        this.#alive();
        handle(JSON.parse(event.data));
      });
    on("status", (data) => this.handlers.status(data));
    on("bike", (data) => this.handlers.bike(data));
    on("profile", (data) => this.handlers.profile?.(data));
    on("history", (data) => this.#samples(data));
    on("sample", (data) => this.#samples([data]));
    source.onerror = () => {
      if (this.source === source) this.#lose();
    };
  }

  /** @param {readonly SampleRow[]} rows */
  #samples(rows) {
    for (const [second] of rows) {
      this.lastSecond = Math.max(this.lastSecond, second ?? 0);
    }
    this.handlers.samples?.(rows);
  }

  #alive() {
    this.lastEventMs = performance.now();
    this.retryMs = FIRST_RETRY_MS;
    if (this.lostSinceMs === null) return;
    this.lostSinceMs = null;
    this.handlers.lost(null);
  }

  #lose() {
    this.source?.close();
    this.source = null;
    if (this.lostSinceMs === null) {
      this.lostSinceMs = Date.now();
      this.handlers.lost(this.lostSinceMs);
    }
    clearTimeout(this.retryTimer);
    this.retryTimer = setTimeout(() => {
      this.lastEventMs = performance.now();
      this.#open();
    }, this.retryMs);
    this.retryMs = Math.min(LONGEST_RETRY_MS, this.retryMs * 2);
  }

  #watch() {
    const isSilent = performance.now() - this.lastEventMs > SILENCE_MS;
    if (this.source && isSilent) this.#lose();
  }
}

/**
 * Sends a command and waits for the bike's own answer.
 *
 * @param {string} path
 * @param {unknown} [body]
 * @returns {Promise<{ value?: number, steps?: string[], error?: { code: string, message: string } }>}
 */
export async function post(path, body = {}) {
  try {
    const response = await fetch(path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    return await response.json();
  } catch {
    const message = "smartbike does not answer";
    return { error: { code: "connection", message } };
  }
}
