/**
 * What holds for every implementation of `BleCentral`.
 *
 * @module
 */
import type { BleCentral } from "#lib/hardware/ble.ts";
import type { FakePeripheral } from "#lib/simulator/fake_peripheral.ts";
import { testWith } from "../../support/requires.ts";
import { within } from "../../support/within.ts";
import {
  testConnections,
  testScans,
  testSearches,
  testSharing,
} from "./ble_contract_finding.ts";
import { testLoss } from "./ble_contract_loss.ts";
import { STRAP, type Test } from "./ble_contract_parts.ts";
import {
  testNotifications,
  testReadsAndWrites,
} from "./ble_contract_values.ts";
import { makePeripherals, NEVER } from "./ble_setup.ts";

/** A central within reach of some peripherals; its radio is called `hci0`. */
export interface CentralSetup extends AsyncDisposable {
  /** The central. */
  readonly central: BleCentral;
  /**
   * Whether its radio reports how strong a signal is.
   *
   * @default {true}
   */
  readonly reportsSignal?: boolean;
  /**
   * Whether a peripheral can refuse a connection; else it hangs up at once.
   *
   * @default {true}
   */
  readonly canRefuse?: boolean;
}

/** The implementation that is tested. */
export interface CentralUnderTest {
  /** Its name, for the names of tests. */
  readonly name: string;
  /** Programs that its tests need. */
  readonly programs: readonly string[];
  /** Makes one. */
  readonly make: MakeCentral;
}

/** Makes a central within reach of peripherals. */
export type MakeCentral = (
  peripherals: readonly FakePeripheral[],
) => Promise<CentralSetup>;

/**
 * Registers the tests.
 *
 * @param central The implementation that is tested.
 */
export function testBleContract(
  { name, programs, make }: CentralUnderTest,
): void {
  const test: Test = (what, body) =>
    testWith({ programs }, `${name}: ${what}`, async () => {
      const parts = makePeripherals();
      const { strap, other, trainer } = parts;
      await using setup = await make([strap, other, trainer]);
      const { central, reportsSignal = true, canRefuse = true } = setup;
      const signalDbm = reportsSignal ? strap.signalDbm : undefined;
      const connect = (filter = STRAP) =>
        within("a connection", central.connect(filter, { signal: NEVER }));
      const all = { ...parts, central, signalDbm, canRefuse, connect };
      await within(what, body(all));
    });
  testScans(test);
  testSearches(test);
  testConnections(test);
  testSharing(test);
  testReadsAndWrites(test);
  testNotifications(test);
  testLoss(test);
}
