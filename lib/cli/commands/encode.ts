/**
 * `smartbike encode`: makes the frames that are written to Bluetooth devices.
 *
 * @module
 */
import { UsageError } from "#lib/base/errors.ts";
import { encodeFrame } from "#lib/gatt/catalog.ts";
import { stringifyHex } from "#lib/gatt/hex.ts";
import type { CliContext, CommandBody, CommandInput } from "../command.ts";
import { frameOperands } from "./decode.ts";
import { withArguments } from "./frame_usage.ts";

/** `smartbike encode`. */
export const encodeCommand: CommandBody = {
  operands: "CHARACTERISTIC JSON",
  options: [],
  details:
    `JSON is what decode prints for the same frame; numbers that follow from others,
such as opCode, may be left out. Only what is written to devices is encoded.`,
  takesValuesAfter: ([characteristic]) => characteristic !== undefined,
  permissions: [],
  run,
};

function run(input: CommandInput, context: CliContext): Promise<void> {
  const [characteristic, text] = frameOperands(
    "encode",
    input.operands,
    "JSON",
  );
  const value = parseJson(text);
  const frame = withArguments(
    `encode "${characteristic}"`,
    { characteristic: "CHARACTERISTIC", "": "JSON" },
    () => encodeFrame(characteristic, value),
  );
  context.output.line(stringifyHex(frame));
  return Promise.resolve();
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new UsageError(
      `Cannot encode "${
        text.slice(0, 64)
      }": it is no JSON, expected an object such as decode prints`,
      "JSON",
      { cause },
    );
  }
}
