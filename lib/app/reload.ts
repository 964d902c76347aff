/**
 * New settings for a bike that runs.
 *
 * @module
 */
import { LIMIT_NAMES } from "#lib/bike/limits.ts";
import { behaviorOptionsOf, limitsOf } from "#lib/config/bike_options.ts";
import type { Configuration } from "#lib/config/configuration.ts";
import type { ConfiguredDevice } from "#lib/config/devices.ts";
import { type Config, SCHEMA } from "#lib/config/schema.ts";
import { placedSettings } from "#lib/config/setting.ts";
import { topicSettingsOf, toSetup } from "./bike_settings.ts";
import type { RunningBike } from "./run_bike.ts";

/** What became of new settings. */
export interface ReloadOutcome {
  /** Settings and devices that changed and hold now. */
  readonly changed: readonly string[];
  /** Settings that changed and hold after a restart. */
  readonly afterRestart: readonly string[];
}

/**
 * What takes new settings while the bike runs, by the groups or settings that
 * it takes, with spaces between. All that none of them names needs a restart.
 */
export type LiveParts = Readonly<
  Record<string, (next: Config) => Promise<void>>
>;

/** Brings new settings to a bike that runs. What they do not change is not touched. */
export class Reloader {
  readonly #started: Configuration;
  readonly #running: RunningBike;
  readonly #parts: LiveParts;
  #current: Configuration;

  /**
   * Changes nothing yet.
   *
   * @param started What the bike was started with.
   * @param parts What takes new settings besides the bike and its topics; the first ones first.
   */
  constructor(
    started: Configuration,
    running: RunningBike,
    parts: LiveParts,
  ) {
    this.#started = started;
    this.#current = started;
    this.#running = running;
    this.#parts = parts;
  }

  /**
   * Applies what can change while the bike runs.
   *
   * @returns What changed, and what a restart would change.
   */
  async apply(next: Configuration): Promise<ReloadOutcome> {
    const changes = differences(this.#current, next);
    const parts = this.#partsFor(next, changes);
    const isLive = (path: string) =>
      Object.keys(parts).some((part) => isIn(part, path));
    const changed = changes.filter(isLive);
    const afterRestart = differences(this.#started, next)
      .filter((path) => !isLive(path));
    // The id, and what is in the last will, stay those of the start.
    const { bike, broker } = this.#started.config;
    const config = { ...next.config, bike, broker };
    for (const [part, set] of Object.entries(parts)) {
      if (changed.some((path) => isIn(part, path))) await set(config);
    }
    const devices = await this.#applyDevices(next.devices);
    this.#current = next;
    return { changed: [...changed, ...devices], afterRestart };
  }

  /** Safe values are checked against limits, so these come first. */
  #partsFor(next: Configuration, changes: readonly string[]): LiveParts {
    const { bike, showTopics } = this.#running;
    return {
      ...this.#parts,
      limits: () => {
        const limits = limitsOf(next);
        const changed = LIMIT_NAMES.filter((name) =>
          changes.some((path) => isIn(`limits.${name}`, path))
        );
        for (const name of changed) bike.limits.set(name, limits[name] ?? {});
        return Promise.resolve();
      },
      "bike.holdMs staleAfterMs pace failSafe": () =>
        Promise.resolve(bike.behave(behaviorOptionsOf(next.config))),
      topics: (config) => showTopics(topicSettingsOf(config)),
    };
  }

  async #applyDevices(next: readonly ConfiguredDevice[]): Promise<string[]> {
    const { host } = this.#running;
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

/** Checks whether a setting is one of a part, which is given as groups or settings with spaces between. */
function isIn(part: string, path: string): boolean {
  return part.split(" ").some((place) => `${path}.`.startsWith(`${place}.`));
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
