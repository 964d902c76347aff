/**
 * Quality of service as two bits.
 *
 * @module
 */
import type { Qos } from "#lib/mqtt/endpoint.ts";
import { malformed } from "./packet_reader.ts";

/**
 * Reads a quality of service.
 *
 * @param bits 0 to 3.
 * @returns The quality of service.
 * @throws {ProtocolFault} If it is 3.
 */
export function toQos(bits: number): Qos {
  if (bits === 0 || bits === 1 || bits === 2) return bits;
  throw malformed("its quality of service is 3");
}
