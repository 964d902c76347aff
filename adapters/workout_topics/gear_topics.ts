/**
 * Virtual gears on MQTT.
 *
 * @module
 */
import type { Clock } from "#lib/base/clock.ts";
import type { Bike } from "#lib/bike/bike.ts";
import { GearBox } from "#lib/loops/gear_box.ts";
import type { MqttEndpoint } from "#lib/mqtt/endpoint.ts";
import { NewestPublisher } from "../bike_topics/newest_publisher.ts";
import { workoutTopics } from "./workout_topic_names.ts";

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
  const subscription = endpoint.subscribe(
    topics.gearControl,
    ({ payload, retain }) => {
      if (retain || payload.length > MAX_BYTES) return;
      shift(gears, new TextDecoder().decode(payload).trim());
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
