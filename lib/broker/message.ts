/**
 * A message inside the broker.
 *
 * @module
 */
import type { Qos } from "#lib/mqtt/endpoint.ts";
import { type Properties, PROPERTY } from "./wire/properties.ts";

/** What a message takes besides its texts and bytes, in bytes: estimated, rather too much. */
const OVERHEAD_BYTES = 256;

/** A message, the same for all who get it. */
export interface Message {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly qos: Qos;
  readonly retain: boolean;
  /** Properties that go with it, as they stand in a packet. */
  readonly forwarded: Uint8Array;
  /** When it is dropped, by the monotonic clock. */
  readonly expiresAtMs: number | undefined;
  /** Client id of who published it. */
  readonly publisher: string;
  /** What it takes, in bytes. */
  readonly bytes: number;
}

/** The fields that a PUBLISH and a will share. */
interface Published {
  readonly payload: Uint8Array;
  readonly qos: Qos;
  readonly retain: boolean;
  readonly properties: Properties;
}

/** Where a message comes from. */
interface MessageOrigin {
  /** Topic name; a PUBLISH may give an alias instead. */
  readonly topic: string;
  /** Client id of who published it. */
  readonly publisher: string;
  /** When, by the monotonic clock. */
  readonly nowMs: number;
}

/**
 * Makes a message of what a client sent.
 *
 * @param origin Where it comes from.
 */
export function toMessage(
  { payload, qos, retain, properties }: Published,
  { topic, publisher, nowMs }: MessageOrigin,
): Message {
  const { forwarded } = properties;
  const expiry = properties.number(PROPERTY.messageExpiryInterval);
  return {
    topic,
    payload,
    qos,
    retain,
    forwarded,
    expiresAtMs: expiry === undefined ? undefined : nowMs + expiry * 1000,
    publisher,
    bytes: OVERHEAD_BYTES + payload.length + topic.length + forwarded.length,
  };
}

/**
 * Checks whether a message must not be delivered any more.
 *
 * @param nowMs The time, by the monotonic clock.
 * @returns True once its expiry interval has passed.
 */
export function isExpired({ expiresAtMs }: Message, nowMs: number): boolean {
  return expiresAtMs !== undefined && expiresAtMs <= nowMs;
}
