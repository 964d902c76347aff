/**
 * Which topics of a bike whoever runs it needs, and whoever uses it.
 *
 * @module
 */
import { DISCOVERY_PREFIX } from "../home_assistant/names.ts";
import { TURN_TOPICS } from "./button_topics.ts";
import { CONTROL_TOPICS } from "./topics.ts";

/** Topic filters by what is done. */
interface TopicAccess {
  /** What is published to. */
  readonly publish: readonly string[];
  /** What is subscribed to. */
  readonly subscribe: readonly string[];
}

/** Topic filters of a bike, by what somebody does with it. */
interface BikeAccess {
  /** Shows the bike and carries out its commands. */
  readonly run: TopicAccess;
  /** Shows it in Home Assistant. */
  readonly home: TopicAccess;
  /** Commands it and reads what it reports. */
  readonly use: TopicAccess;
  /** Reads what it reports. */
  readonly watch: TopicAccess;
}

/** Names the topics of a bike by what somebody does with it. */
export function bikeAccess(bikeId: string): BikeAccess {
  const all = `bike/${bikeId}/#`;
  const controls = [...CONTROL_TOPICS, "panel", "workout"]
    .map((control) => `bike/${bikeId}/${control}/control`);
  const turns = [...TURN_TOPICS.values()];
  const subscribe = [all, ...turns];
  // A level is all or nothing, so this holds for the devices of other bikes too.
  const home = [
    `${DISCOVERY_PREFIX}/device/+/config`,
    `${DISCOVERY_PREFIX}/+/${
      bikeId === "+" ? "+" : `smartbike_${bikeId}`
    }/+/config`,
  ];
  return {
    run: { publish: [all, ...turns], subscribe: [all] },
    home: {
      publish: home,
      subscribe: [...home, `${DISCOVERY_PREFIX}/status`],
    },
    use: { publish: controls, subscribe },
    watch: { publish: [], subscribe },
  };
}
