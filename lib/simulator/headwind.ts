/**
 * A fan as Wahoo's KICKR HEADWIND.
 *
 * @module
 */
import { CHARACTERISTICS, SERVICES } from "#lib/gatt/uuids.ts";
import {
  decodeHeadwindCommand,
  encodeHeadwindMessage,
  type HeadwindMode,
  type HeadwindResponse,
} from "#lib/gatt/wahoo_headwind.ts";
import { decodeRequest } from "./control_point.ts";
import {
  type DeviceSurroundings,
  SimulatedDevice,
} from "./simulated_device.ts";

/** How long an answer takes, in ms. Our choice. */
const ANSWER_MS = [40, 120] as const;

/** Heart rates between which the fan goes from still to full, in beats a minute: its defaults. */
const HEART_RANGE_BPM = [115, 170] as const;
/** Speeds between which it does, in m/s: its defaults. */
const SPEED_RANGE = [2.235, 11.176] as const;

/** Modes that can be chosen. */
const MODES: readonly HeadwindMode[] = [
  "off",
  "heartRate",
  "speed",
  "manual",
  "standby",
];

const SUCCESS = 1;
const FAILURE = 2;

/**
 * A fan that advertises nothing but its name. It starts in standby, takes a
 * speed only in manual mode, answers each command, and reports its state once a
 * second.
 */
export class Headwind extends SimulatedDevice {
  #mode: HeadwindMode = "standby";
  #manualPercent = 0;

  /**
   * Plugs it in.
   *
   * @param surroundings What it lives in.
   */
  constructor(surroundings: DeviceSurroundings) {
    super({
      address: "D4:11:38:6B:F2:90",
      name: "HEADWIND 1A2B",
      services: [],
      manufacturer: "Wahoo Fitness",
      serial: "1A2B",
      hardware: "1",
      firmware: "1.2.8",
    }, surroundings);
    const { wahooHeadwind, wahooUnlock } = CHARACTERISTICS;
    this.add(SERVICES.wahooDevice, wahooUnlock, [
      "write-without-response",
      "notify",
    ]);
    this.add(
      SERVICES.wahooHeadwind,
      wahooHeadwind,
      ["read", "write-without-response", "notify"],
      {
        value: () => this.#state(),
        onWrite: (request) => {
          this.later(
            this.latency.nextMs(...ANSWER_MS),
            () => this.#answer(request),
          );
        },
      },
    );
    this.ride.onStep.add(() =>
      this.ride.control({ fanPercent: this.speedPercent })
    );
    this.every(
      1,
      () => this.peripheral.notify(wahooHeadwind, this.#state()),
    );
  }

  /** What it follows. */
  get mode(): HeadwindMode {
    return this.#mode;
  }

  /** How fast it turns, 0 to 100 %. */
  get speedPercent(): number {
    const { speedMetersPerSecond, rider } = this.ride.state;
    switch (this.#mode) {
      case "manual":
        return this.#manualPercent;
      case "heartRate":
        return percentIn(HEART_RANGE_BPM, rider.heartRateBpm);
      case "speed":
        return percentIn(SPEED_RANGE, speedMetersPerSecond);
      default:
        return 0;
    }
  }

  #state(): Uint8Array {
    return encodeHeadwindMessage({
      name: "state",
      speedPercent: this.speedPercent,
      mode: this.#mode,
    });
  }

  #answer(request: Uint8Array): void {
    const requestOpCode = request[0] ?? 0;
    const outcome = this.#carryOut(request);
    this.peripheral.notify(
      CHARACTERISTICS.wahooHeadwind,
      encodeHeadwindMessage({
        name: "response",
        requestOpCode,
        ...(outcome ?? { resultCode: FAILURE }),
      }),
    );
  }

  /** Carries a command out; undefined if it is none, or not now. */
  #carryOut(
    request: Uint8Array,
  ): Partial<HeadwindResponse> | undefined {
    const command = decodeRequest(decodeHeadwindCommand, request);
    if (!command || command.name === "unknown") return undefined;
    if (command.name === "setSpeed") {
      if (this.#mode !== "manual") return undefined;
      this.#manualPercent = command.speedPercent;
    }
    if (command.name === "setMode") {
      if (!MODES.includes(command.mode)) return undefined;
      this.#mode = command.mode;
    }
    const { mode, speedPercent } = this;
    return { resultCode: SUCCESS, mode, speedPercent };
  }
}

function percentIn(
  [low, high]: readonly [number, number],
  value: number,
): number {
  const share = (value - low) / (high - low);
  return Math.round(100 * Math.min(1, Math.max(0, share)));
}
