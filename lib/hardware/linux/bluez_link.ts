/**
 * A connection to one peripheral, shared by all who use it.
 *
 * @module
 */
import type { Clock } from "#lib/base/clock.ts";
import { orAborted, within } from "#lib/base/deadline.ts";
import { DeviceError } from "#lib/base/errors.ts";
import { EventHook } from "#lib/base/event_hook.ts";
import { getLogger } from "#lib/base/logger.ts";
import { BluezAttributes } from "./bluez_attributes.ts";
import { BLUEZ_ERRORS, hasBusName, toDeviceError } from "./bluez_error.ts";
import {
  BLUEZ_INTERFACES,
  type BluezCharacteristic,
  type BluezDevice,
  readSignal,
} from "./bluez_objects.ts";
import type { BluezSession } from "./bluez_session.ts";
import type { PropertyBag } from "./dbus.ts";

const logger = getLogger("ble");

/** The interface of all objects that reads their properties. */
const PROPERTIES = "org.freedesktop.DBus.Properties";

/** How a link is opened and used. */
export interface BluezLinkOptions {
  /** How long a peripheral has to take the connection, in milliseconds. */
  readonly connectTimeoutMs: number;
  /** How long a peripheral has to report what it has, in milliseconds. */
  readonly resolveTimeoutMs: number;
  /** How long a read, a write or a subscription may take, in milliseconds. */
  readonly operationTimeoutMs: number;
  /** What measures the time. */
  readonly clock: Clock;
  /**
   * Works while the radio does nothing else than connect.
   *
   * @param adapterPath Path of the radio's object.
   */
  readonly alone: (
    adapterPath: string,
    work: () => Promise<void>,
  ) => Promise<void>;
}

/** A connection to one peripheral; it is open until it is lost or closed. */
export class BluezLink {
  /** The peripheral, as it was found. */
  readonly device: BluezDevice;
  /** What people know it by. */
  readonly name: string;
  /** Fires with the strength of its signal, in dBm. */
  readonly onSignal: EventHook<[signalDbm: number]> = new EventHook("onSignal");
  /** What can be done with its characteristics. */
  readonly attributes: BluezAttributes;
  /** What it has; empty until it is open. */
  characteristics: readonly BluezCharacteristic[] = [];
  readonly #session: BluezSession;
  readonly #options: BluezLinkOptions;
  readonly #lost = new AbortController();
  readonly #watched = new DisposableStack();
  #signalDbm: number | undefined;

  /**
   * Makes a link that is not open yet.
   *
   * @param options How it is opened and used.
   */
  constructor(
    session: BluezSession,
    device: BluezDevice,
    options: BluezLinkOptions,
  ) {
    const { address, name, signalDbm } = device.advertisement;
    this.device = device;
    this.name = name || address;
    this.#session = session;
    this.#options = options;
    this.#signalDbm = signalDbm;
    this.attributes = new BluezAttributes(session, {
      name: this.name,
      lost: this.lost,
      timeoutMs: options.operationTimeoutMs,
      clock: options.clock,
    });
    this.#watch();
  }

  /** Aborts when it is lost or closed; the reason is a `DeviceError`, `disconnected`. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** Strength of its signal when it was measured last, in dBm. */
  get signalDbm(): number | undefined {
    return this.#signalDbm;
  }

  /** The largest frame that both sides take, in bytes; undefined where BlueZ does not report it. */
  get mtuBytes(): number | undefined {
    const [first] = this.characteristics;
    const { characteristic } = BLUEZ_INTERFACES;
    const mtu = first &&
      this.#session.property(first.path, characteristic, "MTU");
    return typeof mtu === "number" ? mtu : undefined;
  }

