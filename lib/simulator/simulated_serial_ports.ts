/**
 * Serial ports without any hardware.
 *
 * @module
 */
import type { Clock } from "#lib/base/clock.ts";
import { DeviceError, HardwareUnavailableError } from "#lib/base/errors.ts";
import {
  fitsSelector,
  type ModemLines,
  type SerialPort,
  type SerialPortInfo,
  type SerialPorts,
  type SerialSelector,
} from "#lib/hardware/serial.ts";

/** A device that sends text by itself, again and again. */
export interface SimulatedSerialDevice {
  /** What its port is called. */
  readonly info: SerialPortInfo;
  /** How often it sends, in milliseconds. */
  readonly intervalMs: number;
  /**
   * What it sends.
   *
   * @param timeMs How long its port has been open, in milliseconds.
   */
  send(timeMs: number): string;
}

/** Ports that devices in memory hang on. A port that none of them has never comes. */
export class SimulatedSerialPorts implements SerialPorts {
  readonly #devices: readonly SimulatedSerialDevice[];
  readonly #clock: Clock;
  readonly #open = new Set<SimulatedSerialDevice>();

  /**
   * Plugs devices in.
   *
   * @param devices The devices, each on a port of its own.
   * @param clock What they get their time from.
   */
  constructor(devices: readonly SimulatedSerialDevice[], clock: Clock) {
    this.#devices = devices;
    this.#clock = clock;
  }

  /**
   * Lists the ports.
   *
   * @returns Those of all devices.
   */
  list(): Promise<readonly SerialPortInfo[]> {
    return Promise.resolve(this.#devices.map(({ info }) => info));
  }

  /**
   * Opens a port; its speed does not matter.
   *
   * @param options When to give up waiting for a port that no device has.
   * @throws {HardwareUnavailableError} `denied` if it is open.
   */
  async open(
    selector: SerialSelector,
    { signal }: { readonly signal: AbortSignal },
  ): Promise<SerialPort> {
    signal.throwIfAborted();
    const device = this.#devices.find(({ info }) =>
      fitsSelector(info, selector)
    );
    if (!device) return await untilAborted(signal);
    const { path } = device.info;
    if (this.#open.has(device)) {
      throw new HardwareUnavailableError(
        `Cannot open serial port "${path}": another driver uses it, end that first`,
        path,
        "denied",
      );
    }
    this.#open.add(device);
    return new SimulatedSerialPort(
      device,
      this.#clock,
      () => this.#open.delete(device),
    );
  }
}

/** A port that a device in memory hangs on. */
class SimulatedSerialPort implements SerialPort {
  readonly path: string;
  readonly #lost = new AbortController();
  readonly #onClosed: () => void;
  #waiting: Uint8Array[] = [];
  #changed = Promise.withResolvers<void>();
  #stopTimer: () => void = () => {};

  constructor(
    device: SimulatedSerialDevice,
    clock: Clock,
    onClosed: () => void,
  ) {
    this.path = device.info.path;
    this.#onClosed = onClosed;
    const startMs = clock.monotonicMs();
    const sendNext = (timeMs: number) => {
      const delayMs = startMs + timeMs - clock.monotonicMs();
      this.#stopTimer = clock.setTimeout(() => {
        this.#waiting.push(new TextEncoder().encode(device.send(timeMs)));
        this.#notify();
        sendNext(timeMs + device.intervalMs);
      }, Math.max(0, delayMs));
    };
    sendNext(0);
  }

  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  get bytes(): AsyncIterable<Uint8Array> {
    return this.#take();
  }

  write(_bytes: Uint8Array): Promise<void> {
    this.lost.throwIfAborted();
    return Promise.resolve();
  }

  modemLines(): ModemLines {
    return {};
  }

  setModemLines(): void {}

  [Symbol.asyncDispose](): Promise<void> {
    if (!this.lost.aborted) {
      this.#stopTimer();
      this.#lost.abort(
        new DeviceError(
          `Cannot use "${this.path}": it was closed, open it again`,
          this.path,
          "disconnected",
        ),
      );
      this.#notify();
      this.#onClosed();
    }
    return Promise.resolve();
  }

  async *#take(): AsyncGenerator<Uint8Array> {
    while (!this.lost.aborted) {
      const changed = this.#changed.promise;
      const next = this.#waiting.shift();
      if (next) yield next;
      else await changed;
    }
  }

  #notify(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers<void>();
  }
}

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) =>
    signal.addEventListener("abort", () => reject(signal.reason), {
      once: true,
    })
  );
}
