/**
 * What became of the calls and messages of one fault.
 *
 * @module
 */
import type { PeerEvent } from "./peer.ts";

/** One row of the table. */
export interface Tally {
  /** Calls that were begun. */
  readonly calls: number;
  /** Messages that were sent. */
  readonly messages: number;
  /** Calls without an end, and acknowledged messages that did not come. */
  readonly lost: number;
  /** Calls that ran more than once. */
  readonly doubled: number;
  /** Messages that came more than once, as QoS 1 allows. */
  readonly again: number;
  /** Calls that ran after their caller had given up. */
  readonly late: number;
  /** Calls that failed, and whose caller knows. */
  readonly failed: number;
  /** Time from the end of the fault to the first call that succeeded, in milliseconds. */
  readonly recoveryMs: number;
}

/** A process may be held up between what happens and the note of it, in milliseconds. */
const NOTE_MS = 500;

/**
 * Finds the first call that was begun after a moment and succeeded.
 *
 * @param client What happened in the client.
 * @param afterMs The moment, in milliseconds since 1970.
 * @returns Its end, where there is one.
 */
export function firstSuccess(
  client: readonly PeerEvent[],
  afterMs: number,
): PeerEvent | undefined {
  const begun = new Set(
    client.filter(({ what, atMs }) => what === "begun" && atMs >= afterMs)
      .map(({ id }) => id),
  );
  return client.find(({ what, id, isFine }) =>
    what === "ended" && isFine === true && begun.has(id)
  );
}

/**
 * Tells whether a message that the broker took has not come yet.
 *
 * @param service What happened in the service.
 * @param client What happened in the client.
 * @returns True if one is missing.
 */
export function isMissing(
  service: readonly PeerEvent[],
  client: readonly PeerEvent[],
): boolean {
  const came = new Set(
    service.filter(({ what }) => what === "received").map(({ id }) => id),
  );
  return client.some(({ what, id, isFine }) =>
    what === "sent" && isFine === true && !came.has(id)
  );
}

/**
 * Counts.
 *
 * @param service What happened in the service.
 * @param client What happened in the client.
 * @param healedMs When the fault was over, in milliseconds since 1970.
 * @returns The row.
 */
export function tally(
  service: readonly PeerEvent[],
  client: readonly PeerEvent[],
  healedMs: number,
): Tally {
  const of = (events: readonly PeerEvent[], what: PeerEvent["what"]) =>
    events.filter((event) => event.what === what);
  const begun = of(client, "begun");
  const ended = new Map(of(client, "ended").map((event) => [event.id, event]));
  const sent = of(client, "sent");
  const ran = of(service, "ran");
  const received = of(service, "received");
  const came = new Set(received.map(({ id }) => id));
  const late = ran.filter(({ id, atMs }) => {
    const end = ended.get(id);
    return end?.isFine === false && atMs > end.atMs + NOTE_MS;
  });
  const back = firstSuccess(client, healedMs);
  return {
    calls: begun.length,
    messages: sent.length,
    lost: begun.filter(({ id }) => !ended.has(id)).length +
      sent.filter(({ id, isFine }) => isFine && !came.has(id)).length,
    doubled: ran.length - new Set(ran.map(({ id }) => id)).size,
    again: received.length - came.size,
    late: late.length,
    failed: [...ended.values()].filter(({ isFine }) => !isFine).length,
    recoveryMs: back ? back.atMs - healedMs : Infinity,
  };
}
