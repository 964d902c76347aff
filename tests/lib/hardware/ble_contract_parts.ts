/**
 * What the tests of centrals have in common.
 *
 * @module
 */
import type {
  BleCentral,
  BleFilter,
  BlePeripheral,
} from "#lib/hardware/ble.ts";
import type { makePeripherals } from "./ble_setup.ts";

/** What a test works with. */
export interface Parts extends ReturnType<typeof makePeripherals> {
  readonly central: BleCentral;
  /** Strength of the first strap's signal as the radio reports it. */
  readonly signalDbm: number | undefined;
  /** Whether a peripheral can refuse a connection; else it hangs up at once. */
  readonly canRefuse: boolean;
  /** Connects, to the first strap by default. */
  connect(filter?: BleFilter): Promise<BlePeripheral>;
}

/** Registers one test. */
export type Test = (
  what: string,
  body: (parts: Parts) => Promise<void>,
) => void;

/** The first strap, and no other. */
export const STRAP: BleFilter = { address: "ec:b2:8a:26:85:c5" };
