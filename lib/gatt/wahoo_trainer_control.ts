/**
 * Wahoo trainer control, characteristic a026e005 inside the Cycling Power
 * service. There is no public specification; layouts come from agreeing
 * public drivers and captures.
 *
 * @module
 */
import { ByteReader, ByteWriter } from "#lib/base/bytes.ts";
import { octets, uint16, uint8 } from "./fields.ts";
import { fields, type Group, readOptional } from "./groups.ts";
import {
  type Named,
  NO_PARAMETERS,
  operation,
  OperationTable,
  type UnknownOperation,
} from "./operations.ts";
import { number } from "./scales.ts";
import type { Flaws } from "./flaws.ts";
import { trailing } from "./trailing.ts";

/** A share of the brake's full force. */
export interface ResistanceFraction {
  /** 0 to 1. */
  readonly resistanceFraction: number;
  /** The same as sent, 16383 (no force) to 0; it wins if both are given. */
  readonly resistanceRaw?: number;
}

/** Rider and road for the simulation. */
export interface SimulationParameters {
  /** Rider and bike, 0 to 655.35 kg, in steps of 0.01. */
  readonly weightKilograms: number;
  /** Coefficient of rolling resistance, 0 to 65535; its scale is a quirk of the model. */
  readonly rollingResistanceRaw: number;
  /** 0 to 65.535 kg/m, in steps of 0.001. */
  readonly windResistanceKilogramsPerMeter: number;
}

/** A grade to simulate. */
export interface SimulationGrade {
  /** -100 to 100 %; rounded to 0.001. */
  readonly gradePercent: number;
  /** The same as sent, 0 to 65535; it wins if both are given. */
  readonly gradeRaw?: number;
}

/** A setting of the trainer. */
export interface TrainerSetting {
  /** 1 cadence from ANT, 2 power control by ANT, 3 speed simulation, 6 smoothing of the power control. */
  readonly settingCode: number;
  /** 0 to 255. */
  readonly settingValue: number;
}

/** What can be written to characteristic a026e005. */
export type WahooTrainerCommand =
  | Named<"unlock", { readonly key?: Uint8Array }>
  | Named<"setResistanceMode", ResistanceFraction>
  | Named<"setStandardMode", { readonly level: number }>
  | Named<"setErgMode", { readonly powerWatts: number }>
  | Named<"setSimulationMode", SimulationParameters>
  | Named<
    "setRollingResistance",
    Pick<SimulationParameters, "rollingResistanceRaw">
  >
  | Named<
    "setWindResistance",
    Pick<SimulationParameters, "windResistanceKilogramsPerMeter">
  >
  | Named<"setSimulationGrade", SimulationGrade>
  | Named<"setWindSpeed", { readonly windSpeedMetersPerSecond: number }>
  | Named<
    "setWheelCircumference",
    { readonly circumferenceMillimeters: number }
  >
  | Named<"startSpinDown">
  | Named<"readMode">
  | Named<"setSetting", TrainerSetting>
  | Named<"readSpinDownResult">;

const UNLOCK = 0x20;
const UNLOCK_KEY = Uint8Array.of(0xee, 0xfc);
const UNLOCK_GROUP: Group<{ readonly key: Uint8Array }> = {
  read: (reader) => ({ key: reader.bytes(UNLOCK_KEY.length) }),
  write(writer, { key = UNLOCK_KEY }) {
    octets(UNLOCK_KEY.length).write(writer, key, "key");
  },
};

const FULL_RESISTANCE = 16383;
const RESISTANCE_RAW = uint16(number({ maximum: FULL_RESISTANCE }));
const RESISTANCE_FRACTION = uint16(
  number({
    divisor: -FULL_RESISTANCE,
    zero: FULL_RESISTANCE,
    maximum: FULL_RESISTANCE,
  }),
);
const RESISTANCE: Group<ResistanceFraction> = {
  read(reader) {
    const resistanceRaw = RESISTANCE_RAW.read(reader);
    const fraction = 1 - resistanceRaw / FULL_RESISTANCE;
    return {
      resistanceRaw,
      resistanceFraction: Math.round(fraction * 10_000) / 10_000,
    };
  },
  write(writer, { resistanceRaw: raw, resistanceFraction: fraction }) {
    if (raw !== undefined) RESISTANCE_RAW.write(writer, raw, "resistanceRaw");
    else RESISTANCE_FRACTION.write(writer, fraction, "resistanceFraction");
  },
};

const LEVEL_GRADE_RAW = 32767.5;
const GRADE: Group<SimulationGrade> = {
  read(reader) {
    const gradeRaw = reader.uint16();
    const percent = (gradeRaw / LEVEL_GRADE_RAW - 1) * 100;
    return { gradeRaw, gradePercent: Math.round(percent * 1000) / 1000 };
  },
  write(writer, { gradeRaw, gradePercent }) {
    const raw = gradeRaw === undefined && typeof gradePercent === "number"
      ? Math.round((1 + gradePercent / 100) * LEVEL_GRADE_RAW)
      : gradeRaw;
    uint16().write(
      writer,
      raw,
      gradeRaw === undefined ? "gradePercent" : "gradeRaw",
    );
  },
};

const THOUSANDTHS = number({ divisor: 1000 });
const ROLLING_RESISTANCE = { rollingResistanceRaw: uint16() } as const;
const WIND_RESISTANCE = {
  windResistanceKilogramsPerMeter: uint16(THOUSANDTHS),
} as const;

