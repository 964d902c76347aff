/**
 * All that shows a bike to the world, as the program composes it.
 *
 * @module
 */
import type { BikeAdapters } from "#lib/app/bike_adapters.ts";
import { serveBikePanel } from "./bike_panel/serve.ts";
import { bikeWire } from "./bike_panel/wire.ts";
import { bikeAccess } from "./bike_topics/access.ts";
import { offlineWill } from "./bike_topics/availability.ts";
import {
  parseRecordedTopic,
  recordedFilters,
} from "./bike_topics/ride_topics.ts";
import { serveBikeTopics } from "./bike_topics/serve.ts";
import { BikeTopics } from "./bike_topics/topics.ts";
import { serveHomeAssistant } from "./home_assistant/serve.ts";
import { bikeDescriptor } from "./smartbike/api.gen.ts";
import { serveBike } from "./smartbike/serve.ts";
import { serveGears } from "./workout_topics/gear_topics.ts";
import { serveWorkouts } from "./workout_topics/serve.ts";
import { workoutTopics } from "./workout_topics/workout_topic_names.ts";

/** The adapters of a bike. */
export const bikeAdapters: BikeAdapters = {
  names: (bikeId) => new BikeTopics(bikeId),
  workouts: serveWorkouts,
  gears: serveGears,
  workoutNames: workoutTopics,
  recorded: { filters: recordedFilters, parse: parseRecordedTopic },
  will: offlineWill,
  topics: serveBikeTopics,
  panel: serveBikePanel,
  homeAssistant: serveHomeAssistant,
  wire: bikeWire,
  access: bikeAccess,
  descriptor: bikeDescriptor,
  object: serveBike,
};
