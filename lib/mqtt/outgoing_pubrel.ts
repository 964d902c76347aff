/**
 * Repairs how Aedes keeps the PUBRELs of QoS 2 messages (MQTT 5.0, 4.3.3).
 *
 * @module
 */

/** Updates a stored packet of a client. */
type OutgoingUpdate = (client: unknown, packet: object) => Promise<unknown>;

let count = 0;

/**
 * Aedes takes any two PUBRELs of a session for the same one, so that of two
 * messages acknowledged together the first never ends; and it ends the
 * handshake of a kept message with an error, because it does not store these.
 *
 * @param broker An Aedes broker.
 */
export function keepPubrelsApart(broker: object): void {
  const persistence: unknown = Reflect.get(broker, "persistence");
  if (!hasOutgoingUpdate(persistence)) return;
  const update = persistence.outgoingUpdate.bind(persistence);
  persistence.outgoingUpdate = async (client, packet) => {
    if (!("cmd" in packet) || packet.cmd !== "pubrel") {
      return await update(client, packet);
    }
    try {
      // Stored packets are found by these; a PUBREL has none of its own.
      const brokerId = `pubrel-${++count}`;
      return await update(client, Object.assign(packet, { brokerId }));
    } catch {
      return undefined;
    }
  };
}

function hasOutgoingUpdate(
  value: unknown,
): value is { outgoingUpdate: OutgoingUpdate } {
  return typeof value === "object" && value !== null &&
    "outgoingUpdate" in value && typeof value.outgoingUpdate === "function";
}
