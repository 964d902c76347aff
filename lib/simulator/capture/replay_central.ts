/**
 * A radio that plays a captured session back.
 *
 * @module
 */
import { type Clock, systemClock } from "#lib/base/clock.ts";
import type {
  BleAdapter,
  BleAdvertisement,
  BleCentral,
  BleConnectOptions,
  BleFilter,
  BlePeripheral,
} from "#lib/hardware/ble.ts";
import { SimulatedCentral } from "#lib/simulator/simulated_central.ts";
import { SpeedUpClock } from "#lib/base/speed_up_clock.ts";
import type { CapturedDevice } from "./captured.ts";
import { parseCapture } from "./parse_capture.ts";
import { replayDevice } from "./replay_device.ts";
import { Timeline } from "./timeline.ts";

/** How a session is played back. */
interface ReplayOptions {
  /**
   * What real time comes from.
   *
   * @default {systemClock}
   */
  readonly clock?: Clock;
  /**
   * How many times faster than captured it goes, more than 0.
   *
   * @default {1}
   */
  readonly speedUp?: number;
}

/** How often devices advertise, in ms. */
const ADVERTISING_INTERVAL_MS = 250;

/**
 * A radio with the devices of a capture within reach. They send what was
 * captured in its original time, which starts with the first subscription;
 * lose the connection when it was lost, and come back. To what is written they
 * answer as captured, or as a device that has done what was asked.
 *
 * @example Half a minute of a strap within a moment
 * ```ts
 * import { CHARACTERISTICS } from "#lib/gatt/uuids.ts";
 * import { ReplayCentral } from "#lib/simulator/capture/replay_central.ts";
 * import assert from "node:assert/strict";
 *
 * const text = `{"type":"header","device":"Strap"}
 * {"tMs":0,"dir":"notify","char":"2a37","hex":"0648"}
 * {"tMs":30000,"dir":"notify","char":"2a37","hex":"0649"}
 * `;
 * await using central = ReplayCentral.open(text, "strap.jsonl", { speedUp: 10_000 });
 * const { signal } = new AbortController();
 * await using strap = await central.connect({ namePrefix: "strap" }, { signal });
 * const values: string[] = [];
 * await strap.subscribe(CHARACTERISTICS.heartRateMeasurement, (value) => values.push(value.toHex()));
 * await new Promise((resolve) => central.ended.addEventListener("abort", resolve));
 * assert.deepEqual(values, ["0648", "0649"]);
 * ```
 */
export class ReplayCentral implements BleCentral {
  /** The time of the capture: drivers must live in it too. */
  readonly clock: Clock;
  /** What was captured. */
  readonly devices: readonly CapturedDevice[];
  readonly #central: SimulatedCentral;
  readonly #timeline: Timeline;

  /**
   * Puts the devices of a capture within reach.
   *
   * @param devices The devices, as `parseCapture` gives them.
   * @param options How they are played back.
   * @throws {RangeError} If the speed-up is no factor.
   */
  constructor(
    devices: readonly CapturedDevice[],
    options: ReplayOptions = {},
  ) {
    const { clock = systemClock, speedUp = 1 } = options;
    this.clock = new SpeedUpClock(clock, speedUp);
    this.devices = devices;
    this.#timeline = new Timeline(this.clock, firstSubscriptionMs(devices));
    this.#central = new SimulatedCentral(
      devices.map((device) => replayDevice(device, this.#timeline, this.clock)),
      { clock: this.clock, advertisingIntervalMs: ADVERTISING_INTERVAL_MS },
    );
  }

  /**
   * Reads a capture and puts its devices within reach.
   *
   * @param file The file, as errors call it.
   * @param options How it is played back.
   * @throws {ConfigError} If a line is no part of a capture; it names file and line.
   * @throws {RangeError} If the speed-up is no factor.
   */
  static open(
    text: string,
    file: string,
    options: ReplayOptions = {},
  ): ReplayCentral {
    return new ReplayCentral(parseCapture(text, file), options);
  }

  /** Aborts when the last of what was captured has passed. */
  get ended(): AbortSignal {
    return this.#timeline.ended;
  }

  /** Lists the radios, as any radio does. */
  adapters(): Promise<readonly BleAdapter[]> {
    return this.#central.adapters();
  }

  /**
   * Reports what is around, as any radio does.
   *
   * @param options Ends the scan, without an error.
   */
  scan(
    filter: BleFilter,
    options: { readonly signal: AbortSignal },
  ): AsyncIterable<BleAdvertisement> {
    return this.#central.scan(filter, options);
  }

  /**
   * Connects, as any radio does.
   *
   * @param options When to give up.
   */
  connect(
    filter: BleFilter,
    options: BleConnectOptions,
  ): Promise<BlePeripheral> {
    return this.#central.connect(filter, options);
  }

  /** Ends it: every connection is lost, and nothing is sent any more. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#timeline[Symbol.dispose]();
    await this.#central[Symbol.asyncDispose]();
  }
}

/** When somebody subscribed first; 0 where that was not captured. */
function firstSubscriptionMs(devices: readonly CapturedDevice[]): number {
  return devices.flatMap(({ events }) => events)
    .filter(({ dir }) => dir === "subscribe")
    .map(({ tMs }) => tMs)
    .sort((a, b) => a - b)[0] ?? 0;
}
