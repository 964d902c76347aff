/**
 * MQTT.js by itself.
 *
 * @module
 */
import { connectAsync, type MqttClient } from "mqtt";

/**
 * Connects MQTT.js by itself, in the best way it can be used.
 *
 * @param broker URL of the broker.
 * @returns The connected client.
 */
export async function connectRaw(broker: string): Promise<MqttClient> {
  const client = await connectAsync(broker, { protocolVersion: 5 });
  const { stream } = client;
  if ("setNoDelay" in stream && typeof stream.setNoDelay === "function") {
    stream.setNoDelay(true);
  }
  return client;
}
