/**
 * `smartbike decode`: decodes frames of Bluetooth devices.
 *
 * @module
 */
import { UsageError } from "#lib/base/errors.ts";
import { decodeFrame } from "#lib/gatt/catalog.ts";
import {
  decodeLine,
  MAX_LINE_BYTES,
  stringifyValue,
} from "#lib/gatt/decode_line.ts";
import { parseHex } from "#lib/gatt/hex.ts";
import { splitLines } from "#lib/base/byte_lines.ts";
import type { CliContext, CommandBody, CommandInput } from "../command.ts";
import { withArguments } from "./frame_usage.ts";

/** What the codecs call the arguments. */
const ARGUMENTS = {
  characteristic: "CHARACTERISTIC",
  direction: "--direction",
  hex: "HEX",
};

/** `smartbike decode`. */
export const decodeCommand: CommandBody = {
  operands: "CHARACTERISTIC HEX",
  options: [
    {
      flags: "--direction <name>",
      description:
        "which way the frame goes, such as notify, read or write (default: worked out from its bytes)",
    },
    {
      flags: "--stdin",
      description: "decode frames from standard input, one JSON line each",
    },
  ],
  details:
    `A CHARACTERISTIC is a UUID or its short name, such as 2ad2; dircon is Direct
Connect. HEX may have spaces between bytes. A bad frame ends with 1.

With --stdin, each line such as
  {"characteristic":"2ad2","direction":"notify","hex":"4400ca0c1e00"}
is answered with exactly one line, in order: {"value":…} or
{"error":{"code":…,"message":…}}. The direction may be left out. A bad line, of
more than ${MAX_LINE_BYTES} bytes too, is answered with an error, and the next
one is read.`,
  permissions: [],
  run,
};

async function run(input: CommandInput, context: CliContext): Promise<void> {
  const { operands, options } = input;
  const direction = options.text("direction");
  if (options.flag("stdin")) {
    refuseBesideStdin(operands, direction);
    return await decodeInput(context);
  }
  const [characteristic, hex] = frameOperands("decode", operands, "HEX");
  const value = withArguments(
    `decode "${characteristic}"`,
    ARGUMENTS,
    () =>
      decodeFrame(
        { characteristic, ...(direction !== undefined && { direction }) },
        parseHex(hex),
      ),
  );
  context.output.line(stringifyValue(value));
}

async function decodeInput({ io, output }: CliContext): Promise<void> {
  const { closed } = output;
  for await (const line of splitLines(io.readInput(), MAX_LINE_BYTES + 1)) {
    output.line(decodeLine(line));
    if (closed.aborted) return;
  }
}

function refuseBesideStdin(
  operands: readonly string[],
  direction: string | undefined,
): void {
  const argument = direction === undefined ? operands[0] : "--direction";
  if (argument === undefined) return;
  throw new UsageError(
    `Cannot use --stdin with "${argument}": each line names its own, give one or the other`,
    argument,
  );
}

/**
 * Takes the two operands of `decode` and `encode`.
 *
 * @param action The command, for the error.
 * @param name Name of the second one, for the error.
 * @throws {UsageError} If there are fewer or more.
 */
export function frameOperands(
  action: string,
  operands: readonly string[],
  name: string,
): readonly [characteristic: string, content: string] {
  const [characteristic, content, extra] = operands;
  if (characteristic !== undefined && content !== undefined) {
    if (extra === undefined) return [characteristic, content];
    throw new UsageError(
      `Cannot ${action} "${extra}": expected nothing after ${name}, quote what holds spaces`,
      extra,
    );
  }
  const missing = characteristic === undefined ? "CHARACTERISTIC" : name;
  throw new UsageError(
    `Cannot ${action}: ${missing} is missing, expected CHARACTERISTIC ${name}`,
    missing,
  );
}
