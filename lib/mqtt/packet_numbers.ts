/**
 * What the packet writer of MQTT.js keeps in memory.
 *
 * @module
 */
import { writeToStream } from "mqtt-packet";

/**
 * Before its first packet the writer would make a buffer of each 16-bit number:
 * 65,536 of them, some 8 MB and a third of the time to connect. A process that
 * sends a few messages a second gains nothing from them.
 */
export function spareNumberBuffers(): void {
  Object.assign(writeToStream, { cacheNumbers: false });
}
