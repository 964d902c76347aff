/**
 * The tilt of a KICKR CLIMB, which the trainer speaks for.
 *
 * @module
 */
import { CHARACTERISTICS, SERVICES } from "#lib/gatt/uuids.ts";
import {
  decodeTiltCommand,
  encodeTiltMessage,
  type TiltCommand,
  type TiltEvent,
  type TiltMode,
  type TiltResponse,
} from "#lib/gatt/wahoo_tilt.ts";
import { decodeRequest } from "./control_point.ts";
import type { SimulatedDevice } from "./simulated_device.ts";

/** How far it goes, in %. */
const TILT_LIMITS = {
  minimumTiltPercent: -10,
  maximumTiltPercent: 20,
} as const;

/** How fast it goes, in % a second. Our choice. */
const SPEED_PERCENT = 2;
/** How often it reports where it is while it moves, in s. Our choice. */
const REPORT_SECONDS = 0.5;
/** How long an answer takes, in ms, and that about the limits. Our choice. */
const ANSWER_MS = [30, 90] as const;
const LIMITS_ANSWER_MS = [600, 2500] as const;

const GET_LIMITS = 0x69;
const SUCCESS = 1;
const NOT_SUPPORTED = 2;
const INVALID_PARAMETER = 3;
const FAILED = 4;

/** The answer to a command, and what is reported besides. */
interface Outcome {
  readonly response: Partial<TiltResponse>;
  readonly event?: TiltEvent;
}

/**
 * The tilt: follows commands while it is unlocked, and reports where it is while
 * it moves. Nothing that is written has an effect before somebody has
 * subscribed.
 */
export class Tilt {
  readonly #device: SimulatedDevice;
  #mode: TiltMode = "unlocked";
  #targetPercent = 0;
  #reportedPercent = 0;
  #hubHeightMillimeters = 310;
  #wheelBaseMillimeters = 1000;

  /** Gives a trainer a tilt. */
  constructor(device: SimulatedDevice) {
    this.#device = device;
    const { peripheral, latency, ride } = device;
    const uuid = CHARACTERISTICS.wahooTilt;
    device.add(
      SERVICES.wahooTilt,
      uuid,
      ["read", "write-without-response", "notify"],
      {
        value: () => encodeTiltMessage(this.#whereItIs()),
        onWrite: (request) => {
          if (!peripheral.isSubscribed(uuid)) return;
          const isSlow = request[0] === GET_LIMITS;
          const [minMs, maxMs] = isSlow ? LIMITS_ANSWER_MS : ANSWER_MS;
          device.later(
            latency.nextMs(minMs, maxMs),
            () => this.#answer(request),
          );
        },
      },
    );
    let lastSeconds = ride.state.timeSeconds;
    ride.onStep.add(({ timeSeconds }) => {
      this.#move(timeSeconds - lastSeconds);
      lastSeconds = timeSeconds;
    });
    device.every(REPORT_SECONDS, () => this.#report());
  }

  /** Where it goes, in %. */
  get targetPercent(): number {
    return this.#targetPercent;
  }

  /** Where it is, in %. */
  get currentPercent(): number {
    return this.#device.ride.controls.inclinePercent;
  }

  /** Whether it follows commands. */
  get mode(): TiltMode {
    return this.#mode;
  }

  /**
   * Locks or unlocks it, as its lever does.
   *
   * @param mode Whether it follows commands from now on.
   */
  setMode(mode: TiltMode): void {
    this.#mode = mode;
    this.#notify({ name: "tiltMode", mode });
  }

  /** Follows the grade of an imitated road, as far as it can. */
  follow(gradePercent: number): void {
    if (this.#mode !== "unlocked") return;
    const { minimumTiltPercent, maximumTiltPercent } = TILT_LIMITS;
    this.#targetPercent = Math.min(
      maximumTiltPercent,
      Math.max(minimumTiltPercent, gradePercent),
    );
    this.#notify({ name: "targetTilt", tiltPercent: this.#targetPercent });
  }

  #move(seconds: number): void {
    const { ride } = this.#device;
    const missing = this.#targetPercent - this.currentPercent;
    if (missing === 0) return;
    const most = SPEED_PERCENT * seconds;
    const inclinePercent = Math.abs(missing) <= most
      ? this.#targetPercent
      : this.currentPercent + Math.sign(missing) * most;
    ride.control({ inclinePercent });
  }

  #report(): void {
    if (this.#reportedPercent === this.currentPercent) return;
    this.#reportedPercent = this.currentPercent;
    this.#notify(this.#whereItIs());
  }

  #whereItIs(): TiltEvent {
    return { name: "currentTilt", tiltPercent: this.currentPercent };
  }

  #notify(message: TiltEvent | TiltResponse): void {
    this.#device.peripheral.notify(
      CHARACTERISTICS.wahooTilt,
      encodeTiltMessage(message),
    );
  }

  #answer(request: Uint8Array): void {
    const command = decodeRequest(decodeTiltCommand, request);
    const { response, event } = !command
      ? { response: { resultCode: INVALID_PARAMETER } }
      : command.name === "unknown"
      ? { response: { resultCode: NOT_SUPPORTED } }
      : this.#carryOut(command);
    const requestOpCode = request[0] ?? 0;
    this.#notify({
      name: "response",
      requestOpCode,
      resultCode: SUCCESS,
      ...response,
    });
    if (event) this.#notify(event);
  }

  #carryOut(command: TiltCommand): Outcome {
    switch (command.name) {
      case "setTargetTilt":
        return this.#setTarget(command.tiltPercent);
      case "getTargetTilt":
        return { response: { tiltPercent: this.#targetPercent } };
      case "getCurrentTilt":
        return { response: { tiltPercent: this.currentPercent } };
      case "getTiltMode":
        return { response: { mode: this.#mode } };
      case "getTiltLimits":
        return {
          response: TILT_LIMITS,
          event: { name: "tiltLimitsAvailable", ...TILT_LIMITS },
        };
      case "getHubHeight":
      case "setHubHeight":
        this.#hubHeightMillimeters = "hubHeightMillimeters" in command
          ? command.hubHeightMillimeters
          : this.#hubHeightMillimeters;
        return {
          response: { hubHeightMillimeters: this.#hubHeightMillimeters },
        };
      case "getWheelBase":
      case "setWheelBase":
        this.#wheelBaseMillimeters = "wheelBaseMillimeters" in command
          ? command.wheelBaseMillimeters
          : this.#wheelBaseMillimeters;
        return {
          response: { wheelBaseMillimeters: this.#wheelBaseMillimeters },
        };
    }
  }

  #setTarget(tiltPercent: number): Outcome {
    if (this.#mode !== "unlocked") return { response: { resultCode: FAILED } };
    const { minimumTiltPercent, maximumTiltPercent } = TILT_LIMITS;
    const isWithin = tiltPercent >= minimumTiltPercent &&
      tiltPercent <= maximumTiltPercent;
    if (!isWithin) return { response: { resultCode: INVALID_PARAMETER } };
    this.#targetPercent = tiltPercent;
    return { response: {}, event: { name: "targetTilt", tiltPercent } };
  }
}
