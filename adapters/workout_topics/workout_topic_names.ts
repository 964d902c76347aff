/**
 * Names of the topics of workouts.
 *
 * @module
 */
import { BikeTopics } from "../bike_topics/topics.ts";

/** Names of the topics of one bike's workouts. */
export interface WorkoutTopicNames {
  /** Where commands are sent to. */
  readonly control: string;
  /** Where the predecessor's apps send commands to. */
  readonly legacyControl: string;
  /** How a workout stands: each second while one is ridden. */
  readonly report: string;
  /** What is ridden looks like as a whole: retained, empty while nothing is. */
  readonly profile: string;
  /** Where a refused command is answered. */
  readonly status: string;
  /** The level of the predecessor's protocol, 1 to 9. */
  readonly level: string;
  /** Where shifts of virtual gears are sent to. */
  readonly gearControl: string;
  /** The gear: retained. */
  readonly gearReport: string;
}

/**
 * The topics of a bike's workouts.
 *
 * @throws {ConfigError} If the id cannot stand in a topic.
 */
export function workoutTopics(bikeId: string): WorkoutTopicNames {
  const bike = `bike/${new BikeTopics(bikeId).bikeId}`;
  return {
    control: `${bike}/workout/control`,
    legacyControl: `${bike}/workout`,
    report: `${bike}/workout/report`,
    profile: `${bike}/workout/profile`,
    status: `${bike}/workout/status`,
    level: `${bike}/level`,
    gearControl: `${bike}/gear/control`,
    gearReport: `${bike}/gear/report`,
  };
}
