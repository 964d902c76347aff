/**
 * Repairs how Aedes stores messages on their way to a client (MQTT 5.0, 4.3).
 *
 * @module
 */

/** Updates a stored packet of a client. */
type OutgoingUpdate = (client: unknown, packet: object) => Promise<unknown>;

let count = 0;

/**
 * Repairs three faults of Aedes. It takes any two PUBRELs of a session for the
 * same one, so that of two messages acknowledged together the first never
 * ends. It ends the handshake of a kept message with an error, because it does
 * not store these. And it cuts a client off that unsubscribes while a message
 * for it is on its way, because it has just stopped to store them.
 *
 * @param broker An Aedes broker.
 */
export function repairOutgoingStore(broker: object): void {
  const persistence: unknown = Reflect.get(broker, "persistence");
  if (!hasOutgoingUpdate(persistence)) return;
  const update = persistence.outgoingUpdate.bind(persistence);
  persistence.outgoingUpdate = async (client, packet) => {
    const isPubrel = "cmd" in packet && packet.cmd === "pubrel";
    // Stored packets are found by these; a PUBREL has none of its own.
    if (isPubrel) Object.assign(packet, { brokerId: `pubrel-${++count}` });
    try {
      return await update(client, packet);
    } catch {
      return undefined; // What is not stored is delivered all the same.
    }
  };
}

function hasOutgoingUpdate(
  value: unknown,
): value is { outgoingUpdate: OutgoingUpdate } {
  return typeof value === "object" && value !== null &&
    "outgoingUpdate" in value && typeof value.outgoingUpdate === "function";
}
