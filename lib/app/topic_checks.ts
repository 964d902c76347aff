/**
 * Checks of what an account may do on its broker, by trying it.
 *
 * @module
 */
import { untilAborted } from "#lib/base/deadline.ts";
import { TopicRefusedError } from "#lib/base/errors.ts";
import type { BrokerRights } from "#lib/broker/embedded_broker.ts";
import type { Config } from "#lib/config/schema.ts";
import type { MqttEndpoint } from "#lib/mqtt/endpoint.ts";
import { servingAccess } from "#lib/objectapi/access_topics.ts";
import type { BikeAdapters } from "./bike_adapters.ts";
import type { Check } from "./check.ts";

/** Stands for any level; no bike, device or member has this name. */
const PROBE_LEVEL = "smartbike-doctor";

/** How long a message may take to come back, in milliseconds. */
const ROUND_TRIP_MS = 2000;

const SUBJECT = "topics";

/** What an account needs for one purpose. */
export interface TopicPurpose {
  readonly name: string;
  readonly rights: BrokerRights;
}

/**
 * Finds the topics that a configured bike uses.
 *
 * @param adapters How it is shown.
 * @returns Topic filters by what they are for.
 */
export function topicsOf(
  { bike, homeAssistant }: Config,
  adapters: Pick<BikeAdapters, "access" | "descriptor">,
): readonly TopicPurpose[] {
  const { run, home } = adapters.access(bike.id);
  return [
    { name: "the bike", rights: run },
    ...bike.object
      ? [{
        name: "smartbike.Bike",
        rights: servingAccess({
          ...adapters.descriptor,
          object: bike.objectId,
        }),
      }]
      : [],
    ...homeAssistant.enabled ? [{ name: "Home Assistant", rights: home }] : [],
  ];
}

/**
 * Tries topics: subscribes, publishes an empty message that is not retained, and
 * waits for it where it must come back. Topics that mean something to others
 * are left alone: only filters with a wildcard are tried, with a name that
 * nothing has.
 *
 * @param endpoint The connection, with the account that is checked.
 * @returns One check a purpose that works, or a missing right.
 */
export async function checkTopics(
  endpoint: MqttEndpoint,
  purposes: readonly TopicPurpose[],
): Promise<readonly Check[]> {
  const checks: Check[] = [];
  for (const { name, rights } of purposes) {
    const missing = await missingRights(endpoint, rights);
    checks.push(...missing.map((one) => toCheck(one, name)));
    if (missing.length > 0) continue;
    const text = `the account may use the topics of ${name}`;
    checks.push({ state: "ok", subject: SUBJECT, text });
  }
  return checks;
}

/** Filters that the account may not use. */
interface MissingRight {
  /** What it may not do, before the filters. */
  readonly right: string;
  readonly filters: readonly string[];
}

function toCheck({ right, filters }: MissingRight, name: string): Check {
  return {
    state: "error",
    subject: SUBJECT,
    text: `${name} needs the right to ${right} ${filters.join(", ")}`,
    advice: '"smartbike broker-config" prints the rights that accounts need',
  };
}

async function missingRights(
  endpoint: MqttEndpoint,
  { publish, subscribe }: BrokerRights,
): Promise<readonly MissingRight[]> {
  const arrived = new Set<string>();
  const end = new AbortController();
  const sent = publish.filter(hasWildcard);
  const returning = sent.filter((filter) => subscribe.includes(filter));
  const subscriptions = subscribe.map((filter) =>
    endpoint.subscribe(probeOf(filter), ({ topic }) => {
      arrived.add(topic);
      if (returning.every((one) => arrived.has(probeOf(one)))) end.abort();
    })
  );
  const isUnreadable = await Promise.all(
    subscriptions.map(({ ready }) => isRefused(ready)),
  );
  const isUnsendable = await Promise.all(
    sent.map((filter) => isRefused(endpoint.publish(probeOf(filter), ""))),
  );
  const unreadable = subscribe.filter((_, index) => isUnreadable[index]);
  const unsendable = sent.filter((_, index) => isUnsendable[index]);
  const due = returning.filter((filter) =>
    !unreadable.includes(filter) && !unsendable.includes(filter)
  );
  const isBack = (filter: string) => arrived.has(probeOf(filter));
  if (!due.every(isBack)) {
    const late = AbortSignal.timeout(ROUND_TRIP_MS);
    await untilAborted(AbortSignal.any([end.signal, late]));
  }
  await Promise.allSettled(subscriptions.map((one) => one.unsubscribe()));
  return [
    { right: "publish to", filters: unsendable },
    { right: "subscribe to", filters: unreadable },
    {
      right: "publish to, or to read,",
      filters: due.filter((filter) => !isBack(filter)),
    },
  ].filter(({ filters }) => filters.length > 0);
}

function hasWildcard(filter: string): boolean {
  return /[+#]/.test(filter);
}

function probeOf(filter: string): string {
  return filter.replaceAll(/[+#]/g, PROBE_LEVEL);
}

async function isRefused(work: Promise<unknown>): Promise<boolean> {
  try {
    await work;
    return false;
  } catch (error) {
    if (error instanceof TopicRefusedError) return true;
    throw error;
  }
}
