/**
 * A driver of a BLE device that does what a test says.
 *
 * @module
 */
import { CHARACTERISTICS } from "#lib/gatt/uuids.ts";
import { bleDriver, type BleDriverDefinition } from "#lib/driver/ble_driver.ts";
import type { BleSession } from "#lib/driver/ble_session.ts";
import { FAN } from "../../drivers/devices.ts";
import type { Answer, ScriptedDevice } from "../../drivers/scripted_device.ts";
import { TestBench } from "../../drivers/test_bench.ts";

/** A control point that answers, a characteristic that refuses to be read, and one that can be read. */
export const DEVICE = {
  ...FAN,
  table: {
    ...FAN.table,
    "2a19": ["read"],
    "2a28": ["read"],
    "2ad9": ["write", "indicate"],
  },
  values: { "2a28": "ff" },
} as const;

/** The control point of {@linkcode DEVICE}. */
export const POINT: string = CHARACTERISTICS.fitnessMachineControlPoint;

/** Runs a driver on a device until the bench is disposed. */
export async function connect(
  definition: Partial<BleDriverDefinition> = {},
  answer: Answer = () => undefined,
): Promise<
  & { readonly bench: TestBench; readonly device: ScriptedDevice }
  & { readonly session: BleSession }
  & AsyncDisposable
> {
  const bench = new TestBench();
  const device = bench.add({ ...DEVICE, answers: { "2ad9": answer } });
  const { promise, resolve } = Promise.withResolvers<BleSession>();
  const { start = () => Promise.resolve(), ...others } = definition;
  await bench.start(bleDriver({
    name: "thing",
    summary: "a thing",
    fits: { namePrefix: "HEADWIND" },
    requires: [POINT],
    async start(session) {
      resolve(session);
      await start(session);
    },
    ...others,
  }));
  const session = await promise;
  return {
    bench,
    device,
    session,
    [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose](),
  };
}
