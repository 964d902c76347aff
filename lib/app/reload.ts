/**
 * New settings for a bike that runs.
 *
 * @module
 */
import { LIMIT_NAMES } from "#lib/bike/limits.ts";
import type { Configuration } from "#lib/config/configuration.ts";
import type { ConfiguredDevice } from "#lib/config/devices.ts";
import { type Config, SCHEMA } from "#lib/config/schema.ts";
import { placedSettings } from "#lib/config/setting.ts";
import { topicSettingsOf, toSetup } from "./bike_settings.ts";
import type { RunningBike } from "./run_bike.ts";

/** The groups of settings that can change while the bike runs. */
const LIVE_GROUPS = ["limits", "topics", "log", "health", "metrics"] as const;

type LiveGroup = (typeof LIVE_GROUPS)[number];

/** What became of new settings. */
export interface ReloadOutcome {
  /** Settings and devices that changed and hold now. */
  readonly changed: readonly string[];
  /** Settings that changed and hold after a restart. */
  readonly afterRestart: readonly string[];
}

/** What settings are changed on. */
interface ReloadTarget {
  /** The running bike. */
  readonly running: RunningBike;
  /** Changes what is logged. */
  setLog(config: Config): Promise<void>;
  /** Changes how the bike is monitored. */
  setMonitor(config: Config): Promise<void>;
}

/** Brings new settings to a bike that runs. What they do not change is not touched. */
export class Reloader {
  readonly #started: Configuration;
  readonly #target: ReloadTarget;
  #current: Configuration;

  /**
   * Changes nothing yet.
   *
   * @param configuration What the bike was started with.
   */
  constructor(configuration: Configuration, target: ReloadTarget) {
    this.#started = configuration;
    this.#current = configuration;
    this.#target = target;
  }

  /**
   * Applies what can change while the bike runs.
   *
   * @returns What changed, and what a restart would change.
   */
  async apply(next: Configuration): Promise<ReloadOutcome> {
    const changed = differences(this.#current, next).filter(isLive);
    const afterRestart = differences(this.#started, next)
      .filter((path) => !isLive(path));
    await this.#applySettings(next.config, changed);
    const devices = await this.#applyDevices(next.devices);
    this.#current = next;
    return { changed: [...changed, ...devices], afterRestart };
  }

  async #applySettings(
    config: Config,
    changed: readonly string[],
  ): Promise<void> {
    const { running, setLog, setMonitor } = this.#target;
    const isChanged = (group: LiveGroup) =>
      changed.some((path) => groupOf(path) === group);
    for (const name of LIMIT_NAMES) {
      if (!changed.some((path) => path.startsWith(`limits.${name}.`))) continue;
      running.bike.limits.set(name, config.limits[name]);
    }
    if (isChanged("log")) await setLog(config);
    if (isChanged("topics")) await this.#showTopics(config);
    if (isChanged("health") || isChanged("metrics")) await setMonitor(config);
  }

  async #showTopics(config: Config): Promise<void> {
    // The id, and what is in the last will, stay those of the start.
    const { bike, broker } = this.#started.config;
    const topics = topicSettingsOf({ ...config, bike, broker });
    await this.#target.running.showTopics(topics);
  }

  async #applyDevices(next: readonly ConfiguredDevice[]): Promise<string[]> {
    const { host } = this.#target.running;
    const before = this.#current.devices;
    const isSame = (device: ConfiguredDevice) => {
      const other = next.find(({ id }) => id === device.id);
      return other !== undefined && isSameDevice(device, other);
    };
    const removed = before.filter((device) => !isSame(device));
    await Promise.all(removed.map(({ id }) => host.stop(id)));
    const kept = before.filter(isSame).map(({ id }) => id);
    const added = next.filter(({ id }) => !kept.includes(id));
    for (const device of added) host.start(toSetup(device));
    const ids = new Set([...removed, ...added].map(({ id }) => id));
    return [...ids].map((id) => `device ${id}`);
  }
}

function groupOf(path: string): string {
  return path.slice(0, path.indexOf("."));
}

function isLive(path: string): boolean {
  return LIVE_GROUPS.some((group) => group === groupOf(path));
}

function differences(a: Configuration, b: Configuration): readonly string[] {
  return placedSettings(SCHEMA).filter(({ path, setting }) => {
    const valueIn = ({ given }: Configuration) =>
      given.get(path)?.value ?? setting.default;
    return valueIn(a) !== valueIn(b);
  }).map(({ path }) => path);
}

function isSameDevice(a: ConfiguredDevice, b: ConfiguredDevice): boolean {
  const text = (device: ConfiguredDevice) => {
    const { definition, options = {} } = toSetup(device);
    return JSON.stringify([definition.name, Object.entries(options).sort()]);
  };
  return text(a) === text(b);
}
