/**
 * What a broker says it does not take (MQTT 5.0, 3.2.2.3).
 *
 * @module
 */
import type { Qos } from "./endpoint.ts";

/** The limits of a broker; MQTT 3.1.1 knows none. */
export interface BrokerLimits {
  /** The most unacknowledged messages the broker takes. */
  readonly receiveMaximum: number;
  /** The largest packet the broker takes, in bytes. */
  readonly maximumPacketBytes: number;
  /** The highest quality of service the broker takes. */
  readonly maximumQos: Qos;
  /** Whether the broker takes messages to keep. */
  readonly retainAvailable: boolean;
}

/** The limits of a broker that names none. */
export const NO_LIMITS: BrokerLimits = {
  receiveMaximum: 65_535,
  maximumPacketBytes: Infinity,
  maximumQos: 2,
  retainAvailable: true,
};

/** What a CONNACK may hold. */
interface ConnackProperties {
  /** The most unacknowledged messages the broker takes. */
  readonly receiveMaximum?: number;
  /** The largest packet the broker takes, in bytes. */
  readonly maximumPacketSize?: number;
  /** The highest quality of service, where it is not 2. */
  readonly maximumQoS?: number;
  /** Whether the broker takes messages to keep. */
  readonly retainAvailable?: boolean;
}

/** Reads the limits off a CONNACK. */
export function toBrokerLimits(properties: ConnackProperties): BrokerLimits {
  const { receiveMaximum, maximumPacketSize, maximumQoS, retainAvailable } =
    properties;
  return {
    receiveMaximum: receiveMaximum || NO_LIMITS.receiveMaximum,
    maximumPacketBytes: maximumPacketSize || NO_LIMITS.maximumPacketBytes,
    maximumQos: maximumQoS === 0 || maximumQoS === 1 ? maximumQoS : 2,
    retainAvailable: retainAvailable !== false,
  };
}
