/**
 * Reason codes of MQTT 5 that the broker gives or hears (MQTT 5.0, 2.4).
 *
 * @module
 */

/** Reason codes by name. */
export const REASON = {
  success: 0x00,
  disconnectWithWill: 0x04,
  noMatchingSubscribers: 0x10,
  noSubscriptionExisted: 0x11,
  unspecified: 0x80,
  malformedPacket: 0x81,
  protocolError: 0x82,
  implementationSpecific: 0x83,
  unsupportedVersion: 0x84,
  clientIdNotValid: 0x85,
  badCredentials: 0x86,
  notAuthorized: 0x87,
  serverBusy: 0x89,
  serverShuttingDown: 0x8b,
  badAuthenticationMethod: 0x8c,
  keepAliveTimeout: 0x8d,
  sessionTakenOver: 0x8e,
  topicFilterInvalid: 0x8f,
  topicNameInvalid: 0x90,
  packetIdNotFound: 0x92,
  receiveMaximumExceeded: 0x93,
  topicAliasInvalid: 0x94,
  packetTooLarge: 0x95,
  quotaExceeded: 0x97,
} as const;

/** From here on a reason code means a failure. */
export const FIRST_FAILURE = 0x80;

/** CONNACK codes of MQTT 3.1.1 (3.2.2.3) for what they cannot say more exactly. */
const RETURN_CODES: ReadonlyMap<number, number> = new Map([
  [REASON.success, 0],
  [REASON.unsupportedVersion, 1],
  [REASON.clientIdNotValid, 2],
  [REASON.badCredentials, 4],
  [REASON.notAuthorized, 5],
]);

/**
 * A reason as a CONNACK of MQTT 3.1.1 gives it.
 *
 * @param reasonCode A reason code of MQTT 5.
 * @returns 0 to 5; 3 (server unavailable) for what has no code of its own.
 */
export function toReturnCode(reasonCode: number): number {
  return RETURN_CODES.get(reasonCode) ?? 3;
}
