/**
 * The BLE devices around, and what could drive them.
 *
 * @module
 */
import type { DriverDefinition } from "#lib/driver/driver.ts";
import type { QuirkRow } from "#lib/gatt/quirk.ts";
import { quirkRowsOf } from "#lib/gatt/quirks.ts";
import {
  type BleAdvertisement,
  type BleCentral,
  type BleFilter,
  fitsFilter,
} from "#lib/hardware/ble.ts";

/** A device and what could drive it. */
export interface FoundDevice {
  readonly seen: BleAdvertisement;
  /** Names of the drivers. */
  readonly drivers: readonly string[];
  /** How its model is known to be odd. */
  readonly quirks: readonly QuirkRow[];
}

/** Looks around until the signal aborts; the loudest device comes first. */
export async function findDevices(
  ble: BleCentral,
  drivers: readonly DriverDefinition[],
  { filter, signal }: {
    readonly filter: BleFilter;
    readonly signal: AbortSignal;
  },
): Promise<readonly FoundDevice[]> {
  const found = new Map<string, BleAdvertisement>();
  for await (const seen of ble.scan(filter, { signal })) {
    const last = found.get(seen.address);
    const isWeaker = last && last.adapter !== seen.adapter &&
      strengthOf(last) > strengthOf(seen);
    if (!isWeaker) found.set(seen.address, seen);
  }
  return [...found.values()]
    .sort((a, b) =>
      strengthOf(b) - strengthOf(a) || (a.address < b.address ? -1 : 1)
    )
    .map((seen) => ({
      seen,
      drivers: fittingDrivers(seen, drivers),
      quirks: quirkRowsOf({ name: seen.name }),
    }));
}

function strengthOf({ signalDbm = -Infinity }: BleAdvertisement): number {
  return signalDbm;
}

function fittingDrivers(
  seen: BleAdvertisement,
  drivers: readonly DriverDefinition[],
): readonly string[] {
  return drivers
    .filter(({ fits }) => fits !== undefined && fitsFilter(seen, fits))
    .map(({ name }) => name);
}
