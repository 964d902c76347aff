/**
 * Remembers devices in a file, from one run of the program to the next.
 *
 * @module
 */
import { ConfigError } from "#lib/base/errors.ts";
import type {
  PeripheralMemory,
  PeripheralUser,
} from "#lib/driver/peripheral_memory.ts";
import { getLogger } from "#lib/base/logger.ts";
import {
  formatMemory,
  MAX_MEMORY_BYTES,
  parseMemory,
  type RememberedDevice,
  toRemembered,
} from "./memory_file.ts";
import { whyUnusable } from "./named_files.ts";

/** Where the memory is kept. */
export interface MemoryFiles {
  /**
   * Reads the environment.
   *
   * @returns Its value, or undefined if it is not set.
   */
  env(name: string): string | undefined;
  /**
   * Reads a file that may hold anything.
   *
   * @param maxBytes The most that it may hold.
   * @throws {RangeError} If it holds more, or is no file.
   */
  readShortFile(path: string, maxBytes: number): Promise<string>;
  /**
   * Puts a text in the place of a file, whole or not at all, and makes the
   * folders it needs.
   *
   * @param text What it shall hold.
   */
  replaceFile(path: string, text: string): Promise<void>;
}

/** Name of the file. */
const FILE = "devices.json";

/** The folder of the file, in the words of help and errors. */
export const STATE_FOLDER =
  "STATE_DIRECTORY, else XDG_STATE_HOME/smartbike, else ~/.local/state/smartbike";

/**
 * The devices of all bikes that drivers had. What cannot be read or written is
 * logged once, as a warning; rides go on without it.
 */
export class DeviceMemory implements AsyncDisposable {
  readonly #io: MemoryFiles;
  readonly #path: string | undefined;
  #devices: readonly RememberedDevice[] = [];
  #writing: Promise<void> = Promise.resolve();
  #problem: ConfigError | undefined;

  private constructor(io: MemoryFiles, folder: string | undefined) {
    this.#io = io;
    this.#path = folder === undefined ? undefined : `${folder}/${FILE}`;
  }

  /**
   * Reads what is remembered.
   *
   * @param io The environment and the files.
   * @param folder Where the file stands; by default {@linkcode STATE_FOLDER}.
   * @returns The memory; empty where there is no file that can be used.
   */
  static async open(io: MemoryFiles, folder?: string): Promise<DeviceMemory> {
    const memory = new DeviceMemory(io, folder ?? stateFolder(io));
    memory.#devices = await memory.#read();
    return memory;
  }

  /** Why the file cannot be read or written; undefined as long as it can. */
  get problem(): ConfigError | undefined {
    return this.#problem;
  }

  /** What is remembered of all bikes, the newest first. */
  get devices(): readonly RememberedDevice[] {
    return this.#devices;
  }

  /**
   * What is remembered for one bike.
   *
   * @returns Its part of the memory.
   */
  of(bike: string): PeripheralMemory {
    const isMeant = (one: RememberedDevice, user: PeripheralUser) =>
      one.bike === bike && one.device === user.device;
    const recall = (user: PeripheralUser) =>
      this.#devices.find((one) =>
        isMeant(one, user) && one.driver === user.driver
      );
    return {
      recall,
      remember: (user, peripheral) => {
        const device = toRemembered({ bike, ...user, ...peripheral });
        if (!device || isSame(device, recall(user))) return;
        this.#change((devices) => [
          device,
          ...devices.filter((one) => !isMeant(one, user)),
        ]);
      },
    };
  }

  /**
   * Forgets devices.
   *
   * @throws {ConfigError} If the file cannot be written.
   */
  async forget(isMeant: (device: RememberedDevice) => boolean): Promise<void> {
    this.#change((devices) => devices.filter((device) => !isMeant(device)));
    await this.#writing;
    if (this.#problem) throw this.#problem;
  }

  /** Resolves when all is written. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writing;
  }

  /** Changes the file as it is then: another process may have changed it too. */
  #change(
    change: (
      devices: readonly RememberedDevice[],
    ) => readonly RememberedDevice[],
  ): void {
    this.#devices = change(this.#devices);
    this.#writing = this.#writing.then(async () => {
      await this.#write(formatMemory(change(await this.#read())));
    });
  }

  async #read(): Promise<readonly RememberedDevice[]> {
    if (this.#path === undefined) return [];
    try {
      const text = await this.#io.readShortFile(this.#path, MAX_MEMORY_BYTES);
      const content = parseMemory(text);
      if (content.devices) return content.devices;
      this.#warn("use", content.wrong);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) {
        this.#warn("read", whyUnusable(error));
      }
    }
    return [];
  }

  async #write(text: string): Promise<void> {
    if (this.#path === undefined) {
      const why = `there is no folder for it, expected one in ${STATE_FOLDER}`;
      return this.#warn("write", why);
    }
    try {
      await this.#io.replaceFile(this.#path, text);
    } catch (error) {
      this.#warn(
        "write",
        `${whyUnusable(error)}, expected a file of this user`,
      );
    }
  }

  #warn(verb: string, why: string): void {
    const path = this.#path ?? FILE;
    const error = new ConfigError(`Cannot ${verb} "${path}": ${why}`, {
      option: "--state",
      file: path,
    });
    const level = this.#problem ? "debug" : "warn";
    this.#problem ??= error;
    getLogger("driver")[level](
      "{error}; drivers take the first device that fits",
      {
        error,
      },
    );
  }
}

/**
 * The folder that the program keeps things in.
 *
 * @returns Its path; undefined where the environment names none.
 */
export function stateFolder(
  io: Pick<MemoryFiles, "env">,
): string | undefined {
  // systemd gives all state folders of a unit, with colons between them.
  const [own] = io.env("STATE_DIRECTORY")?.split(":") ?? [];
  if (own?.startsWith("/")) return own;
  const base = io.env("XDG_STATE_HOME");
  if (base?.startsWith("/")) return `${base}/smartbike`;
  const home = io.env("HOME");
  return home ? `${home}/.local/state/smartbike` : undefined;
}

/** Whether nothing was found out since. */
function isSame(
  { address, learned }: RememberedDevice,
  known: RememberedDevice | undefined,
): boolean {
  return address === known?.address &&
    JSON.stringify(learned) === JSON.stringify(known.learned);
}
