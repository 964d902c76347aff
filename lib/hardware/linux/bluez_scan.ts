/**
 * The discovery of one radio, kept as its users want it.
 *
 * @module
 */
import { BLUEZ_ERRORS, hasBusName, toUnavailable } from "./bluez_error.ts";
import { BLUEZ_INTERFACES } from "./bluez_objects.ts";
import type { BluezSession } from "./bluez_session.ts";
import { variant } from "./dbus.ts";

/** Which services peripherals must advertise, full UUIDs; none for any peripheral. */
export type ScanFilter = readonly string[];

/** What runs where nothing does. */
const OFF = "off";

/** How a radio scans. */
export interface BluezScanOptions {
  /** Puts the radio on where it is off. */
  readonly powerOn: boolean;
  /** Told that the radio cannot scan; a `HardwareUnavailableError`. */
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

  /**
   * Begins with no discovery.
   *
   * @param session BlueZ.
   * @param path Path of the radio's object.
   * @param options How it scans.
   */
  constructor(session: BluezSession, path: string, options: BluezScanOptions) {
    this.#session = session;
    this.#path = path;
    this.#options = options;
  }

  /**
   * Says how the discovery shall be.
   *
   * @param filter Which peripherals are looked for; no discovery if left out.
   * @returns Resolves when it is so, or cannot be.
   */
  set(filter?: ScanFilter): Promise<void> {
    this.#wanted = filter ? [...new Set(filter)].sort().join() : OFF;
    this.#work ??= this.#run();
    return this.#work;
  }

  /** Notes that the radio was off, which ends its discovery. */
  forget(): void {
    this.#on.abort();
    this.#on = new AbortController();
    this.#running = OFF;
  }

  async #run(): Promise<void> {
    // Begins when `#work` is set, which the end takes back.
    await Promise.resolve();
    try {
      while (this.#wanted !== this.#running) {
        const wanted = this.#wanted;
        const { signal } = this.#on;
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
