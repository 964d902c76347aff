/**
 * The connections that are open, each counted by its users.
 *
 * @module
 */
import { orAborted } from "#lib/base/deadline.ts";
import type { BluezDiscovery } from "./bluez_discovery.ts";
import { BluezLink, type BluezLinkOptions } from "./bluez_link.ts";
import type { BluezDevice } from "./bluez_objects.ts";
import { BluezPeripheral } from "./bluez_peripheral.ts";
import type { BluezSession } from "./bluez_session.ts";

/** A connection and who uses it. */
interface Shared {
  readonly link: BluezLink;
  /** Resolves when it is open. */
  readonly opened: Promise<void>;
  /** Gives up opening it. */
  readonly cancel: AbortController;
  users: number;
}

/** The connections to all peripherals, one for each. */
export class BluezLinks implements AsyncDisposable {
  readonly #session: BluezSession;
  readonly #discovery: BluezDiscovery;
  readonly #options: BluezLinkOptions;
  readonly #shared = new Map<string, Shared>();
  readonly #closing = new Map<string, Promise<void>>();
  readonly #connecting = new Map<string, Promise<void>>();

  /**
   * Makes a list without connections.
   *
   * @param discovery Pauses while a radio connects.
   * @param options How connections are opened and used.
   */
  constructor(
    session: BluezSession,
    discovery: BluezDiscovery,
    options: Omit<BluezLinkOptions, "alone">,
  ) {
    this.#session = session;
    this.#discovery = discovery;
    const alone: BluezLinkOptions["alone"] = (adapterPath, work) =>
      this.#alone(adapterPath, work);
    this.#options = { ...options, alone };
  }

  /**
   * Connects to a peripheral, or joins those who use it.
   *
   * @param signal Gives up; the promise then rejects with the signal's reason.
   * @returns This user's side of the connection.
   * @throws {DeviceError} If it does not let itself be connected to.
   * @throws {TimeoutError} If it does not answer.
   */
  async connect(
    device: BluezDevice,
    signal: AbortSignal,
  ): Promise<BluezPeripheral> {
    const { path } = device;
    await orAborted(this.#closing.get(path) ?? Promise.resolve(), signal);
    const shared = this.#shared.get(path) ?? this.#open(device);
    shared.users++;
    const release = () => this.#release(path, shared);
    try {
      await orAborted(shared.opened, signal);
      return new BluezPeripheral(shared.link, release);
    } catch (error) {
      await release();
      throw error;
    }
  }

  /** Ends all connections. */
  async [Symbol.asyncDispose](): Promise<void> {
    const open = [...this.#shared].map(([path, shared]) =>
      this.#close(path, shared)
    );
    await Promise.all([...open, ...this.#closing.values()]);
  }

  #open(device: BluezDevice): Shared {
    const { path } = device;
    const link = new BluezLink(this.#session, device, this.#options);
    const cancel = new AbortController();
    const opened = link.open(cancel.signal);
    const shared = { link, opened, cancel, users: 0 };
    this.#shared.set(path, shared);
    const forget = () => {
      if (this.#shared.get(path) === shared) this.#shared.delete(path);
    };
    opened.then(
      () => {
        link.lost.addEventListener("abort", forget);
        if (link.lost.aborted) forget();
      },
      () => {
        forget();
        if (!cancel.signal.aborted) this.#discovery.distrust(path);
      },
    );
    return shared;
  }

  async #release(path: string, shared: Shared): Promise<void> {
    shared.users--;
    if (shared.users === 0) await this.#close(path, shared);
  }

  /** A peripheral takes a while to hang up; whoever wants it again waits. */
  async #close(path: string, { link, cancel }: Shared): Promise<void> {
    cancel.abort();
    const closed = link.close();
    this.#closing.set(path, closed);
    await closed;
    if (this.#closing.get(path) === closed) this.#closing.delete(path);
  }

  /** A radio connects to one peripheral at a time. */
  async #alone(adapterPath: string, work: () => Promise<void>): Promise<void> {
    const before = this.#connecting.get(adapterPath) ?? Promise.resolve();
    const run = async () => {
      using _pause = await this.#discovery.pause(adapterPath);
      await work();
    };
    const done = before.then(run);
    this.#connecting.set(adapterPath, done.catch(() => {}));
    await done;
  }
}
