/**
 * Requests that came lately.
 *
 * @module
 */
import { Buffer } from "node:buffer";

/** How many requests are remembered. */
const LIMIT = 1024;

/**
 * The shortest correlation data that is taken to name one call only, in bytes.
 * Foreign clients count from 0 at every start, or always send `0`; only long
 * ones (a UUID's bytes or text, and those of this program) are never used twice.
 */
const UNIQUE_LENGTH = 16;

/** What is known of a request that came lately. */
export interface KnownRequest {
  /** Sends its reply once more; undefined while the operation runs. */
  resend: (() => void) | undefined;
}

/** Remembers requests by who asked, so that one that the network doubles is run once. */
export class ReplyCache {
  readonly #requests = new Map<string, KnownRequest>();

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
    const entry: KnownRequest = { resend: undefined };
    if (!responseTopic || !correlation) return { entry };
    if (correlation.length < UNIQUE_LENGTH) return { entry };
    const id = typeof correlation === "string" ? correlation : Buffer.from(
      correlation.buffer,
      correlation.byteOffset,
      correlation.byteLength,
    ).toString("latin1");
    const key = `${responseTopic}\0${id}`;
    const earlier = this.#requests.get(key);
    if (earlier) return { earlier, entry: earlier };
    this.#requests.set(key, entry);
    if (this.#requests.size > LIMIT) {
      for (const oldest of this.#requests.keys()) {
        this.#requests.delete(oldest);
        break;
      }
    }
    return { entry };
  }
}
