/**
 * Topics and ids of a bike in Home Assistant.
 *
 * @module
 */
import { BikeTopics } from "../bike_topics/topics.ts";

/** Home Assistant's own discovery prefix, where nobody changed it. */
export const DISCOVERY_PREFIX = "homeassistant";

/** The topics and ids of one bike. */
export class HomeNames {
  /** Id of the bike. */
  readonly bikeId: string;
  /** The topics that all others know. */
  readonly topics: BikeTopics;
  readonly #prefix: string;

  /**
   * Checks the id.
   *
   * @param prefix Discovery prefix of Home Assistant.
   * @throws {ConfigError} If the id cannot stand in a topic.
   */
  constructor(bikeId: string, prefix: string = DISCOVERY_PREFIX) {
    this.bikeId = bikeId;
    this.topics = new BikeTopics(bikeId);
    this.#prefix = prefix;
  }

  /** The bike's id there. */
  get bike(): string {
    return `smartbike_${this.bikeId}`;
  }

  /** Where Home Assistant reports that it came or went. */
  get birth(): string {
    return `${this.#prefix}/status`;
  }

  /** Single discovery messages of the bike, one an entity: a topic filter. */
  get singleMessages(): string {
    return `${this.#prefix}/+/${this.bike}/+/config`;
  }

  /** All values, at most once a second: retained. */
  get state(): string {
    return this.#own("state");
  }

  /** Which discovery messages stand at the broker: retained. */
  get registry(): string {
    return this.#own("registry");
  }

  /** Where commands come in: a topic filter. */
  get commands(): string {
    return this.#own("+/set");
  }

  /**
   * A device's id there.
   *
   * @param device Its id here, any text.
   * @returns Letters, digits, `_` and `-`; another one for each id.
   */
  device(device: string): string {
    return `${this.bike}_${slug(device)}`;
  }

  /** Where a device is announced. */
  config(id: string): string {
    return `${this.#prefix}/device/${id}/config`;
  }

  /** Where a command comes in. */
  command(command: string): string {
    return this.#own(`${command}/set`);
  }

  /** Where a command is answered. */
  answer(command: string): string {
    return this.#own(`${command}/answer`);
  }

  /** Where the presses of a button are published. */
  button(button: string): string {
    return this.#own(`button/${slug(button)}`);
  }

  /** Where a device's own values are: retained. */
  deviceState(device: string): string {
    return this.#own(`device/${slug(device)}`);
  }

  #own(rest: string): string {
    return `bike/${this.bikeId}/home/${rest}`;
  }
}

/**
 * Writes any text with letters, digits, `_` and `-`; a different text gives a
 * different one.
 *
 * @returns For example `heart-rate`, or `D4_CA_6E_1f2e3d4c`.
 */
function slug(text: string): string {
  const plain = text.replaceAll(/[^a-zA-Z0-9_-]+/g, "_").slice(0, 40);
  return plain === text && text !== "" ? text : `${plain}_${hash(text)}`;
}

/** FNV-1a: short, stable, and enough to distinguish the devices of one bike. */
function hash(text: string): string {
  let value = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) {
    value = Math.imul(value ^ byte, 0x01000193);
  }
  return (value >>> 0).toString(16).padStart(8, "0");
}
