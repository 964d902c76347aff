/**
 * Reading CONNECT (MQTT 5.0, 3.1; MQTT 3.1.1, 3.1).
 *
 * @module
 */
import type { ProtocolVersion } from "#lib/mqtt/endpoint.ts";
import { isTopicName } from "#lib/mqtt/topic.ts";
import type { ConnectPacket, WillPacket } from "./client_packet.ts";
import type { Frame } from "./framer.ts";
import { malformed, PacketReader } from "./packet_reader.ts";
import { Properties, readProperties } from "./properties.ts";
import { ProtocolFault } from "./protocol_fault.ts";
import { toQos } from "./qos.ts";
import { REASON } from "./reason_code.ts";

const CONNECT_BYTE = 0x10;

const VERSIONS: ReadonlyMap<number, ProtocolVersion> = new Map([
  [4, "3.1.1"],
  [5, "5"],
]);

/** Bits of the connect flags (MQTT 5.0, 3.1.2.3). */
const FLAG = {
  reserved: 0x01,
  cleanStart: 0x02,
  will: 0x04,
  willRetain: 0x20,
  password: 0x40,
  username: 0x80,
} as const;

/**
 * Reads the first packet of a connection.
 *
 * @throws {ProtocolFault} If it is no CONNECT of a version that is spoken.
 */
export function decodeConnect({ first, body }: Frame): ConnectPacket {
  if (first !== CONNECT_BYTE) throw malformed("the first one is no CONNECT");
  const reader = new PacketReader(body);
  const version = readVersion(reader);
  const flags = reader.uint8();
  checkFlags(flags, version);
  const has = (bit: number) => (flags & bit) !== 0;
  const keepAliveSeconds = reader.uint16();
  const properties = version === "5"
    ? readProperties(reader, "connect")
    : Properties.NONE;
  const clientId = reader.text();
  const will = has(FLAG.will) ? readWill(reader, flags, version) : undefined;
  const username = has(FLAG.username) ? reader.text() : undefined;
  const password = has(FLAG.password) ? reader.binary() : undefined;
  reader.expectEnd();
  return {
    kind: "connect",
    version,
    clientId,
    cleanStart: has(FLAG.cleanStart),
    keepAliveSeconds,
    properties,
    will,
    username,
    password,
  };
}

function readVersion(reader: PacketReader): ProtocolVersion {
  const name = reader.text();
  const level = reader.uint8();
  const version = name === "MQTT" ? VERSIONS.get(level) : undefined;
  if (version) return version;
  if (name === "MQTT" || (name === "MQIsdp" && level === 3)) {
    throw new ProtocolFault(
      REASON.unsupportedVersion,
      `Cannot speak protocol level ${level}: expected 4 (MQTT 3.1.1) or 5`,
    );
  }
  throw malformed("it does not name MQTT as its protocol");
}

function checkFlags(flags: number, version: ProtocolVersion): void {
  if (flags & FLAG.reserved) throw malformed("a reserved flag is set");
  if (!(flags & FLAG.will) && flags & 0x38) {
    throw malformed("it has flags of a will and no will");
  }
  if (version !== "5" && flags & FLAG.password && !(flags & FLAG.username)) {
    throw malformed("it has a password and no user name");
  }
}

function readWill(
  reader: PacketReader,
  flags: number,
  version: ProtocolVersion,
): WillPacket {
  const properties = version === "5"
    ? readProperties(reader, "will")
    : Properties.NONE;
  const topic = reader.text();
  if (!isTopicName(topic)) {
    throw new ProtocolFault(
      REASON.topicNameInvalid,
      "Cannot take the will: its topic is not valid, expected a topic name",
    );
  }
  return {
    topic,
    payload: reader.binary(),
    qos: toQos(flags >> 3 & 3),
    retain: (flags & FLAG.willRetain) !== 0,
    properties,
  };
}
