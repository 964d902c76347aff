/**
 * Virtual gears on MQTT.
 *
 * @module
 */
import { type Clock, systemClock } from "#lib/base/clock.ts";
import { getLogger } from "#lib/base/logger.ts";
import type { Bike } from "#lib/bike/bike.ts";
import { CommandError } from "#lib/bike/command_error.ts";
import { GearBox } from "#lib/loops/gear_box.ts";
import type { MqttEndpoint } from "#lib/mqtt/endpoint.ts";
import { CommandGuard } from "../bike_topics/command_guard.ts";
import { NewestPublisher } from "../bike_topics/newest_publisher.ts";
import { workoutTopics } from "./workout_topic_names.ts";

const logger = getLogger("gears");

/** How gears are shown. */
interface GearTopicsOptions {
  /** Id of the bike. */
  readonly bikeId: string;
  /** Name of the button for a heavier gear. */
  readonly up: string;
  /** Name of the button for a lighter gear. */
  readonly down: string;
  /** Where the time comes from; the same as the bike's. */
  readonly clock?: Clock;
}

/** The largest command that is read, in bytes. */
const MAX_BYTES = 256;

/**
 * Takes shifts over MQTT: `up`, `down`, a number of a gear, or
 * `{"gear": number}`; reports each gear.
 *
 * @returns The gears; the road is as it was when they are disposed.
 * @throws {ConfigError} If the id cannot stand in a topic.
 */
export function serveGears(
  bike: Bike,
  endpoint: MqttEndpoint,
  options: GearTopicsOptions,
): AsyncDisposable & { readonly ready: Promise<void> } {
  const topics = workoutTopics(options.bikeId);
  const end = new AbortController();
  const { signal } = end;
  const gears = new GearBox(bike, options);
  const publisher = new NewestPublisher(endpoint, { qos: 1, signal });
  const report = () => {
    const { gear: value, way } = gears;
    publisher.put(topics.gearReport, JSON.stringify({ value, way }), true);
  };
  gears.onShifted.add(report);
  endpoint.onConnected.add(report, { signal });
  if (endpoint.connected) report();
  const guard = new CommandGuard(endpoint, options.clock ?? systemClock);
  const subscription = endpoint.subscribe(
    topics.gearControl,
    (message) => {
      const { payload, retain } = message;
      if (retain || payload.length > MAX_BYTES) return;
      if (guard.isDone(message)) return;
      try {
        guard.requireNew(message, "gear");
        shift(gears, new TextDecoder().decode(payload).trim());
      } catch (error) {
        if (!(error instanceof CommandError)) throw error;
        logger.info("{message}", { message: error.message });
      }
    },
  );
  return {
    ready: subscription.ready,
    async [Symbol.asyncDispose]() {
      if (signal.aborted) return;
      end.abort();
      await subscription.unsubscribe();
      gears[Symbol.dispose]();
    },
  };
}

/** What is no shift changes nothing. */
function shift(gears: GearBox, text: string): void {
  if (/^"?up"?$/i.test(text)) return gears.shift(1);
  if (/^"?down"?$/i.test(text)) return gears.shift(-1);
  const gear = /^(?:\{\s*"gear"\s*:\s*)?(-?\d+(?:\.\d+)?)\s*\}?$/.exec(text)
    ?.[1];
  if (gear !== undefined) gears.select(Number(gear));
}
