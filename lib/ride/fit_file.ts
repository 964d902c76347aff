/**
 * The messages of FIT files that rides need, and their writer: the only file
 * that imports the `fit-file-parser` package.
 *
 * @module
 */
import {
  FitBaseType,
  FitEncoder,
  type FitEncoderField,
} from "fit-file-parser/encoder";

/** FIT counts seconds from 1989-12-31T00:00:00Z; this is that moment in milliseconds since 1970-01-01 UTC. */
export const FIT_EPOCH_MS = 631_065_600_000;

/** Global numbers of messages. */
export const FIT_MESSAGE = {
  fileId: 0,
  session: 18,
  lap: 19,
  record: 20,
  event: 21,
  activity: 34,
  hrv: 78,
} as const;

/** How a field is written. */
const FIT_TYPES = {
  enum: [FitBaseType.Enum, 1],
  uint8: [FitBaseType.Uint8, 1],
  uint16: [FitBaseType.Uint16, 2],
  sint16: [FitBaseType.Sint16, 2],
  uint32: [FitBaseType.Uint32, 4],
  uint32z: [FitBaseType.Uint32z, 4],
} as const satisfies Readonly<Record<string, readonly [FitBaseType, number]>>;

/** How a field is written. */
type FitType = keyof typeof FIT_TYPES;

/** A field of a message; one without a value is written as not there. */
export interface FitField {
  /** Its number. */
  readonly number: number;
  /** How it is written. */
  readonly type: FitType;
  /** Its value, already in the field's own scale; rounded. */
  readonly value: number | undefined;
}

/** What stands for no value. */
const INVALID: Readonly<Record<FitType, number>> = {
  enum: 0xff,
  uint8: 0xff,
  uint16: 0xffff,
  sint16: 0x7fff,
  uint32: 0xffffffff,
  uint32z: 0,
};

/** The smallest and largest value that can be written. */
const RANGE: Readonly<Record<FitType, readonly [min: number, max: number]>> = {
  enum: [0, 0xfe],
  uint8: [0, 0xfe],
  uint16: [0, 0xfffe],
  sint16: [-0x8000, 0x7ffe],
  uint32: [0, 0xfffffffe],
  uint32z: [1, 0xffffffff],
};

/** Protocol 1.0, as every reader takes it, and the profile of its field numbers. */
const VERSIONS = { protocolVersion: 0x10, profileVersion: 2132 };

/** The most intervals that one message of beats carries. */
const BEATS_PER_MESSAGE = 5;

/** Writes a FIT file message by message. */
export class FitWriter {
  readonly #encoder = new FitEncoder(VERSIONS);

  /** Writes a message. */
  write(message: number, fields: readonly FitField[]): void {
    this.#encoder.writeMessage(message, fields.map(toField));
  }

  /**
   * Writes times between heart beats.
   *
   * @param beatsMs The times, in milliseconds.
   */
  writeBeats(beatsMs: readonly number[]): void {
    for (let i = 0; i < beatsMs.length; i += BEATS_PER_MESSAGE) {
      const bytes = new Uint8Array(BEATS_PER_MESSAGE * 2).fill(0xff);
      const view = new DataView(bytes.buffer);
      for (
        const [at, ms] of beatsMs.slice(i, i + BEATS_PER_MESSAGE).entries()
      ) {
        view.setUint16(at * 2, clamp(ms, RANGE.uint16), true);
      }
      this.#encoder.writeMessage(FIT_MESSAGE.hrv, [{
        number: 0,
        size: bytes.length,
        baseType: FitBaseType.Uint16,
        value: bytes,
      }]);
    }
  }

  /**
   * Ends the file.
   *
   * @returns Its bytes, with its size and checksums.
   */
  close(): Uint8Array {
    return this.#encoder.close();
  }
}

function toField({ number, type, value }: FitField): FitEncoderField {
  const [baseType, size] = FIT_TYPES[type];
  const isThere = value !== undefined && Number.isFinite(value);
  return {
    number,
    size,
    baseType,
    value: isThere ? clamp(value, RANGE[type]) : INVALID[type],
  };
}

function clamp(
  value: number,
  [min, max]: readonly [min: number, max: number],
): number {
  return Math.min(max, Math.max(min, Math.round(value)));
}
