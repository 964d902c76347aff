/**
 * How the program that runs a bike is, as its retained topic reports.
 *
 * @module
 */
import type { DriverState } from "#lib/driver/driver_host.ts";
import type { WatchedBike } from "./watched_bike.ts";

/** How one device is. */
interface DeviceHealth {
  /** Its id. */
  readonly id: string;
  /** Name of its driver. */
  readonly driver: string;
  /** What its driver does. */
  readonly state: DriverState;
  /** Whether its driver has a connection to it. */
  readonly isConnected: boolean;
  /** When it reported last, in seconds since 1970-01-01 UTC; null if it never did. */
  readonly lastSeen: number | null;
  /** How often its driver was run again. */
  readonly restarts: number;
  /** Frames of it that could not be read. */
  readonly droppedFrames: number;
  /** Frames of it of which only a part could be used. */
  readonly flawedFrames: number;
  /** What an operator should know of it while it works. */
  readonly notes: readonly string[];
  /** What its driver ended with last; null if it never did. */
  readonly error: string | null;
}

/** How one connection to the broker is. */
interface ConnectionHealth {
  /** Messages that came. */
  readonly received: number;
  /** Messages that were sent. */
  readonly published: number;
  /** How often it was made again. */
  readonly reconnects: number;
}

/** How the program that runs a bike is. */
interface Health {
  /** When this was reported, in seconds since 1970-01-01 UTC. */
  readonly timestamp: number;
  /** How long the process runs, in seconds. */
  readonly uptimeSeconds: number;
  /** Resident memory of the process, in bytes. */
  readonly memoryBytes: number;
  /** The program's version. */
  readonly version: string;
  /** The connections by what they are for. */
  readonly mqtt: Readonly<Record<string, ConnectionHealth>>;
  /** The configured devices. */
  readonly devices: readonly DeviceHealth[];
}

/**
 * Describes how the program is.
 *
 * @returns The report of this moment.
 */
export function reportHealth(watched: WatchedBike, version: string): Health {
  const { endpoints } = watched;
  return {
    timestamp: Date.now() / 1000,
    uptimeSeconds: Math.round(performance.now() / 1000),
    memoryBytes: Deno.memoryUsage().rss,
    version,
    mqtt: Object.fromEntries(
      Object.entries(endpoints).map(([name, { traffic }]) => [name, {
        received: traffic.received,
        published: traffic.published,
        reconnects: Math.max(0, traffic.connections - 1),
      }]),
    ),
    devices: deviceHealthOf(watched),
  };
}

function deviceHealthOf(
  { bike, host, tally }: WatchedBike,
): readonly DeviceHealth[] {
  return host.statuses.map(({ id, driver, state, error }) => {
    const lastSeenMs = bike.lastSeenMs(id);
    const message = error instanceof Error ? error.message : error;
    return {
      id,
      driver,
      state,
      isConnected: bike.devices.some(({ device, isConnected }) =>
        device === id && isConnected
      ),
      lastSeen: lastSeenMs === undefined ? null : lastSeenMs / 1000,
      restarts: tally.device(id).restarts,
      droppedFrames: tally.device(id).droppedFrames,
      flawedFrames: tally.device(id).flawedFrames,
      notes: bike.devices.find(({ device }) => device === id)?.notes ?? [],
      error: message === undefined ? null : String(message),
    };
  });
}
