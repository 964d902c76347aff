/**
 * Requests that came lately, and how they were answered.
 *
 * @module
 */
import { quickDigest, toLatin1 } from "#lib/base/octets.ts";
import type { MqttProperties } from "#lib/mqtt/endpoint.ts";

/** The most requests that are remembered. */
const MAX_REQUESTS = 2048;

/** The most that is remembered of them, in bytes. */
const MAX_BYTES = 4 * 1024 * 1024;

/** The longest reply that is kept to be sent again, in characters. */
const MAX_REPLY_LENGTH = 64 * 1024;

/** What identifies a request and is longer than this is kept as a digest, in characters. */
const MAX_KEY_LENGTH = 256;

/**
 * The shortest correlation data that is taken to name one call only, in bytes.
 * Foreign clients count from 0 at every start, or always send `0`; only long
 * ones (a UUID's bytes or text, and those of this program) are never used twice.
 */
const UNIQUE_LENGTH = 16;

/** A reply as it is published. */
export interface StoredReply {
  /** Topic name it goes to. */
  readonly topic: string;
  /** The payload. */
  readonly payload: string;
  /** What MQTT 5 adds. */
  readonly properties: MqttProperties | undefined;
}

/** What distinguishes one request from another. */
interface RequestIdentity {
  /** Topic name its reply is wanted on. */
  readonly responseTopic: string | undefined;
  /** What its reply must repeat. */
  readonly correlation: Uint8Array | string | undefined;
  /** What it asks for: another request is never taken for this one. */
  readonly payload: Uint8Array;
}

/** What is known of a request that came lately. */
interface KnownRequest {
  /** Its reply; undefined while the operation runs, and where it was too long to keep. */
  reply: StoredReply | undefined;
  bytes: number;
}

/**
 * What a request is remembered by.
 *
 * @param identity What distinguishes it from others.
 * @returns A text of bounded length; undefined where nothing distinguishes it from others.
 */
export function requestKey(identity: RequestIdentity): string | undefined {
  const { responseTopic, correlation, payload } = identity;
  if (!responseTopic || !correlation) return undefined;
  if (correlation.length < UNIQUE_LENGTH) return undefined;
  const id = typeof correlation === "string"
    ? correlation
    : toLatin1(correlation);
  const length = responseTopic.length + id.length + payload.length;
  const caller = `${responseTopic}\0${id}\0`;
  if (length <= MAX_KEY_LENGTH) return `${caller}${toLatin1(payload)}`;
  const text = caller.length <= MAX_KEY_LENGTH
    ? caller
    : quickDigest(new TextEncoder().encode(caller));
  return `${text}${payload.length}:${quickDigest(payload)}`;
}

/**
 * Remembers requests by who asked and for what, so that one that the network
 * doubles is run once. It holds replies only, and a bounded number of bytes.
 */
export class ReplyCache {
  readonly #requests = new Map<string, KnownRequest>();
  #bytes = 0;

  /** How much is remembered, in bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Checks whether a request came before.
   *
   * @param key What it is remembered by.
   * @returns True for a repeated one.
   */
  has(key: string): boolean {
    return this.#requests.has(key);
  }

  /**
   * The reply of a request that came before.
   *
   * @param key What it is remembered by.
   * @returns Undefined while the operation runs, and where it was too long to keep.
   */
  replyOf(key: string): StoredReply | undefined {
    return this.#requests.get(key)?.reply;
  }

  /**
   * Remembers a request.
   *
   * @param key What it is remembered by.
   */
  add(key: string): void {
    const bytes = 2 * key.length;
    this.#requests.set(key, { reply: undefined, bytes });
    this.#bytes += bytes;
    this.#shrink();
  }

  /**
   * Keeps a request's reply, unless the request is forgotten.
   *
   * @param key What it is remembered by.
   */
  store(key: string, reply: StoredReply): void {
    const known = this.#requests.get(key);
    if (!known || reply.payload.length > MAX_REPLY_LENGTH) return;
    const bytes = 2 * (key.length + reply.topic.length + reply.payload.length);
    this.#bytes += bytes - known.bytes;
    this.#requests.set(key, { reply, bytes });
    this.#shrink();
  }

  /**
   * Forgets a request that did not run.
   *
   * @param key What it is remembered by.
   */
  forget(key: string): void {
    this.#bytes -= this.#requests.get(key)?.bytes ?? 0;
    this.#requests.delete(key);
  }

  /** The requests that came first are forgotten first. */
  #shrink(): void {
    for (const [key, { bytes }] of this.#requests) {
      if (this.#bytes <= MAX_BYTES && this.#requests.size <= MAX_REQUESTS) {
        return;
      }
      this.#requests.delete(key);
      this.#bytes -= bytes;
    }
  }
}