const COMMANDS = new OperationTable<WahooTrainerCommand>(
  "Wahoo trainer control",
  [
    operation(UNLOCK, "unlock", UNLOCK_GROUP),
    operation(0x40, "setResistanceMode", RESISTANCE),
    operation(
      0x41,
      "setStandardMode",
      fields({ level: uint8(number({ maximum: 9 })) }),
    ),
    operation(0x42, "setErgMode", fields({ powerWatts: uint16() })),
    operation(
      0x43,
      "setSimulationMode",
      fields<SimulationParameters>({
        weightKilograms: uint16(number({ divisor: 100 })),
        ...ROLLING_RESISTANCE,
        ...WIND_RESISTANCE,
      }),
    ),
    operation(0x44, "setRollingResistance", fields(ROLLING_RESISTANCE)),
    operation(0x45, "setWindResistance", fields(WIND_RESISTANCE)),
    operation(0x46, "setSimulationGrade", GRADE),
    operation(
      0x47,
      "setWindSpeed",
      fields({
        windSpeedMetersPerSecond: uint16(
          number({ divisor: 1000, zero: 32768 }),
        ),
      }),
    ),
    operation(
      0x48,
      "setWheelCircumference",
      fields({ circumferenceMillimeters: uint16(number({ divisor: 10 })) }),
    ),
    operation(0x49, "startSpinDown", NO_PARAMETERS),
    operation(0x4a, "readMode", NO_PARAMETERS),
    operation(
      0x54,
      "setSetting",
      fields({ settingCode: uint8(), settingValue: uint8() }),
    ),
    operation(0x5a, "readSpinDownResult", NO_PARAMETERS),
  ],
);

/**
 * Decodes a write to characteristic a026e005.
 *
 * @param bytes The characteristic's value.
 * @returns The command; `unknown` if its op code has no name.
 * @throws {FrameError} If the value is short or a parameter is impossible.
 */
export function decodeWahooTrainerCommand(
  bytes: Uint8Array,
): WahooTrainerCommand | UnknownOperation {
  return COMMANDS.decode(bytes);
}

/**
 * Takes a value from outside as a command.
 *
 * @param value The command, not checked before; decoded ones fit.
 * @returns The command.
 * @throws {PayloadError} If a parameter is missing or impossible.
 */
export function parseWahooTrainerCommand(value: unknown): WahooTrainerCommand {
  return COMMANDS.parse(value);
}

/**
 * Encodes a write to characteristic a026e005.
 *
 * @param command The command; `unlock` comes first in each connection.
 * @returns The characteristic's value.
 * @throws {PayloadError} If a parameter is missing or impossible.
 *
 * @example Usage
 * ```ts
 * import { encodeWahooTrainerCommand } from "#lib/gatt/wahoo_trainer_control.ts";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(
 *   encodeWahooTrainerCommand({ name: "setErgMode", powerWatts: 115 }),
 *   Uint8Array.of(0x42, 0x73, 0x00),
 * );
 * ```
 */
export function encodeWahooTrainerCommand(
  command: WahooTrainerCommand,
): Uint8Array {
  return COMMANDS.encode(command);
}

/** What characteristic a026e005 indicates. */
export interface WahooTrainerResponse extends Flaws {
  /** 1 if the trainer did it. */
  readonly resultCode: number;
  /** Whether the trainer did it; encoders ignore it. */
  readonly success?: boolean;
  /** The op code that was asked. */
  readonly requestOpCode: number;
  /** Name of the op code that was asked, or `unknown`; encoders ignore it. */
  readonly requestName?: string;
  /** What unlocking gives; 2 on a trainer that is open. */
  readonly unlockCode?: number;
  /** What stands before the value; 1 in all captures. */
  readonly valuePrefix?: number;
  /** The raw value that the trainer took. */
  readonly value?: number;
}

type Parameters = Pick<
  WahooTrainerResponse,
  "unlockCode" | "valuePrefix" | "value"
>;
const UNLOCK_ANSWER: Group<Parameters> = fields({ unlockCode: uint8() });
const VALUE_ANSWER: Group<Parameters> = fields({
  valuePrefix: uint16(),
  value: uint16(),
});

/**
 * Decodes an indication of characteristic a026e005. What stands behind the op
 * code is optional: some firmwares leave the value out, and refusals carry none.
 *
 * @param bytes The characteristic's value.
 * @returns The answer.
 * @throws {FrameError} If the result or the op code is missing.
 */
export function decodeWahooTrainerResponse(
  bytes: Uint8Array,
): WahooTrainerResponse {
  const reader = new ByteReader(bytes, "Wahoo trainer control answer");
  const resultCode = reader.uint8();
  const requestOpCode = reader.uint8();
  const parameters = requestOpCode === UNLOCK ? UNLOCK_ANSWER : VALUE_ANSWER;
  const values = readOptional(parameters, reader);
  return {
    resultCode,
    success: resultCode === 1,
    requestOpCode,
    requestName: COMMANDS.nameOf(requestOpCode),
    ...values,
    ...(values.cutShort === undefined && trailing(reader)),
  };
}

/**
 * Encodes an indication of characteristic a026e005.
 *
 * @param response The answer.
 * @returns The characteristic's value.
 * @throws {RangeError} If a number does not fit its field.
 */
export function encodeWahooTrainerResponse(
  response: WahooTrainerResponse,
): Uint8Array {
  const { resultCode, requestOpCode, unlockCode, value } = response;
  const writer = new ByteWriter().uint8(resultCode).uint8(requestOpCode);
  if (unlockCode !== undefined) writer.uint8(unlockCode);
  const { valuePrefix = value === undefined ? undefined : 1 } = response;
  if (valuePrefix !== undefined) writer.uint16(valuePrefix);
  if (value !== undefined) writer.uint16(value);
  return writer.toBytes();
}
