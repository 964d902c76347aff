/**
 * New settings for a bike that runs.
 *
 * @module
 */
import { LIMIT_NAMES } from "#lib/bike/limits.ts";
import { limitsOf } from "#lib/config/bike_options.ts";
import type { Configuration } from "#lib/config/configuration.ts";
import type { FileDevice } from "#lib/config/file_devices.ts";
import type { Settings } from "#lib/config/settings.ts";
import { SETTINGS } from "#lib/config/settings_table.ts";
import type { Log } from "#lib/base/logger.ts";
import { topicSettingsOf, toSetup } from "./configured_bike.ts";
import { logSettingsOf } from "./configured_log.ts";
import type { CliIo } from "../io.ts";
import type { RunningBike } from "./run_bike.ts";

/** Beginnings of the settings that can change while the bike runs. */
const LIVE = ["limits.", "topics.", "log."] as const;

/** What became of new settings. */
export interface ReloadOutcome {
  /** Settings and devices that changed and hold now. */
  readonly changed: readonly string[];
  /** Settings that changed and hold after a restart. */
  readonly afterRestart: readonly string[];
}

/** What settings are changed on. */
export interface ReloadTarget {
  /** The running bike. */
  readonly running: RunningBike;
  /** The program's log. */
  readonly log: Log;
  /** Tells whether a person reads the log along. */
  readonly io: CliIo;
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
   * @param target What is changed.
   */
  constructor(configuration: Configuration, target: ReloadTarget) {
    this.#started = configuration;
    this.#current = configuration;
    this.#target = target;
  }

  /**
   * Applies what can change while the bike runs.
   *
   * @param next Settings without mistakes.
   * @returns What changed, and what a restart would change.
   */
  async apply(next: Configuration): Promise<ReloadOutcome> {
    const changed = differences(this.#current.settings, next.settings)
      .filter(isLive);
    const afterRestart = differences(this.#started.settings, next.settings)
      .filter((path) => !isLive(path));
    await this.#applySettings(next.settings, changed);
    const devices = await this.#applyDevices(next.devices);
    this.#current = next;
    return { changed: [...changed, ...devices], afterRestart };
  }

  async #applySettings(
    settings: Settings,
    changed: readonly string[],
  ): Promise<void> {
    const { running, log, io } = this.#target;
    const limits = limitsOf(settings);
    for (const name of LIMIT_NAMES) {
      if (!changed.some((path) => path.startsWith(`limits.${name}.`))) continue;
      running.bike.limits.set(name, limits[name] ?? {});
    }
    if (changed.some((path) => path.startsWith("log."))) {
      await log.set(logSettingsOf(settings, io));
    }
    if (changed.some((path) => path.startsWith("topics."))) {
      // The id, and what the last will says, stay those of the start.
      const { bikeId, deviceName, qos } = topicSettingsOf(
        this.#started.settings,
      );
      await running.showTopics({
        ...topicSettingsOf(settings),
        bikeId,
        ...(deviceName !== undefined && { deviceName }),
        ...(qos !== undefined && { qos }),
      });
    }
  }

  async #applyDevices(next: readonly FileDevice[]): Promise<string[]> {
    const { host } = this.#target.running;
    const before = this.#current.devices;
    const isSame = (device: FileDevice) => {
      const other = next.find(({ id }) => id === device.id);
      return other !== undefined && isSameDevice(device, other);
    };
    const gone = before.filter((device) => !isSame(device));
    await Promise.all(gone.map(({ id }) => host.stop(id)));
    const kept = before.filter(isSame).map(({ id }) => id);
    const come = next.filter(({ id }) => !kept.includes(id));
    for (const device of come) host.start(toSetup(device));
    const ids = new Set([...gone, ...come].map(({ id }) => id));
    return [...ids].map((id) => `device ${id}`);
  }
}

function isLive(path: string): boolean {
  return LIVE.some((beginning) => path.startsWith(beginning));
}

function differences(a: Settings, b: Settings): readonly string[] {
  return SETTINGS.map(({ path }) => path)
    .filter((path) => a.value(path) !== b.value(path));
}

function isSameDevice(a: FileDevice, b: FileDevice): boolean {
  const text = (device: FileDevice) => {
    const { definition, options = {} } = toSetup(device);
    return JSON.stringify([definition.name, Object.entries(options).sort()]);
  };
  return text(a) === text(b);
}
