/**
 * What a bike does for its rider: workouts, gears, what follows the ride, and
 * the record of it.
 *
 * @module
 */
import type { Clock } from "#lib/base/clock.ts";
import { getLogger } from "#lib/base/logger.ts";
import type { Config } from "#lib/config/schema.ts";
import { ClimbLoop } from "#lib/loops/climb_loop.ts";
import { FAN_RANGES, FanLoop } from "#lib/loops/fan_loop.ts";
import type { BikeAdapters } from "./bike_adapters.ts";
import type { MemoryFiles } from "./device_memory.ts";
import { recordBike } from "./record_bike.ts";
import { Replaceable } from "./replaceable.ts";
import { openConfiguredStore } from "./ride_store.ts";
import type { RunningBike } from "./run_bike.ts";
import { runMemoryOf } from "./run_memory.ts";

const logger = getLogger("ride");

/** What a ride is served with. */
interface RideServing {
  /** What is configured. */
  readonly config: Config;
  /** How the bike is shown. */
  readonly adapters: BikeAdapters;
  /** Where rides and the place in a workout are kept; nothing is kept if left out. */
  readonly state?: MemoryFiles | undefined;
  /** Whether its devices are others than those of this machine: their rides are kept only where a place for them is named. */
  readonly isImitated: boolean;
  /** Where the time comes from; the machine's time if left out. */
  readonly clock?: Clock | undefined;
}

/** What can be served in another way during the ride, each by the group of its settings. */
const PARTS = {
  rides: startRecording,
  loops: serveLoops,
  gears: serveGears,
} as const;

/** A ride that is served; when disposed brakes are let go and the bike is level. */
interface ServedRide extends AsyncDisposable {
  /** Serves a part of the ride in the way of other settings. */
  set(part: keyof typeof PARTS, config: Config): Promise<void>;
  /** Takes other settings of the rider, for workouts that begin later. */
  setRider(rider: Config["rider"]): void;
}

/**
 * Serves a ride.
 *
 * @param serving What it is served with.
 */
export async function serveRide(
  running: RunningBike,
  serving: RideServing,
): Promise<ServedRide> {
  await using stack = new AsyncDisposableStack();
  const part = (name: keyof typeof PARTS) =>
    stack.use(
      new Replaceable((config: Config) =>
        PARTS[name](running, { ...serving, config })
      ),
    );
  const parts = {
    rides: part("rides"),
    loops: part("loops"),
    gears: part("gears"),
  };
  for (const one of Object.values(parts)) await one.set(serving.config);
  let { rider } = serving.config;
  stack.use(serveWorkouts(running, serving, () => rider));
  const all = stack.move();
  return {
    set: (name, config) => parts[name].set(config),
    setRider: (changed) => void (rider = changed),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

/**
 * Tells whether the rides of a bike are recorded.
 *
 * @param where Where they would be kept, and whether the bike's devices are others than those of this machine.
 * @returns True if they are.
 */
export function isRecorded(
  { record, db }: Config["rides"],
  { state, isImitated = false }: {
    readonly state?: MemoryFiles | undefined;
    readonly isImitated?: boolean | undefined;
  },
): boolean {
  return record && state !== undefined && (db !== undefined || !isImitated);
}

function serveWorkouts(
  { bike, endpoint }: RunningBike,
  { adapters, clock, config, isImitated, state }: RideServing,
  riderOf: () => Config["rider"],
): AsyncDisposable {
  const { bike: { id: bikeId } } = config;
  const memory = state && !isImitated ? runMemoryOf(state, bikeId) : undefined;
  return adapters.workouts(bike, endpoint, {
    bikeId,
    rider() {
      const { ftpWatts, intensityPercent } = riderOf();
      return {
        ...ftpWatts !== undefined && { ftpWatts },
        intensity: intensityPercent / 100,
      };
    },
    ...clock && { clock },
    ...memory && { memory },
  });
}

async function startRecording(
  { bike, endpoint }: RunningBike,
  { adapters, clock, config, isImitated, state }: RideServing,
): Promise<AsyncDisposable> {
  const { bike: { id: bikeId }, rides } = config;
  if (!state || !isRecorded(rides, { state, isImitated })) {
    if (state && rides.record) {
      logger.info(
        "Rides are not recorded, as the devices are simulated and no place for them is named (rides.db)",
      );
    }
    return new AsyncDisposableStack();
  }
  const { ride: rideTopic, rideStatus: statusTopic } = adapters.names(bikeId);
  return await recordBike(bike, endpoint, {
    bikeId,
    rideTopic,
    statusTopic,
    openStore: () => openConfiguredStore(rides.db, (name) => state.env(name)),
    ...clock && { clock },
  });
}

function serveLoops(
  { bike }: RunningBike,
  { clock, config: { loops } }: RideServing,
): AsyncDisposable {
  const stack = new AsyncDisposableStack();
  const { source, from, to, ...curve } = loops.fan;
  if (source !== "off") {
    const range = FAN_RANGES[source];
    const ends = { from: from ?? range.from, to: to ?? range.to };
    const fan = new FanLoop(bike, { source, ...curve, ...ends }, clock);
    stack.defer(() => fan.rest());
  }
  if (loops.climb) {
    const climb = new ClimbLoop(bike, clock);
    stack.defer(() => climb.level());
  }
  return stack;
}

function serveGears(
  { bike, endpoint }: RunningBike,
  { adapters, clock, config: { bike: { id: bikeId }, gears } }: RideServing,
): AsyncDisposable {
  const { enabled, up, down } = gears;
  if (!enabled) return new AsyncDisposableStack();
  return adapters.gears(bike, endpoint, {
    bikeId,
    up,
    down,
    ...clock && { clock },
  });
}
