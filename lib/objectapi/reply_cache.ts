/**
 * Requests that came lately, and how they were answered.
 *
 * @module
 */
import { quickDigest, toLatin1 } from "#lib/base/octets.ts";
import type { RemoteFailure } from "./call_envelope.ts";

/** So many requests are remembered at least, and twice as many at most, unless their replies are long. */
const MAX_REQUESTS = 2048;

/** The most that is remembered of so many, in bytes. */
const MAX_BYTES = 2 * 1024 * 1024;

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

/** A reply, without what the request says itself: many are kept, so they are small. */
export interface StoredReply {
  /** The payload. */
  readonly payload: string;
  /** The failure, if the call failed. */
  readonly failure: RemoteFailure | undefined;
  /** When the request came; undefined where its caller does not ask. */
  readonly timeMs: number | undefined;
}

/** What distinguishes one request from another. */
interface RequestIdentity {
  /** Topic name its reply is wanted on. */
  readonly responseTopic: string | undefined;
  /** What its reply must repeat. */
  readonly correlation: string | undefined;
  /** What it asks for: another request is never taken for this one. */
  readonly payload: Uint8Array;
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
  const length = responseTopic.length + correlation.length + payload.length;
  const caller = `${responseTopic}\0${correlation}\0`;
  if (length <= MAX_KEY_LENGTH) return `${caller}${toLatin1(payload)}`;
  const text = caller.length <= MAX_KEY_LENGTH
    ? caller
    : quickDigest(new TextEncoder().encode(caller));
  return `${text}${payload.length}:${quickDigest(payload)}`;
}

/** A request that came lately. */
export interface KnownRequest {
  /** What it is remembered by. */
  readonly key: string;
  /** Its reply; undefined while the operation runs, and where it was too long to keep. */
  reply: StoredReply | undefined;
}

/**
 * Remembers requests by who asked and for what, so that one that the network
 * doubles is run once. It holds replies only, and a bounded number of bytes:
 * the older half is forgotten at once, which costs less than one by one.
 */
export class ReplyCache {
  #requests = new Map<string, KnownRequest>();
  #older = new Map<string, KnownRequest>();
  #bytes = 0;
  #olderBytes = 0;

  /** How much is remembered, in bytes. */
  get bytes(): number {
    return this.#bytes + this.#olderBytes;
  }

  /**
   * Finds a request that came before.
   *
   * @param key What it is remembered by.
   * @returns Undefined for a new one.
   */
  find(key: string): KnownRequest | undefined {
    return this.#requests.get(key) ?? this.#older.get(key);
  }

  /**
   * Remembers a request.
   *
   * @param key What it is remembered by.
   * @returns The request, without a reply.
   */
  add(key: string): KnownRequest {
    const request = { key, reply: undefined };
    this.#makeRoom(2 * key.length);
    this.#requests.set(key, request);
    return request;
  }

  /** Keeps a request's reply, as long as the request is remembered. */
  store(request: KnownRequest, reply: StoredReply): void {
    if (reply.payload.length > MAX_REPLY_LENGTH) return;
    const { message = "" } = reply.failure ?? {};
    this.#makeRoom(2 * (reply.payload.length + message.length));
    request.reply = reply;
  }

  /** Forgets a request that did not run. */
  forget({ key }: KnownRequest): void {
    this.#requests.delete(key);
    this.#older.delete(key);
  }

  #makeRoom(bytes: number): void {
    const isFull = this.#requests.size >= MAX_REQUESTS ||
      this.#bytes + bytes > MAX_BYTES;
    if (isFull) {
      this.#older = this.#requests;
      this.#olderBytes = this.#bytes;
      this.#requests = new Map();
      this.#bytes = 0;
    }
    this.#bytes += bytes;
  }
}
