/**
 * A profile: what one set of characteristics lets a driver do. A driver uses
 * one or several on the same connection.
 *
 * @module
 */
import { type BleSession, hasCharacteristic } from "#lib/driver/ble_session.ts";

/** A profile. */
export interface Profile {
  /** What it is, for the log. */
  readonly name: string;
  /** Full UUID of the characteristic without which it means nothing. */
  readonly characteristic: string;
  /** Begins to report values and to offer actuators. */
  start(session: BleSession): Promise<void>;
}

/**
 * Those of some profiles that a device has.
 *
 * @returns The profiles whose characteristic is there.
 */
export function profilesOf(
  profiles: readonly Profile[],
  { peripheral }: BleSession,
): readonly Profile[] {
  return profiles.filter(({ characteristic }) =>
    hasCharacteristic(peripheral, characteristic)
  );
}
