/**
 * What a daemon reports to systemd, as in `sd_notify(3)`: that it is ready,
 * how it is, that it is alive, and that it stops.
 *
 * @module
 */
import { type Clock, systemClock } from "#lib/base/clock.ts";
import { getLogger } from "#lib/base/logger.ts";
import { type NotifySocket, openNotifySocket } from "./notify_socket.ts";

const logger = getLogger("systemd");

/** Longest status, in characters. */
const MAX_STATUS = 200;

/** Where a service manager is looked for. */
interface ServiceManagerOptions {
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
 * cannot be reached, notifying it does nothing.
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
  /** How often it expects a keep-alive ping, in milliseconds; undefined where it does not. */
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
      logger.warning("Cannot notify systemd: {error}", { error });
      return;
    }
    const pid = env("WATCHDOG_PID");
    const watchdogMs = Number(env("WATCHDOG_USEC")) / 1000;
    if (pid !== undefined && pid !== `${Deno.pid}`) return;
    if (watchdogMs > 0 && watchdogMs < Infinity) this.watchdogMs = watchdogMs;
  }

  /** True where systemd listens. */
  get isPresent(): boolean {
    return this.#socket !== undefined;
  }

  /**
   * Reports that the service has started. From now on it gets two keep-alive
   * pings in each interval, as long as the event loop runs.
   *
   * @param status How the service is, in one line.
   */
  ready(status?: string): void {
    this.#send(["READY=1", ...toStatus(status)]);
    this.#cancel();
    if (this.watchdogMs !== undefined) this.#watch(this.watchdogMs / 2);
  }

  /** Reports how the service is, for people. */
  status(text: string): void {
    this.#send(toStatus(text));
  }

  /** Reports that the settings are reloaded; {@linkcode ServiceManager.ready} ends it. */
  reloading(): void {
    this.#send(["RELOADING=1"]);
  }

  /**
   * Reports that the service stops. Keep-alive pings go on, so that a process that hangs while it stops is noticed.
   *
   * @param status Why, in one line.
   */
  stopping(status?: string): void {
    this.#send(["STOPPING=1", ...toStatus(status)]);
  }

  /** Reports nothing any more. */
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
