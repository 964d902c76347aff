/**
 * Sets the resistance of a fitness machine, in one layout for one machine.
 *
 * @module
 */
import { DeviceError, FrameError } from "#lib/base/errors.ts";
import {
  decodeSupportedResistanceLevelRange,
  type SupportedRange,
} from "#lib/gatt/supported_ranges.ts";
import { CHARACTERISTICS } from "#lib/gatt/uuids.ts";
import type { BleSession } from "#lib/driver/ble_session.ts";
import type { RequestOptions } from "#lib/driver/control_point.ts";
import type { FitnessMachineControl } from "./fitness_machine_control.ts";
import { isUsableRange, ResistanceLevels } from "./resistance_levels.ts";

/** What a machine answers to a layout that it does not take: not supported, invalid parameter, failed. */
const LAYOUT_REFUSALS: readonly (number | undefined)[] = [2, 3, 4];

/** What the log says of levels that are not as they should be. */
const NOTES = {
  sound: undefined,
  missing:
    "it has no range of resistance, levels 0 to 10 are assumed; option resistance-range sets others",
  unusable:
    "its range of resistance cannot be used, so resistance is not set; option resistance-range sets one",
} as const;

/**
 * Finds out how a machine counts its levels: as the operator says, else as it
 * says itself.
 *
 * @returns Its levels; undefined where it says something that cannot be used.
 */
export async function readResistanceLevels(
  session: BleSession,
): Promise<ResistanceLevels | undefined> {
  const { quirks: { resistanceRange } } = session;
  if (resistanceRange && isUsableRange(resistanceRange)) {
    say(session, "sound");
    return new ResistanceLevels(resistanceRange);
  }
  const bytes = await session.readOptional(
    CHARACTERISTICS.supportedResistanceLevelRange,
    (bytes) => bytes,
  );
  if (bytes === undefined) {
    say(session, "missing");
    return new ResistanceLevels();
  }
  const range = decodeUsableRange(bytes);
  say(session, range ? "sound" : "unusable");
  return range && new ResistanceLevels(range);
}

function decodeUsableRange(bytes: Uint8Array): SupportedRange | undefined {
  try {
    const range = decodeSupportedResistanceLevelRange(bytes);
    return isUsableRange(range) ? range : undefined;
  } catch (error) {
    if (error instanceof FrameError) return undefined;
    throw error;
  }
}

function say({ device, logger }: BleSession, state: keyof typeof NOTES): void {
  const text = NOTES[state];
  device.note("resistance", text);
  if (text === undefined) return;
  logger.warn("{device}: {text}", { device: device.status.device, text });
}

/** Sets the resistance of one machine. */
export class ResistanceCommand {
  readonly #session: BleSession;
  readonly #control: FitnessMachineControl;
  readonly #levels: ResistanceLevels | undefined;
  #widthBytes: 1 | 2;
  #isWidthProved: boolean;

  /**
   * Chooses the width that all levels are written in.
   *
   * @param levels How it counts; undefined where nobody knows.
   */
  constructor(
    session: BleSession,
    control: FitnessMachineControl,
    levels: ResistanceLevels | undefined,
  ) {
    const { resistanceWidth } = session.quirks;
    this.#session = session;
    this.#control = control;
    this.#levels = levels;
    this.#isWidthProved = resistanceWidth !== "auto" ||
      levels?.fitsAnyWidth === false;
    this.#widthBytes = resistanceWidth === "auto"
      ? levels?.widthBytes ?? 1
      : resistanceWidth;
  }

  /**
   * Sets the resistance. A machine that refuses is tried once in the other
   * width, and that one is remembered if it takes it.
   *
   * @param percent 0 to 100.
   * @param options How long to wait for the answer.
   * @returns What was set, in percent.
   * @throws {DeviceError} If the machine refuses both, or its levels are not known.
   */
  async set(percent: number, options: RequestOptions): Promise<number> {
    const levels = this.#requireLevels();
    const level = levels.toLevel(percent);
    try {
      await this.#write(level, this.#widthBytes, options);
    } catch (error) {
      const isRefusal = error instanceof DeviceError &&
        LAYOUT_REFUSALS.includes(error.resultCode);
      if (!isRefusal || this.#isWidthProved) throw error;
      await this.#tryOtherWidth(level, options, error);
    }
    this.#isWidthProved = true;
    return levels.toPercent(level);
  }

  async #tryOtherWidth(
    level: number,
    options: RequestOptions,
    refusal: DeviceError,
  ): Promise<void> {
    const other = this.#widthBytes === 1 ? 2 : 1;
    try {
      await this.#write(level, other, options);
    } catch (error) {
      if (error instanceof DeviceError) throw refusal;
      throw error;
    }
    const { device, logger } = this.#session;
    this.#widthBytes = other;
    this.#session.learn({ resistanceWidth: other });
    logger.info("{device} takes resistance in {other} bytes", {
      device: device.status.device,
      other,
    });
  }

  async #write(
    resistanceLevel: number,
    widthBytes: 1 | 2,
    options: RequestOptions,
  ): Promise<void> {
    await this.#control.carryOut(
      { name: "setTargetResistance", resistanceLevel, widthBytes },
      options,
    );
  }

  #requireLevels(): ResistanceLevels {
    if (this.#levels) return this.#levels;
    const { device } = this.#session.device.status;
    throw new DeviceError(
      `Cannot set the resistance of "${device}": its range of levels cannot be used, set option resistance-range`,
      device,
      "refused",
    );
  }
}
