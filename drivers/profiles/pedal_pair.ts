/**
 * Two pedals that each report their half of the power.
 *
 * @module
 */
import { decodeCyclingPowerFeature } from "#lib/gatt/cycling_power_feature.ts";
import { CHARACTERISTICS } from "#lib/gatt/uuids.ts";
import type { BleSession } from "#lib/driver/ble_session.ts";

/** How long the half of a pedal counts, in milliseconds. */
const FRESH_MS = 3000;

/** A pedal's half. */
interface Half {
  powerWatts: number;
  atMs: number;
}

/** The pedals of each bike, by the id of their device. */
const PAIRS = new WeakMap<object, Map<string, Half>>();

/** Gives the power of both pedals for the half of one. */
type SumOfHalves = (powerWatts: number) => number;

/**
 * Pairs a power meter with another one on the same bike, where both say that
 * they are one of two (Cycling Power Service 1.1, section 3.3), or the
 * operator does.
 *
 * @param session The connection to the power meter.
 * @returns The sum of both halves; one half alone while the other is away.
 */
export async function pairPedal(session: BleSession): Promise<SumOfHalves> {
  const { bike, clock, device, ended } = session;
  if (!await isHalf(session)) return (powerWatts) => powerWatts;
  const { device: id } = device.status;
  const halves = PAIRS.get(bike) ?? new Map<string, Half>();
  PAIRS.set(bike, halves);
  ended.addEventListener("abort", () => halves.delete(id), { once: true });
  return (powerWatts) => {
    const atMs = clock.monotonicMs();
    halves.set(id, { powerWatts, atMs });
    const others = [...halves].filter(([other, half]) =>
      other !== id && atMs - half.atMs <= FRESH_MS
    );
    const [other] = others;
    // Three meters are no pair: nobody knows which two belong together.
    const isPair = other !== undefined && others.length === 1;
    device.note(
      "pedals",
      isPair ? `power is the sum of ${id} and ${other[0]}` : undefined,
    );
    return isPair ? powerWatts + other[1].powerWatts : powerWatts;
  };
}

async function isHalf(session: BleSession): Promise<boolean> {
  const { pedals } = session.quirks;
  if (pedals !== "auto") return pedals === "sum";
  const feature = await session.readOptional(
    CHARACTERISTICS.cyclingPowerFeature,
    decodeCyclingPowerFeature,
  );
  return feature?.distributedSystem === "canBeDistributed";
}
