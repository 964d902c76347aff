/**
 * What follows from a CONNECT (MQTT 5.0, 3.1.4).
 *
 * @module
 */
import type { Access, Permit } from "./access.ts";
import type { BrokerLimits } from "./limits.ts";
import type { Channel, Session } from "./session.ts";
import type { SessionRegistry, SessionRequest } from "./session_registry.ts";
import { hasFewLevels } from "./topic_tree.ts";
import type { ConnectPacket } from "./wire/client_packet.ts";
import type { Connack } from "./wire/encode_packet.ts";
import { type OutgoingProperty, PROPERTY } from "./wire/properties.ts";
import { ProtocolFault } from "./wire/protocol_fault.ts";
import { REASON } from "./wire/reason_code.ts";

/** The most topic aliases that a client may use. */
export const MAX_TOPIC_ALIASES = 32;

/** The longest client id, in UTF-16 code units. */
const MAX_CLIENT_ID_LENGTH = 1024;

/** What a login needs of the broker. */
export interface LoginDesk {
  readonly access: Access;
  readonly registry: SessionRegistry;
  readonly limits: Required<BrokerLimits>;
}

/** A client that has logged in. */
interface Login {
  readonly session: Session;
  readonly connack: Connack;
}

/**
 * Lets a client in.
 *
 * @param desk What a login needs of the broker.
 * @returns Its session, and the answer.
 * @throws {ProtocolFault} If it is refused.
 */
export function logIn(
  packet: ConnectPacket,
  channel: Channel,
  desk: LoginDesk,
): Login {
  const permit = permitOf(packet, desk.access);
  checkWill(packet, permit);
  const { maxSessionExpirySeconds, maxPacketBytes, maxInflight } = desk.limits;
  const wanted = wantedExpiry(packet);
  const expirySeconds = Math.min(wanted, maxSessionExpirySeconds);
  const clientId = packet.clientId || crypto.randomUUID();
  const request: SessionRequest = {
    clientId,
    cleanStart: packet.cleanStart,
    permit,
    expirySeconds,
    will: packet.will,
  };
  const { session, isPresent } = desk.registry.open(request, channel);
  const receiveMaximum = packet.properties.number(PROPERTY.receiveMaximum);
  session.outgoing.restart(Math.min(receiveMaximum ?? 65_535, maxInflight));
  const properties: readonly OutgoingProperty[] = [
    [
      PROPERTY.sessionExpiryInterval,
      expirySeconds < wanted ? expirySeconds : undefined,
    ],
    [PROPERTY.receiveMaximum, maxInflight],
    [PROPERTY.maximumPacketSize, maxPacketBytes],
    [
      PROPERTY.assignedClientIdentifier,
      packet.clientId === "" ? clientId : undefined,
    ],
    [PROPERTY.topicAliasMaximum, MAX_TOPIC_ALIASES],
  ];
  const reasonCode = REASON.success;
  return {
    session,
    connack: { reasonCode, sessionPresent: isPresent, properties },
  };
}

function permitOf(packet: ConnectPacket, access: Access): Permit {
  const { properties, clientId, cleanStart, username, password } = packet;
  if (properties.text(PROPERTY.authenticationMethod) !== undefined) {
    throw new ProtocolFault(
      REASON.badAuthenticationMethod,
      "Cannot accept the client: it wants extended authentication, expected a user name and a password",
    );
  }
  const needsId = packet.version !== "5" && !cleanStart;
  if (clientId.length > MAX_CLIENT_ID_LENGTH || (clientId === "" && needsId)) {
    throw new ProtocolFault(
      REASON.clientIdNotValid,
      `Cannot accept the client: its client id has ${clientId.length} characters, expected 1 to ${MAX_CLIENT_ID_LENGTH}`,
    );
  }
  const permit = access.permit(username, password);
  if (permit) return permit;
  throw new ProtocolFault(
    REASON.badCredentials,
    "Cannot accept the client: its user name or password is wrong",
  );
}

function checkWill({ will }: ConnectPacket, permit: Permit): void {
  if (!will) return;
  if (!permit.mayPublish(will.topic)) {
    throw new ProtocolFault(
      REASON.notAuthorized,
      `Cannot accept the client: it may not publish its will to "${will.topic}"`,
    );
  }
  if (hasFewLevels(will.topic)) return;
  throw new ProtocolFault(
    REASON.topicNameInvalid,
    "Cannot accept the client: the topic of its will has too many levels",
  );
}

/** A session of MQTT 3.1.1 that is not clean has no end (MQTT 3.1.1, 3.1.2.4). */
function wantedExpiry({ version, cleanStart, properties }: ConnectPacket) {
  if (version !== "5") return cleanStart ? 0 : Infinity;
  return properties.number(PROPERTY.sessionExpiryInterval) ?? 0;
}
