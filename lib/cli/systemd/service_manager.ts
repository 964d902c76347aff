/**
 * What a daemon tells systemd, as `sd_notify(3)` says it: that it is ready,
 * how it is, that it lives, and that it ends.
 *
 * @module
 */
import { type Clock, systemClock } from "#lib/base/clock.ts";
import { getLogger } from "#lib/base/logger.ts";
import { type NotifySocket, openNotifySocket } from "./notify_socket.ts";

const logger = getLogger("systemd");

/** Longest status that is told, in characters. */
const MAX_STATUS = 200;

/** Where a service manager is looked for. */
export interface ServiceManagerOptions {
  /**
   * Reads the environment.
   *
   * @default {Deno.env.get}
   */
  readonly env?: (name: string) => string | undefined;
  /**
   * Opens the socket that `NOTIFY_SOCKET` names.
   *
   * @default the real one
   */
  readonly open?: (path: string) => NotifySocket;
  /**
   * The time.
   *
   * @default {systemClock}
   */
  readonly clock?: Clock;
}

/**
 * The service manager that started this process. Where there is none, or it
 * cannot be reached, telling it something does nothing.
 *
 * @example Usage
 * ```ts
 * import { ServiceManager } from "#lib/cli/systemd/service_manager.ts";
 *
 * await using manager = new ServiceManager();
 * manager.ready("serving on mqtt://localhost");
 * manager.status("riding");
 * manager.stopping();
 * ```
 */
export class ServiceManager implements AsyncDisposable {
  /** How often it wants to hear that the process lives, in milliseconds; undefined where it does not. */
  readonly watchdogMs: number | undefined;
  readonly #socket: NotifySocket | undefined;
  readonly #clock: Clock;
  #cancel: () => void = () => {};

  /**
   * Finds the service manager by `NOTIFY_SOCKET`, `WATCHDOG_USEC` and `WATCHDOG_PID`.
   *
   * @param options Where it is looked for.
   */
  constructor(options: ServiceManagerOptions = {}) {
    const { env = (name) => Deno.env.get(name) } = options;
    this.#clock = options.clock ?? systemClock;
    const path = env("NOTIFY_SOCKET");
    if (!path) return;
    try {
      this.#socket = (options.open ?? openNotifySocket)(path);
    } catch (error) {
      logger.warning("Cannot tell systemd anything: {error}", { error });
      return;
    }
    const pid = env("WATCHDOG_PID");
    const watchdogMs = Number(env("WATCHDOG_USEC")) / 1000;
    if (pid !== undefined && pid !== `${Deno.pid}`) return;
    if (watchdogMs > 0 && watchdogMs < Infinity) this.watchdogMs = watchdogMs;
  }

  /** True where somebody listens. */
  get isPresent(): boolean {
    return this.#socket !== undefined;
  }

  /**
   * Tells that the service has started. From now on it hears that the process
   * lives, twice in the time it wants to: as long as the event loop turns.
   *
   * @param status How the service is, in one line.
   */
  ready(status?: string): void {
    this.#send(["READY=1", ...toStatus(status)]);
    this.#cancel();
    if (this.watchdogMs !== undefined) this.#watch(this.watchdogMs / 2);
  }

  /**
   * Tells how the service is, for people.
   *
   * @param text One line.
   */
  status(text: string): void {
    this.#send(toStatus(text));
  }

  /** Tells that the settings are read again; {@linkcode ServiceManager.ready} ends it. */
  reloading(): void {
    this.#send(["RELOADING=1"]);
  }

  /**
   * Tells that the service ends. It still hears that the process lives, so that one that hangs while it ends is noticed.
   *
   * @param status Why, in one line.
   */
  stopping(status?: string): void {
    this.#send(["STOPPING=1", ...toStatus(status)]);
  }

  /** Tells nothing any more. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#cancel();
    await this.#socket?.[Symbol.asyncDispose]();
  }

  #watch(intervalMs: number): void {
    this.#cancel = this.#clock.setTimeout(() => {
      this.#send(["WATCHDOG=1"]);
      this.#watch(intervalMs);
    }, intervalMs);
  }

  #send(lines: readonly string[]): void {
    try {
      this.#socket?.send(lines.join("\n"));
    } catch (error) {
      logger.debug("systemd did not take it: {error}", { error });
    }
  }
}

/** A status of one line; a line feed would begin another assignment. */
function toStatus(text: string | undefined): readonly string[] {
  if (text === undefined) return [];
  return [`STATUS=${text.replace(/\p{Cc}+/gu, " ").slice(0, MAX_STATUS)}`];
}
