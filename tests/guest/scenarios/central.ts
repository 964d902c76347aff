/**
 * Our central on the real BlueZ: what holds for every central, and what a
 * trainer's control point needs.
 *
 * @module
 */
import assert from "node:assert/strict";
import { CHARACTERISTICS } from "#lib/gatt/uuids.ts";
import { simulatedRide } from "#lib/simulator/simulated_ride.ts";
import { testBleContract } from "../../lib/hardware/ble_contract.ts";
import { collect, NEVER } from "../../lib/hardware/ble_setup.ts";
import { within } from "../../support/within.ts";
import { Air } from "../inside/air.ts";

const POINT = CHARACTERISTICS.fitnessMachineControlPoint;

testBleContract({
  name: "BluezCentral",
  programs: [],
  make: async (peripherals) => {
    const air = await Air.start(peripherals);
    return {
      central: air.central,
      reportsSignal: false,
      canRefuse: false,
      [Symbol.asyncDispose]: () => air[Symbol.asyncDispose](),
    };
  },
});

Deno.test("a control point indicates what it refuses and what it does", async () => {
  await using ride = simulatedRide();
  const { peripheral } = ride.trainer;
  await using air = await Air.start([peripheral]);
  const { address } = peripheral;
  await using connection = await within(
    "a connection",
    air.central.connect({ address }, { signal: NEVER }),
  );
  const { values, add, until } = collect();
  await connection.subscribe(POINT, add);
  const requests = ["05c800", "00", "05c800", "99"];
  for (const [at, request] of requests.entries()) {
    await connection.write(POINT, Uint8Array.fromHex(request));
    await until(at + 1);
  }
  assert.deepEqual(values, ["800505", "800001", "800501", "809902"]);
});
