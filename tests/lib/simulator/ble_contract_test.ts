import { SimulatedCentral } from "#lib/simulator/simulated_central.ts";
import { testBleContract } from "../hardware/ble_contract.ts";

testBleContract({
  name: "SimulatedCentral",
  programs: [],
  make: (peripherals) => {
    const central = new SimulatedCentral(peripherals, {
      advertisingIntervalMs: 10,
    });
    return Promise.resolve({
      central,
      [Symbol.asyncDispose]: () => central[Symbol.asyncDispose](),
    });
  },
});
