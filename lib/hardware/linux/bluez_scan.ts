/**
 * The discovery of one radio, kept as its users want it.
 *
 * @module
 */
import type { Clock } from "#lib/base/clock.ts";
import { Backoff } from "#lib/base/retry.ts";
import { BLUEZ_ERRORS, hasBusName, toUnavailable } from "./bluez_error.ts";
import { BLUEZ_INTERFACES } from "./bluez_objects.ts";
import type { BluezSession } from "./bluez_session.ts";
import { variant } from "./dbus.ts";

/** Which services peripherals must advertise, full UUIDs; none for any peripheral. */
export type ScanFilter = readonly string[];

/**
 * How long a discovery that has stopped by itself is given to go on by itself,
 * in milliseconds, each time longer: 10 s at least, as BlueZ may rest for 5 s
 * between two rounds.
 */
const RESTART = { firstMs: 20_000, longestMs: 120_000, steadyMs: 5000 };

/** What runs where nothing does. */
const OFF = "off";

/** How a radio scans. */
interface BluezScanOptions {
  /** Puts the radio on where it is off. */
  readonly powerOn: boolean;
  /** Says how long a discovery has rested. */
  readonly clock: Clock;
  /** Called when the radio cannot scan; a `HardwareUnavailableError`. */
  readonly onFailed: (error: unknown) => void;
}

/** The discovery of one radio: one call after another, until it is as wanted. */
export class BluezScan {
  readonly #session: BluezSession;
  readonly #path: string;
  readonly #options: BluezScanOptions;
  #wanted: string = OFF;
  #running: string = OFF;
  /** Aborts when the radio is off. */
  #on = new AbortController();
  #work: Promise<void> | undefined;
  /** Whether a discovery that BlueZ says it runs has stopped. */
  #hasStopped = false;
  readonly #backoff = new Backoff(RESTART);
  /** Since when it runs without a rest. */
  #sinceMs: number | undefined;
  #stopTimer: (() => void) | undefined;

  /**
   * Begins with no discovery.
   *
   * @param path Path of the radio's object.
   */
  constructor(session: BluezSession, path: string, options: BluezScanOptions) {
    this.#session = session;
    this.#path = path;
    this.#options = options;
    session.lost.addEventListener("abort", () => this.#endWait());
  }

  /**
   * Says how the discovery shall be. Called at each change of the radio, so
   * that it is looked at whether the discovery still runs.
   *
   * @param filter Which peripherals are looked for; no discovery if left out.
   * @returns Resolves when it is so, or cannot be.
   */
  set(filter?: ScanFilter): Promise<void> {
    this.#wanted = filter ? [...new Set(filter)].sort().join() : OFF;
    this.#work ??= this.#run();
    return this.#work;
  }

  /** Notes that the radio was off or has gone, which ends its discovery. */
  forget(): void {
    this.#endWait();
    this.#on.abort();
    this.#on = new AbortController();
    this.#running = OFF;
  }

  /**
   * Starts the discovery again if it has stopped by itself and stays so: a
   * radio that was reset, or bluetoothd, may end it without a word.
   */
  #check(): void {
    const { clock } = this.#options;
    const isExpected = !this.#work && this.#running !== OFF;
    if (!isExpected || this.#session.lost.aborted) {
      this.#sinceMs = undefined;
      return this.#endWait();
    }
    const nowMs = clock.monotonicMs();
    if (this.#session.adapter(this.#path)?.isDiscovering) {
      this.#endWait();
      this.#sinceMs ??= nowMs;
    } else if (!this.#stopTimer) {
      this.#backoff.succeeded(nowMs - (this.#sinceMs ?? nowMs));
      this.#sinceMs = undefined;
      this.#stopTimer = clock.setTimeout(
        () => this.#restart(),
        this.#backoff.nextMs(),
      );
    }
  }

  #restart(): void {
    this.#stopTimer = undefined;
    this.#hasStopped = true;
    this.#work ??= this.#run();
  }

  #endWait(): void {
    this.#stopTimer?.();
    this.#stopTimer = undefined;
  }

  async #run(): Promise<void> {
    // Begins when `#work` is set, which the end takes back.
    await Promise.resolve();
    try {
      while (this.#hasStopped || this.#wanted !== this.#running) {
        const { signal } = this.#on;
        const wanted = this.#hasStopped ? OFF : this.#wanted;
        this.#hasStopped = false;
        if (wanted === OFF) await this.#stop();
        else await this.#start(wanted);
        // What began before the radio was off has ended before it was answered.
        if (!signal.aborted) this.#running = wanted;
      }
    } catch (error) {
      this.#running = OFF;
      const name = this.#session.adapter(this.#path)?.name;
      this.#options.onFailed(toUnavailable(error, name));
    } finally {
      this.#work = undefined;
      this.#check();
    }
  }

  async #start(wanted: string): Promise<void> {
    const isOff = !this.#session.adapter(this.#path)?.isPowered;
    if (isOff && this.#options.powerOn) await this.#powerOn();
    const uuids = wanted.split(",").filter(Boolean);
    await this.#call("SetDiscoveryFilter", "a{sv}", {
      Transport: variant("s", "le"),
      ...(uuids.length > 0 && { UUIDs: variant("as", uuids) }),
    });
    if (this.#running !== OFF) return;
    try {
      await this.#call("StartDiscovery");
    } catch (error) {
      if (!hasBusName(error, BLUEZ_ERRORS.inProgress)) throw error;
    }
  }

  /** That it has ended by itself is as good. */
  async #stop(): Promise<void> {
    try {
      await this.#call("StopDiscovery");
    } catch (error) {
      const { failed, notReady, notAuthorized, inProgress } = BLUEZ_ERRORS;
      if (!hasBusName(error, failed, notReady, notAuthorized, inProgress)) {
        throw error;
      }
    }
  }

  async #powerOn(): Promise<void> {
    await this.#session.call({
      path: this.#path,
      interfaceName: "org.freedesktop.DBus.Properties",
      method: "Set",
      args: {
        signature: "ssv",
        values: [BLUEZ_INTERFACES.adapter, "Powered", variant("b", true)],
      },
    }, this.#session.lost);
  }

  async #call(
    method: string,
    signature?: string,
    value?: unknown,
  ): Promise<void> {
    await this.#session.call({
      path: this.#path,
      interfaceName: BLUEZ_INTERFACES.adapter,
      method,
      ...(signature !== undefined && { args: { signature, values: [value] } }),
    }, this.#session.lost);
  }
}
