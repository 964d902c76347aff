/**
 * What tests of the simulator start from.
 *
 * @module
 */
import type { BleFilter, BlePeripheral } from "#lib/hardware/ble.ts";
import { assignedUuid } from "#lib/gatt/uuids.ts";
import {
  type FakeCharacteristic,
  FakePeripheral,
} from "#lib/simulator/fake_peripheral.ts";
import { SimulatedCentral } from "#lib/simulator/simulated_central.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";

/** A service that no specification has. */
export const SERVICE = assignedUuid(0xfff0);
/** A characteristic that can be read, written and subscribed to. */
export const DATA = assignedUuid(0xfff1);
/** A characteristic that is written without response. */
export const COMMAND = assignedUuid(0xfff2);

/** A signal that never aborts. */
export const NEVER: AbortSignal = new AbortController().signal;

/** A radio, a clock that stands still, and one peripheral. */
export function setUp(
  data: Partial<FakeCharacteristic> = {},
  command: Partial<FakeCharacteristic> = {},
) {
  const clock = new FakeClock();
  const peripheral = new FakePeripheral({
    address: "EC:B2:8A:26:85:C5",
    name: "Thing 1",
    services: [SERVICE],
    signalDbm: -60,
    clock,
    characteristics: [
      {
        uuid: DATA,
        service: SERVICE,
        properties: ["read", "write", "notify"],
        ...data,
      },
      {
        uuid: COMMAND,
        service: SERVICE,
        properties: ["write-without-response"],
        ...command,
      },
    ],
  });
  const central = new SimulatedCentral([peripheral], { clock });
  const connect = (filter: BleFilter = {}): Promise<BlePeripheral> =>
    central.connect(filter, { signal: NEVER });
  return { clock, peripheral, central, connect };
}

/** Collects what a subscription brings, as hexadecimal digits. */
export async function listen(
  peripheral: BlePeripheral,
  characteristic: string,
): Promise<string[]> {
  const values: string[] = [];
  await peripheral.subscribe(
    characteristic,
    (value) => values.push(value.toHex()),
  );
  return values;
}
