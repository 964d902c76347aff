/**
 * Requests that came lately.
 *
 * @module
 */
import { Buffer } from "node:buffer";

/** At least so many requests are remembered, and at most twice as many. */
const LIMIT = 1024;

/**
 * The shortest correlation data that is taken to name one call only, in bytes.
 * Foreign clients count from 0 at every start, or always send `0`; only long
 * ones (a UUID's bytes or text, and those of this program) are never used twice.
 */
const UNIQUE_LENGTH = 16;

/** What is known of a request that came lately. */
export interface KnownRequest {
  /** Topic name its reply is wanted on. */
  readonly responseTopic: string | undefined;
  /** Sends its reply once more; undefined while the operation runs. */
  resend: (() => void) | undefined;
}

/** Remembers requests by who asked, so that one that the network doubles is run once. */
export class ReplyCache {
  #younger = new Map<string, KnownRequest>();
  #older = new Map<string, KnownRequest>();

  /**
   * Looks a request up, and remembers it.
   *
   * @param responseTopic Topic name its reply is wanted on.
   * @param correlation What its reply must repeat.
   * @returns The earlier same request, or undefined if there was none, with the entry to fill.
   */
  remember(
    responseTopic: string | undefined,
    correlation: Uint8Array | string | undefined,
  ): { readonly earlier?: KnownRequest; readonly entry: KnownRequest } {
    const entry: KnownRequest = { responseTopic, resend: undefined };
    if (!responseTopic || !correlation) return { entry };
    if (correlation.length < UNIQUE_LENGTH) return { entry };
    const id = typeof correlation === "string" ? correlation : Buffer.from(
      correlation.buffer,
      correlation.byteOffset,
      correlation.byteLength,
    ).toString("latin1");
    const earlier = this.#younger.get(id) ?? this.#older.get(id);
    if (earlier?.responseTopic === responseTopic) {
      return { earlier, entry: earlier };
    }
    if (this.#younger.size >= LIMIT) {
      this.#older = this.#younger;
      this.#younger = new Map();
    }
    this.#younger.set(id, entry);
    return { entry };
  }
}
