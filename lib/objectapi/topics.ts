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
 * What a service tells of itself stands on topics of this program's own,
 * `apigear/services/{serviceId}/alive` and `…/definition`, both retained.
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

type InterfaceName = Pick<InterfaceDescriptor, "module" | "name">;

/**
 * The topic of a member.
 *
 * @param interfaceName The interface.
 * @param verb What is done to the member.
 * @param member The member's name.
 * @returns For example `io.world/Hello/prop/last`.
 */
export function memberTopic(
  interfaceName: InterfaceName,
  verb: TopicVerb,
  member: string,
): string {
  return `${interfaceName.module}/${interfaceName.name}/${verb}/${member}`;
}

/**
 * All topics a member may be heard on. ApiGear's Unreal template and its C++14
 * client write the interface's name in upper camel case, so there are two
 * where that differs from the definition.
 *
 * @param interfaceName The interface.
 * @param verb What is done to the member.
 * @param member The member's name.
 * @returns One or two topics, the definition's own first.
 */
export function heardTopics(
  interfaceName: InterfaceName,
  verb: TopicVerb,
  member: string,
): readonly string[] {
  return spellings(interfaceName.name).map((name) =>
    memberTopic({ module: interfaceName.module, name }, verb, member)
  );
}

/**
 * The topic a client wants an operation's results on.
 *
 * @param interfaceName The interface.
 * @param operation The operation's name.
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
 * @param interfaceName The interface.
 * @param operation The operation's name.
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
 * @param interfaceName The interface.
 * @param operation The operation that is requested.
 * @returns Tells whether a reply on a topic cannot reach anything but a caller.
 */
export function replyTopicRule(
  interfaceName: InterfaceName,
  operation: string,
): (topic: string) => boolean {
  const roots = [
    ...heardTopics(interfaceName, "rpc", operation),
    ...heardTopics(interfaceName, "rpc/v3", operation),
  ];
  // An operation named "result" is requested on such a topic.
  const requests = heardTopics(interfaceName, "rpc/v3", "result");
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

/** What a service tells of itself: whether it is alive, and what it serves. */
export type AnnouncementPart = "alive" | "definition";

/** Filter of all that services tell of themselves. */
export const ANNOUNCEMENT_FILTER = "apigear/services/+/+";

/**
 * The topic on which a service tells of itself.
 *
 * @param serviceId The service's client id; characters a topic level must not hold are replaced.
 * @param part What it tells.
 * @returns For example `apigear/services/my-service/alive`.
 */
export function announcementTopic(
  serviceId: string,
  part: AnnouncementPart,
): string {
  return `apigear/services/${toTopicLevel(serviceId)}/${part}`;
}

/**
 * Takes apart what {@linkcode announcementTopic} makes.
 *
 * @param topic Any topic.
 * @returns The service and what it tells; undefined for any other topic.
 */
export function parseAnnouncementTopic(
  topic: string,
): { readonly id: string; readonly part: AnnouncementPart } | undefined {
  const [, id, part] =
    /^apigear\/services\/([^/]+)\/(alive|definition)$/.exec(topic) ?? [];
  if (id === undefined) return undefined;
  return { id, part: part === "alive" ? "alive" : "definition" };
}

function spellings(name: string): readonly string[] {
  const camel = toUpperCamelCase(name);
  return camel === name ? [name] : [name, camel];
}
