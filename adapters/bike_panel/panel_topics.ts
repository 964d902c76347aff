/**
 * The topics of a bike's panel.
 *
 * @module
 */
import { BikeTopics } from "../bike_topics/topics.ts";

/** The topic names of a bike's panel. */
export interface PanelTopics {
  /** How everything that can be set stands: retained. */
  readonly status: string;
  /** Where commands are sent to. */
  readonly control: string;
  /** Where commands are answered. */
  readonly report: string;
}

/**
 * Names the topics of a bike's panel.
 *
 * @throws {ConfigError} If the id cannot stand in a topic.
 */
export function panelTopics(bikeId: string): PanelTopics {
  const base = new BikeTopics(bikeId).availability.replace(/status$/, "panel");
  return {
    status: `${base}/status`,
    control: `${base}/control`,
    report: `${base}/report`,
  };
}
