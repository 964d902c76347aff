/**
 * The option that lets the program put Bluetooth radios on.
 *
 * @module
 */
import type { OptionDefinition } from "../command.ts";

/** The option of commands that use Bluetooth radios. */
export const POWER_ON_OPTION: OptionDefinition = {
  flags: "--power-on",
  description:
    "put Bluetooth radios on that are off, but none that rfkill blocks (default: they stay off)",
};