  /**
   * Connects, and waits until all that the peripheral has is known.
   *
   * @param signal Gives up; the promise then rejects with the signal's reason.
   * @throws {DeviceError} If it does not let itself be connected to, or is lost.
   * @throws {TimeoutError} If it does not answer.
   */
  async open(signal: AbortSignal): Promise<void> {
    const end = AbortSignal.any([signal, this.lost]);
    try {
      const { path, adapterPath } = this.device;
      if (!this.#session.device(path)?.isConnected) {
        const connect = () => this.#connect(end);
        await orAborted(this.#options.alone(adapterPath, connect), end);
      }
      await this.#resolve(end);
      this.characteristics = this.#session.characteristics(path);
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  /** Hangs up. */
  async close(): Promise<void> {
    const isLost = this.lost.aborted;
    this.#lose("the connection was ended, expected it to be kept");
    if (isLost) return;
    const { connectTimeoutMs, clock } = this.#options;
    const limit = { timeoutMs: connectTimeoutMs, clock };
    try {
      await within(
        `disconnect from ${this.name}`,
        limit,
        (signal) => this.#call("Disconnect", signal),
      );
    } catch (error) {
      logger.debug("{device}: {error}", { device: this.name, error });
    }
  }

  async #connect(signal: AbortSignal): Promise<void> {
    const { connectTimeoutMs, clock } = this.#options;
    const limit = { timeoutMs: connectTimeoutMs, clock };
    const action = `connect to ${this.name}`;
    const { alreadyConnected, inProgress } = BLUEZ_ERRORS;
    await within(action, limit, async (late) => {
      const end = AbortSignal.any([late, signal]);
      try {
        await this.#call("Connect", end);
      } catch (error) {
        if (!hasBusName(error, alreadyConnected, inProgress)) {
          throw toDeviceError(error, "connect to", this.name);
        }
      }
      await this.#until("isConnected", end);
    });
  }

  async #resolve(signal: AbortSignal): Promise<void> {
    const { resolveTimeoutMs, clock } = this.#options;
    const limit = { timeoutMs: resolveTimeoutMs, clock };
    await within(
      `learn what ${this.name} has`,
      limit,
      async (late) => {
        const end = AbortSignal.any([late, signal]);
        await this.#until("isResolved", end);
        await this.#settle(end);
      },
    );
  }

  /** BlueZ may report that all is known before it reports what; it answers after all that it has to report. */
  async #settle(signal: AbortSignal): Promise<void> {
    await this.#session.call({
      path: this.device.path,
      interfaceName: PROPERTIES,
      method: "Get",
      args: {
        signature: "ss",
        values: [BLUEZ_INTERFACES.device, "ServicesResolved"],
      },
    }, signal);
  }

  /** Waits until BlueZ says that something holds. */
  async #until(
    state: "isConnected" | "isResolved",
    signal: AbortSignal,
  ): Promise<void> {
    const { path } = this.device;
    const holds = () => this.#session.device(path)?.[state] === true;
    if (holds()) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    using _listener = this.#session.listen(path, () => holds() && resolve());
    await orAborted(promise, signal);
  }

  async #call(method: string, signal: AbortSignal): Promise<void> {
    const { path } = this.device;
    const interfaceName = BLUEZ_INTERFACES.device;
    await this.#session.call({ path, interfaceName, method }, signal);
  }

  #watch(): void {
    const { path, adapterPath } = this.device;
    const session = this.#session;
    const options = { signal: this.lost };
    this.#watched.use(
      session.listen(path, (_, changed) => this.#onChanged(changed)),
    );
    session.onDeviceRemoved.add((removed) => {
      if (removed === path) this.#lose("BlueZ has forgotten it, expected it");
    }, options);
    session.onAdapterChanged.add((changed) => {
      if (changed !== adapterPath) return;
      const adapter = session.adapter(adapterPath);
      if (!adapter) this.#lose("the radio is gone, expected it to stay");
      else if (!adapter.isPowered) {
        this.#lose("the radio is off, expected it on");
      }
    }, options);
    const onSessionLost = () =>
      this.#lose("bluetoothd or the bus has ended, expected it to run");
    session.lost.addEventListener("abort", onSessionLost, options);
    if (session.lost.aborted) onSessionLost();
  }

  #onChanged(changed: PropertyBag): void {
    if (changed["Connected"] === false) {
      this.#lose("the connection is lost, expected it to last");
    }
    const signalDbm = readSignal(changed["RSSI"]);
    if (signalDbm === undefined) return;
    this.#signalDbm = signalDbm;
    this.onSignal.fire(signalDbm);
  }

  #lose(why: string): void {
    if (this.lost.aborted) return;
    this.#watched.dispose();
    this.#lost.abort(
      new DeviceError(
        `Cannot use "${this.name}": ${why}`,
        this.name,
        "disconnected",
      ),
    );
  }
}
