/**
 * What a replayed device answers to what is written to it.
 *
 * @module
 */
import { FrameError } from "#lib/base/errors.ts";
import {
  decodeCyclingPowerCommand,
  encodeCyclingPowerResponse,
} from "#lib/gatt/cycling_power_control_point.ts";
import { encodeFitnessMachineResponse } from "#lib/gatt/fitness_machine_control_point.ts";
import { CHARACTERISTICS } from "#lib/gatt/uuids.ts";
import {
  decodeHeadwindCommand,
  encodeHeadwindMessage,
} from "#lib/gatt/wahoo_headwind.ts";
import { decodeTiltCommand, encodeTiltMessage } from "#lib/gatt/wahoo_tilt.ts";
import { encodeWahooTrainerResponse } from "#lib/gatt/wahoo_trainer_control.ts";
import type { CapturedEvent } from "./captured.ts";

/** An answer, and how long it takes. */
interface Answer {
  /** What is notified or indicated. */
  readonly value: Uint8Array;
  /** How long it takes, in ms. */
  readonly delayMs: number;
}

/** A characteristic that answers. */
interface Answering {
  /** The first byte of its answers; any if left out. */
  readonly mark?: number;
  /** Makes the answer of a device that has done what was asked. */
  readonly answer: (request: Uint8Array) => Uint8Array;
}

const SUCCESS = 1;
const NOT_SUPPORTED = 2;

/** How long an answer takes that was not captured, in ms. */
const PLAUSIBLE_MS = 60;
/** How long an answer may take, in ms; what comes later belongs to nothing. */
const LONGEST_ANSWER_MS = 10_000;

const UNLOCK = 0x20;
const NO_TILT = {
  tiltPercent: 0,
  mode: "unlocked",
  minimumTiltPercent: -10,
  maximumTiltPercent: 20,
  hubHeightMillimeters: 310,
  wheelBaseMillimeters: 1000,
} as const;

const ANSWERING: Readonly<Record<string, Answering>> = {
  [CHARACTERISTICS.fitnessMachineControlPoint]: {
    answer: ([requestOpCode = 0]) =>
      encodeFitnessMachineResponse({
        name: "response",
        requestOpCode,
        resultCode: SUCCESS,
        targetSpeedLowKph: 36,
        targetSpeedHighKph: 40,
      }),
  },
  [CHARACTERISTICS.cyclingPowerControlPoint]: {
    answer: (request) => {
      const name = decoded(decodeCyclingPowerCommand, request)?.name ?? "";
      const isDone = /^(set|start|update|mask)/.test(name) &&
        name !== "startEnhancedOffsetCompensation";
      return encodeCyclingPowerResponse({
        name: "response",
        requestOpCode: request[0] ?? 0,
        resultCode: isDone ? SUCCESS : NOT_SUPPORTED,
        offsetRaw: 0,
      });
    },
  },
  [CHARACTERISTICS.wahooTrainerControl]: {
    answer: ([requestOpCode = 0, low = 0, high = 0]) =>
      encodeWahooTrainerResponse({
        resultCode: SUCCESS,
        requestOpCode,
        ...(requestOpCode === UNLOCK
          ? { unlockCode: 2 }
          : { value: low + high * 0x100 }),
      }),
  },
  [CHARACTERISTICS.wahooTilt]: {
    mark: 0xfe,
    answer: (request) => {
      const command = decoded(decodeTiltCommand, request);
      const isKnown = command !== undefined && command.name !== "unknown";
      const isSet = command?.name === "setTargetTilt";
      return encodeTiltMessage({
        ...(isSet ? {} : { ...NO_TILT, ...command }),
        name: "response",
        requestOpCode: request[0] ?? 0,
        resultCode: isKnown ? SUCCESS : NOT_SUPPORTED,
      });
    },
  },
  [CHARACTERISTICS.wahooHeadwind]: {
    mark: 0xfe,
    answer: (request) => {
      const command = decoded(decodeHeadwindCommand, request);
      const isKnown = command !== undefined && command.name !== "unknown";
      return encodeHeadwindMessage({
        speedPercent: 0,
        mode: "manual",
        ...command,
        name: "response",
        requestOpCode: request[0] ?? 0,
        resultCode: isKnown ? SUCCESS : NOT_SUPPORTED,
      });
    },
  },
};

/** Decodes a request; undefined if it is none. */
function decoded<T>(
  decode: (bytes: Uint8Array) => T,
  request: Uint8Array,
): T | undefined {
  try {
    return decode(request);
  } catch (error) {
    if (error instanceof FrameError) return undefined;
    throw error;
  }
}

/** A captured request and its answer. */
interface Exchange extends Answer {
  readonly request: string;
  isUsed: boolean;
}

/** The answers of one captured device. */
export class Answers {
  readonly #exchanges = new Map<string, Exchange[]>();
  readonly #answers = new Set<CapturedEvent>();

  /**
   * Finds the answers among what passed: a value of a characteristic that
   * answers belongs to the write on it before.
   *
   * @param events What passed with the device, in order.
   */
  constructor(events: readonly CapturedEvent[]) {
    const open = new Map<string, CapturedEvent>();
    for (const event of events) {
      const { characteristic, dir, value, tMs } = event;
      if (dir === "write") open.set(characteristic, event);
      const { mark } = ANSWERING[characteristic] ?? {};
      const isAnswer = dir === "indicate" ||
        (dir === "notify" && mark !== undefined && value[0] === mark);
      if (!isAnswer) continue;
      this.#answers.add(event);
      const write = open.get(characteristic);
      open.delete(characteristic);
      if (!write || tMs - write.tMs > LONGEST_ANSWER_MS) continue;
      const exchanges = this.#exchanges.get(characteristic) ?? [];
      this.#exchanges.set(characteristic, exchanges);
      exchanges.push({
        request: write.value.toHex(),
        value,
        delayMs: tMs - write.tMs,
        isUsed: false,
      });
    }
  }

  /**
   * Checks whether something that passed is sent only when it is asked for.
   *
   * @returns True if it is an answer.
   */
  has(event: CapturedEvent): boolean {
    return this.#answers.has(event);
  }

  /**
   * Answers a request: as captured, the first time with the first answer to
   * the same request; else as a device does that has done what was asked.
   *
   * @returns The answer; undefined where none is given.
   */
  next(characteristic: string, request: Uint8Array): Answer | undefined {
    const hex = request.toHex();
    const same =
      this.#exchanges.get(characteristic)?.filter((one) =>
        one.request === hex
      ) ?? [];
    const captured = same.find(({ isUsed }) => !isUsed) ?? same.at(-1);
    if (captured) {
      captured.isUsed = true;
      return captured;
    }
    const value = ANSWERING[characteristic]?.answer(request);
    return value && { value, delayMs: PLAUSIBLE_MS };
  }
}
