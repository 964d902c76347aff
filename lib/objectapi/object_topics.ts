/**
 * ApiGear's topic names, made and taken apart nowhere else.
 *
 * | verb | topic | published by |
 * | --- | --- | --- |
 * | `set` | `module/Interface/set/property` | clients |
 * | `prop` | `module/Interface/prop/property`, retained | the service |
 * | `rpc` | `module/Interface/rpc/operation` | clients |
 * | `sig` | `module/Interface/sig/signal` | the service |
 *
 * A reply goes to the request's response topic, by convention
 * `module/Interface/rpc/operation/client/result`. Where MQTT 3.1.1 is spoken,
 * requests and replies have `rpc/v3/` in place of `rpc/`.
 *
 * Where an object has an identity, such as `bike/000001`, that stands before
 * the module, so that one broker holds many objects of an interface.
 *
 * What a service says of itself stands on topics of this program's own,
 * `apigear/services/{serviceId}/alive`, `…/interfaces` and `…/definition`, all
 * retained.
 *
 * @module
 */
import { isTopicName, toTopicLevel } from "#lib/mqtt/topic.ts";
import { toUpperCamelCase } from "#lib/base/naming.ts";
import type { InterfaceDescriptor } from "./descriptor.ts";

/** The second half of a topic, before the member's name. */
export type TopicVerb = "set" | "prop" | "rpc" | "rpc/v3" | "sig";

/** How requests and replies carry their call's identity: MQTT 5 properties, or inside the JSON. */
export type Dialect = "v5" | "v3";

/** A client id may hold slashes, but a broker cuts off who publishes to too many levels. */
const MAX_ID_LEVELS = 8;

type InterfaceName = Pick<InterfaceDescriptor, "module" | "name" | "object">;

/**
 * The topic of a member.
 *
 * @param verb What is done to the member.
 * @returns For example `io.world/Hello/prop/last`.
 */
export function memberTopic(
  interfaceName: InterfaceName,
  verb: TopicVerb,
  member: string,
): string {
  const { module, name, object } = interfaceName;
  const root = object === undefined ? module : `${object}/${module}`;
  return `${root}/${name}/${verb}/${member}`;
}

/**
 * The ways in which an interface's name is written in topics. ApiGear's Unreal
 * template and its C++14 client write it in upper camel case, so there are two
 * where that differs from the definition.
 *
 * @returns The definition's own spelling first.
 */
export function spellingsOf<T extends InterfaceName>(
  interfaceName: T,
): readonly T[] {
  const name = toUpperCamelCase(interfaceName.name);
  if (name === interfaceName.name) return [interfaceName];
  return [interfaceName, { ...interfaceName, name }];
}

/**
 * All topics a member is on, one for each spelling of the interface's name.
 *
 * @param verb What is done to the member.
 * @returns One or two topics, the definition's own first.
 */
export function memberTopics(
  interfaceName: InterfaceName,
  verb: TopicVerb,
  member: string,
): readonly string[] {
  return spellingsOf(interfaceName).map((one) =>
    memberTopic(one, verb, member)
  );
}

/**
 * The topic a client wants an operation's results on.
 *
 * @param clientId The client's id; characters a topic level must not hold are replaced.
 * @param dialect How calls carry their identity.
 * @returns For example `io.world/Hello/rpc/say/client-1/result`.
 */
export function resultTopic(
  interfaceName: InterfaceName,
  operation: string,
  clientId: string,
  dialect: Dialect,
): string {
  const request = requestTopic(interfaceName, operation, dialect);
  return `${request}/${toTopicLevel(clientId)}/result`;
}

/**
 * The topic an operation is requested on.
 *
 * @param dialect How calls carry their identity.
 * @returns For example `io.world/Hello/rpc/say`.
 */
export function requestTopic(
  interfaceName: InterfaceName,
  operation: string,
  dialect: Dialect,
): string {
  const verb = dialect === "v3" ? "rpc/v3" : "rpc";
  return memberTopic(interfaceName, verb, operation);
}

/**
 * Makes the rule for the topics that a service may reply on: only below the
 * operation's own one, or in the Qt template's spelling, which lacks the slash
 * before the client id.
 *
 * @returns Whether a reply on a topic cannot reach anything but a caller.
 */
export function replyTopicRule(
  interfaceName: InterfaceName,
  operation: string,
): (topic: string) => boolean {
  const roots = [
    ...memberTopics(interfaceName, "rpc", operation),
    ...memberTopics(interfaceName, "rpc/v3", operation),
  ];
  // An operation named "result" is requested on such a topic.
  const requests = memberTopics(interfaceName, "rpc/v3", "result");
  return (topic) => {
    const root = roots.find((text) => topic.startsWith(text));
    if (root === undefined || !topic.endsWith("/result")) return false;
    const id = topic.slice(root.length, -"/result".length);
    const isBelow = id.startsWith("/")
      ? id.length > 1 && id.split("/").length <= MAX_ID_LEVELS + 1
      : !id.includes("/");
    return id.length > 0 && isBelow && isTopicName(topic) &&
      !requests.includes(topic);
  };
}

/** What a service says of itself: whether it is alive, the names of what it serves, and what these look like. */
export const ANNOUNCEMENT_PARTS = [
  "alive",
  "interfaces",
  "definition",
] as const;

/** What a service says of itself. */
export type AnnouncementPart = (typeof ANNOUNCEMENT_PARTS)[number];

/** Filter of all that services say of themselves. */
export const ANNOUNCEMENT_FILTER = "apigear/services/+/+";

/**
 * The topic on which a service says something of itself.
 *
 * @param serviceId The service's id; characters a topic level must not hold are replaced.
 * @returns For example `apigear/services/my-service/alive`.
 */
export function announcementTopic(
  serviceId: string,
  part: AnnouncementPart,
): string {
  return `apigear/services/${toTopicLevel(serviceId)}/${part}`;
}

/**
 * The filter of one thing that all services say of themselves.
 *
 * @returns For example `apigear/services/+/alive`.
 */
export function announcementFilter(part: AnnouncementPart): string {
  return `apigear/services/+/${part}`;
}

/**
 * Takes apart what {@linkcode announcementTopic} makes.
 *
 * @returns The service and what it says; undefined for any other topic.
 */
export function parseAnnouncementTopic(
  topic: string,
): { readonly id: string; readonly part: AnnouncementPart } | undefined {
  const [, id, name] = /^apigear\/services\/([^/]+)\/([a-z]+)$/.exec(topic) ??
    [];
  const part = ANNOUNCEMENT_PARTS.find((one) => one === name);
  return id !== undefined && part ? { id, part } : undefined;
}

/**
 * Checks the identity of an object.
 *
 * @param object For example `bike/000001`.
 * @throws {RangeError} If it cannot stand in front of a topic.
 */
export function requireObjectId(object: string): string {
  const levels = object.split("/");
  const isSound = levels.length <= MAX_ID_LEVELS && object.length <= 256 &&
    levels.every((level) => /^[\w.-]+$/.test(level));
  if (isSound) return object;
  throw new RangeError(
    `Cannot use object "${
      object.slice(0, 256)
    }": expected letters, digits, ".", "_" and "-" in at most ${MAX_ID_LEVELS} levels, such as bike/000001`,
  );
}
