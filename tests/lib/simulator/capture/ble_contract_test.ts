import { systemClock } from "#lib/base/clock.ts";
import { recordCentral } from "#lib/simulator/capture/record_central.ts";
import { SimulatedCentral } from "#lib/simulator/simulated_central.ts";
import { testBleContract } from "../../hardware/ble_contract.ts";

testBleContract({
  name: "recordCentral()",
  programs: [],
  make: (peripherals) => {
    const radio = new SimulatedCentral(peripherals, {
      advertisingIntervalMs: 10,
    });
    const central = recordCentral(radio, () => {}, systemClock);
    return Promise.resolve({
      central,
      [Symbol.asyncDispose]: async () => await central[Symbol.asyncDispose](),
    });
  },
});
