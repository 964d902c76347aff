/**
 * What `smartbike doctor` says of odd devices.
 *
 * @module
 */
import { quirkRowsOf, reasonOf } from "#lib/gatt/quirks.ts";
import type { ConfiguredDevice } from "#lib/config/devices.ts";
import type { LearnedQuirks } from "#lib/driver/peripheral_memory.ts";
import type { Check } from "./check.ts";

/** A device that drivers had before. */
interface KnownDevice {
  /** Id of the device on the bike. */
  readonly device: string;
  /** The name that it advertises. */
  readonly name: string;
  /** What was found out about it. */
  readonly learned?: LearnedQuirks;
}

/**
 * Says how the models of known devices are odd, and what was found out.
 *
 * @param configured The devices of the configuration.
 * @param remembered The devices that drivers had before.
 * @returns One note a quirk; none for devices that follow the specification.
 */
export function checkQuirks(
  configured: readonly ConfiguredDevice[],
  remembered: readonly KnownDevice[],
): readonly Check[] {
  const ids = configured.map(({ id }) => id);
  return remembered
    .filter(({ device }) => ids.length === 0 || ids.includes(device))
    .flatMap((device) => [...knownQuirks(device), ...learnedQuirks(device)]);
}

function knownQuirks({ device, name }: KnownDevice): readonly Check[] {
  return quirkRowsOf({ name }).map((row) => ({
    state: "note",
    subject: device,
    text: `${name}: ${row.what} (${reasonOf(row)})`,
  }));
}

function learnedQuirks({ device, name, learned }: KnownDevice) {
  const { control, resistanceWidth } = learned ?? {};
  const note = (text: string, advice: string): Check => ({
    state: "note",
    subject: device,
    text: `${name}: ${text} (found out while riding)`,
    advice,
  });
  return [
    ...(control === "off"
      ? [note(
        "falls silent once control is requested",
        "option control sets it; smartbike forget finds out anew",
      )]
      : []),
    ...(resistanceWidth === undefined ? [] : [note(
      `takes resistance in ${resistanceWidth} bytes`,
      "option resistance-width sets it",
    )]),
  ];
}
