/**
 * How soon a dead connection is noticed.
 *
 * @module
 */
import type { WatchLimits } from "./link_watch.ts";

/** Keep-alive time of a connection, in seconds, where nobody says. */
export const KEEP_ALIVE_SECONDS = 10;

/** A connection that was silent for so many keep-alive times is dead. */
const SILENT_KEEP_ALIVES = 1.2;

/**
 * Chooses what a connection is watched for. A broker's own keep-alive time
 * (MQTT 5.0, 3.2.2.3.14) may ask for more pings, but not for more patience.
 *
 * @param ownSeconds What the caller asked for; 0 does not watch.
 * @param brokerSeconds What the broker asks for; 0 for nothing.
 */
export function keepAliveLimits(
  ownSeconds = KEEP_ALIVE_SECONDS,
  brokerSeconds = 0,
): WatchLimits {
  const shortest = Math.min(ownSeconds || Infinity, brokerSeconds || Infinity);
  return {
    silenceMs: ownSeconds === 0
      ? Infinity
      : ownSeconds * 1000 * SILENT_KEEP_ALIVES,
    pingMs: shortest * 1000 / 2,
  };
}
