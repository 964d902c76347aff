/**
 * Which topics who serves an object needs, and who calls it.
 *
 * @module
 */
import type { InterfaceDescriptor } from "./descriptor.ts";
import {
  ANNOUNCEMENT_FILTER,
  memberTopics,
  type TopicVerb,
} from "./object_topics.ts";

/** Topic filters by what is done. */
export interface TopicAccess {
  /** What is published to. */
  readonly publish: readonly string[];
  /** What is subscribed to. */
  readonly subscribe: readonly string[];
}

type InterfaceName = Pick<InterfaceDescriptor, "module" | "name" | "object">;

/** Where a discovery sends its messages to itself. */
const DISCOVERY_FILTER = "apigear/discovery/+";

const REQUESTS = ["set", "rpc", "rpc/v3"] as const;
const NEWS = ["prop", "sig"] as const;

/** What stands behind the operation in a result topic; the Qt template leaves the slash before the id out. */
const RESULTS = ["+/+/result", "+/result"] as const;

/**
 * The topics of a service.
 *
 * @returns What it publishes to and subscribes to.
 */
export function servingAccess(interfaceName: InterfaceName): TopicAccess {
  return {
    publish: [
      ...filters(interfaceName, NEWS, ["+"]),
      ...filters(interfaceName, ["rpc", "rpc/v3"], RESULTS),
      ANNOUNCEMENT_FILTER,
      DISCOVERY_FILTER,
    ],
    subscribe: [
      ...filters(interfaceName, REQUESTS, ["+"]),
      ANNOUNCEMENT_FILTER,
      DISCOVERY_FILTER,
    ],
  };
}

/**
 * The topics of a client.
 *
 * @returns What it publishes to and subscribes to.
 */
export function callingAccess(interfaceName: InterfaceName): TopicAccess {
  return {
    publish: [...filters(interfaceName, REQUESTS, ["+"]), DISCOVERY_FILTER],
    subscribe: [
      ...filters(interfaceName, NEWS, ["+"]),
      ...filters(interfaceName, ["rpc", "rpc/v3"], RESULTS),
      ANNOUNCEMENT_FILTER,
      DISCOVERY_FILTER,
    ],
  };
}

function filters(
  interfaceName: InterfaceName,
  verbs: readonly TopicVerb[],
  members: readonly string[],
): readonly string[] {
  return verbs.flatMap((verb) =>
    members.flatMap((member) => memberTopics(interfaceName, verb, member))
  );
}
