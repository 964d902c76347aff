/**
 * Answers of a broker that lets everybody in, for scripts of {@linkcode FakeBroker}.
 *
 * @module
 */
import { PACKET, protocolLevel, type ReceivedPacket } from "./fake_broker.ts";

/**
 * Accepts a connection, grants a subscription, answers a ping; acknowledges no PUBLISH.
 *
 * @param packet What the client sent.
 * @param connackProperties Properties of a CONNACK of MQTT 5, as bytes.
 * @returns The answer, or undefined to stay silent.
 */
export function welcome(
  packet: ReceivedPacket,
  connackProperties: readonly number[] = [],
): readonly number[] | undefined {
  const [high = 0, low = 0, third = 0, fourth = 0] = packet.body;
  // Properties of MQTT 5 stand where the length of a filter stands before.
  const ofVersion5 = third !== 0 || fourth === 0 ? [0] : [];
  switch (packet.type) {
    case PACKET.connect:
      return protocolLevel(packet) === 5
        ? [
          0x20,
          3 + connackProperties.length,
          0,
          0,
          connackProperties.length,
          ...connackProperties,
        ]
        : [0x20, 2, 0, 0];
    case PACKET.subscribe:
      return [0x90, 3 + ofVersion5.length, high, low, ...ofVersion5, 1];
    case PACKET.unsubscribe:
      return ofVersion5.length
        ? [0xb0, 4, high, low, 0, 0]
        : [0xb0, 2, high, low];
    case PACKET.pingreq:
      return [0xd0, 0];
    default:
      return undefined;
  }
}

/**
 * Finds the packet identifier of a PUBLISH of QoS 1 or 2.
 *
 * @param packet The PUBLISH.
 * @returns Its two bytes.
 */
export function publishId(
  { body }: ReceivedPacket,
): readonly [number, number] {
  const at = 2 + (body[0] ?? 0) * 256 + (body[1] ?? 0);
  return [body[at] ?? 0, body[at + 1] ?? 0];
}

/**
 * Finds the topic of a PUBLISH.
 *
 * @param packet The PUBLISH.
 * @returns Topic name.
 */
export function publishTopic({ body }: ReceivedPacket): string {
  const end = 2 + (body[0] ?? 0) * 256 + (body[1] ?? 0);
  return new TextDecoder().decode(body.subarray(2, end));
}

/**
 * Makes a PUBLISH of QoS 0.
 *
 * @param topic Topic name.
 * @param payload Text.
 * @param v5 Whether it goes over MQTT 5.
 * @returns Its bytes.
 */
export function publishPacket(
  topic: string,
  payload: string,
  v5: boolean,
): readonly number[] {
  const name = new TextEncoder().encode(topic);
  const body = [
    0,
    name.length,
    ...name,
    ...(v5 ? [0] : []),
    ...new TextEncoder().encode(payload),
  ];
  return [0x30, body.length, ...body];
}
