/**
 * What is watched over: a running bike and its connections.
 *
 * @module
 */
import type { Bike } from "#lib/bike/bike.ts";
import type { DriverHost } from "#lib/driver/driver_host.ts";
import type { MqttEndpoint } from "#lib/mqtt/endpoint.ts";
import type { BikeTally } from "./bike_tally.ts";

/** A running bike and its connections. */
export interface WatchedBike {
  /** The bike. */
  readonly bike: Bike;
  /** Runs its drivers. */
  readonly host: DriverHost;
  /** Counts what happens on it. */
  readonly tally: BikeTally;
  /** Its connections to the broker, by what they are for. */
  readonly endpoints: Readonly<Record<string, MqttEndpoint>>;
}
