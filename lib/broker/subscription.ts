/**
 * What a client has subscribed to.
 *
 * @module
 */
import type { Qos } from "#lib/mqtt/endpoint.ts";
import { isTopicFilter } from "#lib/mqtt/topic.ts";
import type { SubscriptionRequest } from "./wire/client_packet.ts";

/** A topic filter, with the group that shares it (MQTT 5.0, 4.8.2). */
export interface SubscriptionTarget {
  /** The filter, without the group. */
  readonly filter: string;
  /** Name of the group; undefined for a subscription of the client's own. */
  readonly group: string | undefined;
}

/** One subscription of one client. */
export interface Subscription extends SubscriptionTarget {
  /** The filter as the client wrote it. */
  readonly name: string;
  readonly qos: Qos;
  readonly noLocal: boolean;
  readonly retainAsPublished: boolean;
  readonly identifier: number | undefined;
}

const SHARE = "$share/";

/**
 * Takes a filter apart.
 *
 * @param name The filter as a client wrote it.
 * @returns Its parts; undefined where it is no topic filter.
 */
export function parseTarget(name: string): SubscriptionTarget | undefined {
  if (name !== "$share" && !name.startsWith(SHARE)) {
    return isTopicFilter(name) ? { filter: name, group: undefined } : undefined;
  }
  const end = name.indexOf("/", SHARE.length);
  const group = name.slice(SHARE.length, end);
  const filter = name.slice(end + 1);
  const isValid = end > SHARE.length && !/[+#]/.test(group) &&
    isTopicFilter(filter);
  return isValid ? { filter, group } : undefined;
}

/**
 * Makes a subscription of what a client asks for.
 *
 * @param request What it asks for.
 * @param target The parts of its filter.
 */
export function toSubscription(
  request: SubscriptionRequest,
  target: SubscriptionTarget,
  identifier: number | undefined,
): Subscription {
  const { filter: name, qos, noLocal, retainAsPublished } = request;
  return { ...target, name, qos, noLocal, retainAsPublished, identifier };
}
